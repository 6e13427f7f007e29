"""Warnings that a project accepts (`[tool.vmsdl.allow]`), and whether it refuses the others."""

import os
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # an up-to-date build has no diagnostics
    from collections.abc import Callable, Iterable

    from vmsdl.build.targets import BuildResult
    from vmsdl.config import AllowedCode, Config
    from vmsdl.diagnostics.diagnostic import Diagnostic


class UnknownCode(Exception):
    """A row of `[tool.vmsdl.allow]` with no code of a warning; the message is for the user."""


class WarningPolicy(NamedTuple):
    """What becomes of warnings. `strict`: those that are not accepted refuse too.

    `find_settings` is asked when there is a diagnostic: an up-to-date build reads no settings.
    """

    strict: bool
    find_settings: "Callable[[], Config | None]"

    def apply(self, built: "BuildResult") -> "BuildResult":
        """Raises UnknownCode."""
        settings = self.find_settings() if built.diagnostics else None
        if settings is None or not settings.allow:
            return built
        found = accept_configured(built.diagnostics, settings, is_whole=False)
        return built._replace(diagnostics=tuple(found))


def accept_configured(
    found: "Iterable[Diagnostic]", settings: "Config", *, is_whole: bool
) -> "list[Diagnostic]":
    """The diagnostics with those that the project accepts marked. Raises UnknownCode.

    `is_whole`: all sources were checked. Then what accepts nothing is a warning.
    """
    # Imported here: an up-to-date build has no diagnostics.
    from vmsdl.analysis.acceptance import accept, is_acceptable

    _check_codes(settings)
    used: set[AllowedCode] = set()
    marked = []
    for diagnostic in found:
        row = _find_row(diagnostic, settings)
        if row is None or not is_acceptable(diagnostic.severity):
            marked.append(diagnostic)
            continue
        used.add(row)
        marked.append(accept(diagnostic, row.reason))
    unused = [row for row in settings.allow if row not in used] if is_whole else []
    return [*marked, *(_report_unused(row, settings) for row in unused)]


def _check_codes(settings: "Config") -> None:
    from vmsdl.diagnostics.codes import ALLOW_INVALID, ALLOW_UNUSED, CODES

    for row in settings.allow:
        known = CODES.get(row.code)
        if known is None or known in (ALLOW_INVALID, ALLOW_UNUSED):
            what = "is an unknown code" if known is None else "cannot be accepted"
            path = os.path.join(settings.folder, "pyproject.toml")
            raise UnknownCode(f"`{path}`: [tool.vmsdl.allow]: `{row.code}` {what}")


def _find_row(diagnostic: "Diagnostic", settings: "Config") -> "AllowedCode | None":
    path = os.path.relpath(diagnostic.span.source.path or ".", settings.folder or ".")
    inner = path.replace(os.sep, "/")
    rows = (row for row in settings.allow if row.code == diagnostic.code.slug)
    return next((row for row in rows if row.covers(inner)), None)


def _report_unused(row: "AllowedCode", settings: "Config") -> "Diagnostic":
    from vmsdl.diagnostics.codes import ALLOW_UNUSED
    from vmsdl.diagnostics.diagnostic import Diagnostic, Label
    from vmsdl.files import read_text
    from vmsdl.source import SourceFile, Span

    path = os.path.join(settings.folder, "pyproject.toml")
    source = SourceFile(path, read_text(path))
    place = re.search(rf'^\s*(?P<code>"?{re.escape(row.code)}"?)\s*[=.]', source.text, re.MULTILINE)
    start, end = (0, 0) if place is None else place.span("code")
    return Diagnostic(
        code=ALLOW_UNUSED,
        message=f"there is no `{row.code}` to accept in the sources",
        labels=(Label(Span(source, start, end)),),
        context="in [tool.vmsdl.allow]",
        help="remove it",
    )
