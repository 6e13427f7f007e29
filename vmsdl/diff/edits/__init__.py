"""From two descriptions to the edits between them."""
