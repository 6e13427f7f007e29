"""Edits of the new schema's text that are offered as fixes."""
