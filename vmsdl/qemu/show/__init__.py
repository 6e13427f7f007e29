"""The content of a stream as lines and records for people and programs."""
