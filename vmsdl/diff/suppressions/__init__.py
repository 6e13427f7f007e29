"""Findings that do not count: read from a reviewed file, and applied to reports."""
