"""Fixes: edits of the new schema's text that rules propose with their findings."""
