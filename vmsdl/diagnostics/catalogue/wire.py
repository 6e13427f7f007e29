"""Codes about wire."""

from vmsdl.diagnostics.diagnostic import Code

CODES: tuple[Code, ...] = ()
