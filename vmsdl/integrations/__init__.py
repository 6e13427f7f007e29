"""Hooks of build systems, which compile the schemas of a project when it is built."""
