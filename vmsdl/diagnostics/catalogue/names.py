"""Codes about names."""

from vmsdl.diagnostics.diagnostic import Code

CODES: tuple[Code, ...] = ()
