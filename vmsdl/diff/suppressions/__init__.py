"""Findings that a project accepts: read from a reviewed file, and held against each report."""
