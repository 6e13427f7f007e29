"""Fixes for subsections: their names, their versions, and the conditions they are sent under."""

import re
from collections.abc import Iterator

from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.fields import write_differs_from_reset
from vmsdl.diff.fixes.headers import describe_version, replace_version
from vmsdl.diff.fixes.text_edits import find_body_end, list_names, replace_text
from vmsdl.diff.report import ProposedFix, Replacement
from vmsdl.expr.nodes import Expression
from vmsdl.schema.description import Description, Field, Schema
from vmsdl.source import Span


def keep_unsent(pair: Pair, old: Description) -> Iterator[ProposedFix]:
    """Keep a removed subsection, so that it is still read, and never send it."""
    body = pair.new.description
    if not body.span.source.text or not isinstance(old.needed, Expression):
        return
    taken = {each.name for each in body.fields} | {each.name for each in body.subsections}
    if old.name in taken:
        return
    needed = old.needed.span
    text = old.span.source.text
    kept = f"{text[old.span.start : needed.start]}false{text[needed.end : old.span.end]}"
    yield ProposedFix(
        title=f"keep the old subsection `{old.name}` at the end of `{body.name}`, with "
        "`needed false`",
        replacements=(Replacement(find_body_end(body), f"\n    {kept}\n"),),
    )


def restore_name(old: Description, new: Description) -> Iterator[ProposedFix]:
    """Restore the old wire name, whatever the name in the schema is."""
    start = new.name_span.end
    found = re.match(r'\s*as\s*"[^"]*"', new.span.text[start - new.span.start :])
    place = Span(new.span.source, start, start + (found.end() if found is not None else 0))
    words = f' as "{old.wire_name}"'
    yield from replace_text(f"write `{new.name}{words}`", place, words)


def need_where_different(schema: Schema, sub: Description) -> Iterator[ProposedFix]:
    """Send the subsection where a field of it is not at its reset value."""
    parts = [write_differs_from_reset(field, schema) for field in sub.fields]
    if parts and None not in parts:
        yield from _set_needed(sub, " or ".join(part for part in parts if part))


def restore_needed(old: Description, new: Description) -> Iterator[ProposedFix]:
    """Restore the old condition."""
    if isinstance(old.needed, Expression):
        yield from _set_needed(new, old.needed.span.text)


def need_in_both(old: Description, new: Description) -> Iterator[ProposedFix]:
    """Send the subsection in the old cases and in the new cases."""
    if isinstance(old.needed, Expression) and isinstance(new.needed, Expression):
        yield from _set_needed(new, f"({old.needed.span.text}) or ({new.needed.span.text})")


def gate_by_new_version(sub: Description, added: list[Field]) -> Iterator[ProposedFix]:
    """Raise the version of the subsection, and gate the added fields by it."""
    version = sub.version_id + 1
    header = list(replace_version(sub, version, sub.minimum_version_id))
    replacements = list(header)
    if not header or not all(field.span.text.endswith(";") for field in added):
        return
    for field in added:
        end = field.span.end - 1
        replacements.append(Replacement(Span(field.span.source, end, end), f" since {version}"))
    names = list_names(added, " and ")
    yield ProposedFix(
        title=(f"add `since {version}` to {names}{describe_version(sub, header)}"),
        replacements=tuple(replacements),
    )


def _set_needed(sub: Description, text: str) -> Iterator[ProposedFix]:
    place = _find_needed(sub)
    if text and place is not None:
        yield from replace_text(f"change it to `needed {' '.join(text.split())}`", place, text)


def _find_needed(sub: Description) -> Span | None:
    """The span of the condition under which the subsection is sent."""
    if isinstance(sub.needed, Expression):
        return sub.needed.span
    found = re.search(r"\bneeded\s+(extern)\b", sub.span.text.partition("{")[0])
    if found is None:
        return None
    return Span(sub.span.source, sub.span.start + found.start(1), sub.span.start + found.end(1))
