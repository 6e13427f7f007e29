"""What is said of releases, as text, Markdown and JSON."""
