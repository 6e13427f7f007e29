"""A report as text: for a terminal and for a pull request."""
