"""From expressions of the language to what holds of them: always, never, and by which state."""
