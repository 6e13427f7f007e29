"""Codes about types."""

from vmsdl.diagnostics.diagnostic import Code

CODES: tuple[Code, ...] = ()
