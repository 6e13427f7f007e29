"""Codes about syntax."""

from vmsdl.diagnostics.diagnostic import Code

CODES: tuple[Code, ...] = ()
