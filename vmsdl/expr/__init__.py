"""Expressions with every name resolved, and the operations on them; nothing here knows a schema."""
