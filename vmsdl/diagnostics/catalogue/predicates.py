"""Codes about predicates."""

from vmsdl.diagnostics.diagnostic import Code

CODES: tuple[Code, ...] = ()
