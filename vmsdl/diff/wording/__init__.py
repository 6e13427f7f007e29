"""What a report says in words a reader understands at once."""
