"""The layouts of both sides, byte by byte, aligned side by side."""
