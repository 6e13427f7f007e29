"""Migration streams: read, edited as JSON, and written back byte for byte."""
