"""Text to tree and back: lark lives here alone."""
