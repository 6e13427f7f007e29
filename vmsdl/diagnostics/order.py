"""The order in which diagnostics are shown."""

from collections.abc import Iterable

from vmsdl.diagnostics.diagnostic import Diagnostic


def sort_by_place(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sorted by place and then by slug, duplicates dropped."""
    # Keyed by text, not identity: one file read twice is two SourceFiles.
    unique: dict[tuple[str, int, int, str, str], Diagnostic] = {}
    for diagnostic in diagnostics:
        path, start, end = "", 0, 0
        if diagnostic.labels:
            span = diagnostic.span
            path, start, end = span.source.path, span.start, span.end
        unique.setdefault((path, start, end, diagnostic.code.slug, diagnostic.message), diagnostic)
    return [unique[key] for key in sorted(unique, key=lambda k: (k[0], k[1], k[3], k[2], k[4]))]
