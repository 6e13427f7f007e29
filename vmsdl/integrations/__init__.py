"""Build systems that compile schemas as part of building a project."""
