"""A sender and a receiver, step by step over the same bytes."""
