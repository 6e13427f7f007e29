"""Reports about releases, and the matrix, as text, Markdown and JSON."""
