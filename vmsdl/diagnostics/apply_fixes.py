"""From fixes to the texts of the files that they change."""

from collections.abc import Iterable

from vmsdl.diagnostics.diagnostic import Diagnostic, Replacement
from vmsdl.source import SourceFile


def collect_replacements(found: Iterable[Diagnostic]) -> list[Replacement]:
    """The edits of all diagnostics that have exactly one fix: where there are several, a person
    chooses. Two edits of one place are not both made: the later fix is left for the next time.
    """
    chosen: list[Replacement] = []
    for diagnostic in found:
        if len(diagnostic.fixes) != 1:
            continue
        fresh = [each for each in diagnostic.fixes[0].replacements if each not in chosen]
        if not any(_overlap(one, other) for one in fresh for other in chosen):
            chosen += fresh
    return chosen


def apply_replacements(replacements: Iterable[Replacement]) -> dict[str, str]:
    """The files that are changed, by path, with their texts after it. No two edits overlap.

    Of two edits at one place, the first stands first.
    """
    sources: dict[str, SourceFile] = {}
    edits: dict[str, list[Replacement]] = {}
    for each in replacements:
        sources.setdefault(each.span.source.path, each.span.source)
        edits.setdefault(each.span.source.path, []).append(each)
    return {path: _edit(sources[path].text, edits[path]) for path in edits}


def _edit(text: str, edits: list[Replacement]) -> str:
    parts, end = [], 0
    for each in sorted(edits, key=lambda each: (each.span.start, each.span.end)):
        parts += [text[end : each.span.start], each.text]
        end = max(end, each.span.end)
    return "".join((*parts, text[end:]))


def _overlap(one: Replacement, other: Replacement) -> bool:
    if one.span.source.path != other.span.source.path:
        return False
    if one.span.start == other.span.start:
        return True
    first, second = sorted((one.span, other.span), key=lambda span: span.start)
    return second.start < first.end
