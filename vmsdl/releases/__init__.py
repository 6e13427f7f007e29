"""Frozen schemas: what each release sent, kept under version control to compare with."""
