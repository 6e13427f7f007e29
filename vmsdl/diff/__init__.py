"""Two schemas and what happens when state saved by one is loaded by the other."""
