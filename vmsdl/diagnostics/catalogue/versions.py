"""Codes about versions."""

from vmsdl.diagnostics.diagnostic import Code

CODES: tuple[Code, ...] = ()
