"""Warnings that an author accepts: `@allow("code", "reason")` before what the warning is in.

An accepted warning stays a diagnostic, with the reason. An acceptance of nothing is a warning.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from vmsdl.analysis.load import LoadedProgram
from vmsdl.analysis.reporter import Reporter
from vmsdl.diagnostics.codes import ALLOW_INVALID, ALLOW_UNUSED, CODES
from vmsdl.diagnostics.diagnostic import Diagnostic, Fix, Severity
from vmsdl.records import dataclass
from vmsdl.source import Span
from vmsdl.syntax import tree

ALLOW = "allow"

_HELP = 'write the code of a warning and why it is right here: `@allow("dead-since", "…")`'


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The warnings of one code within `scope` are accepted."""

    code: str
    reason: str
    scope: Span
    written: Span

    def covers(self, diagnostic: Diagnostic) -> bool:
        span = diagnostic.span
        return (
            diagnostic.code.slug == self.code
            and span.source is self.scope.source
            and self.scope.start <= span.start
            and span.end <= self.scope.end
        )


def accept_warnings(
    found: Iterable[Diagnostic], program: LoadedProgram, *, is_checked: bool
) -> tuple[Diagnostic, ...]:
    """The diagnostics of a program, with the accepted ones marked. The last file is the root.

    `is_checked`: all checks ran. Else nothing is known of what an acceptance is for.
    """
    files = [file.tree for file in program.files]
    root, reporter = files[-1], Reporter()
    imported = [each for file in files[:-1] for each in _find_acceptances(file, Reporter())]
    own = list(_find_acceptances(root, reporter))
    marked: list[Diagnostic] = []
    used: set[int] = set()
    for diagnostic in found:
        covering = [each for each in (*own, *imported) if each.covers(diagnostic)]
        if not covering or not is_acceptable(diagnostic.severity):
            marked.append(diagnostic)
            continue
        used |= {each.written.start for each in covering if each.written.source is root.source}
        written = tuple(each.written for each in covering)
        marked.append(accept(diagnostic, covering[-1].reason, written))
    for each in own if is_checked else ():
        if each.written.start not in used:
            fix = Fix.replacing(_with_space_after(each.written), "", "remove it")
            message = f"there is no `{each.code}` to accept here"
            reporter.report(ALLOW_UNUSED, each.written, message, fix=fix)
    return (*marked, *reporter.sort_diagnostics())


def drop_used_elsewhere(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics of several programs, without acceptances that only one of them uses.

    A warning in a file can depend on the program that imports it.
    """
    known = list(found)
    used = {_find_place(span) for each in known for span in each.suppressed_by}
    return [
        each
        for each in known
        if each.code is not ALLOW_UNUSED or _find_place(each.span) not in used
    ]


def accept(diagnostic: Diagnostic, reason: str, written: tuple[Span, ...] = ()) -> Diagnostic:
    """The diagnostic as it is accepted; an error cannot be. `written`: the annotations that do."""
    if diagnostic.suppression is not None or not is_acceptable(diagnostic.severity):
        return diagnostic
    return replace(
        diagnostic,
        suppression=reason,
        suppressed_by=written,
        notes=(*diagnostic.notes, f"accepted: {reason}"),
    )


def is_acceptable(severity: Severity) -> bool:
    return severity in (Severity.WARNING, Severity.NOTE)


def _find_acceptances(file: tree.FileTree, reporter: Reporter) -> Iterator[Acceptance]:
    if ALLOW not in file.source.text:
        return  # most files accept nothing
    waiting: list[tree.Declaration] = list(reversed(file.items))
    while waiting:
        decl = waiting.pop()
        for annotation in decl.annotations:
            if annotation.name.text == ALLOW:
                yield from _read(annotation, decl, reporter)
        if isinstance(decl, tree.DescriptionDecl):
            waiting += decl.members[::-1]


def _read(
    annotation: tree.AnnotationDecl, decl: tree.Declaration, reporter: Reporter
) -> Iterator[Acceptance]:
    match annotation.arguments:
        case (tree.Text(value=code) as written, tree.Text(value=reason)) if reason.strip():
            known = CODES.get(code)
            if known is None:
                help = reporter.suggest_nearest(code, CODES) or "run `vmsdl explain` for all codes"
                reporter.report(ALLOW_INVALID, written.span, f"unknown code `{code}`", help=help)
            elif known in (ALLOW_INVALID, ALLOW_UNUSED):
                message = f"`{code}` cannot be accepted"
                reporter.report(ALLOW_INVALID, written.span, message, help="remove it")
            else:
                yield Acceptance(code, reason.strip(), decl.span, annotation.span)
        case _:
            message = "expected the code of a warning and a reason, both as strings"
            reporter.report(ALLOW_INVALID, annotation.span, message, help=_HELP)


def _find_place(span: Span) -> tuple[str, int]:
    # By text, not identity: one file read twice is two SourceFiles.
    return span.source.path, span.start


def _with_space_after(span: Span) -> Span:
    text, end = span.source.text, span.end
    while end < len(text) and text[end] in " \t\r\n":
        end += 1
    return Span(span.source, span.start, end)
