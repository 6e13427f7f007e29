"""Edits of the new schema's text that mend what was done to a subsection: proposals, as in
`mending`."""

import re
from collections.abc import Iterator

from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import insert_before_end, is_text_changed, replace_text
from vmsdl.diff.report import ProposedFix, Replacement
from vmsdl.expr.nodes import Expression
from vmsdl.schema.description import Description, Field
from vmsdl.source import Span


def keep_unsent(pair: Pair, old: Description) -> Iterator[ProposedFix]:
    """The subsection as it was, understood and never sent."""
    body = pair.new.description
    if not body.span.source.text or not isinstance(old.needed, Expression):
        return
    taken = {each.name for each in body.fields} | {each.name for each in body.subsections}
    if old.name in taken:
        return
    start = old.span.start
    needed = old.needed.span
    text = old.span.source.text
    made = f"{text[start : needed.start]}false{text[needed.end : old.span.end]}"
    yield ProposedFix(
        title=f"keep `{old.name}`, `needed false`",
        replacements=(Replacement(insert_before_end(body), f"\n    {made}\n"),),
    )


def restore_name(old: Description, new: Description) -> Iterator[ProposedFix]:
    """The old name on the wire, whatever it is called here."""
    text = new.span.text
    name = new.name_span.end - new.span.start
    said = re.match(r'\s*as\s*"[^"]*"', text[name:])
    end = new.name_span.end + (said.end() if said is not None else 0)
    place = Span(new.span.source, new.name_span.end, end)
    words = f' as "{old.wire_name}"'
    yield from replace_text(f"call it `{new.name}{words}`", place, words)


def need_where_different(pair: Pair, sub: Description) -> Iterator[ProposedFix]:
    """Sent where a field of it is not as after reset."""
    parts = [is_text_changed(field, pair) for field in sub.fields]
    if parts and None not in parts:
        yield from _with_needed(sub, " or ".join(part for part in parts if part))


def restore_needed(old: Description, new: Description) -> Iterator[ProposedFix]:
    """Sent under the old condition."""
    if isinstance(old.needed, Expression):
        yield from _with_needed(new, old.needed.span.text)


def need_in_both(old: Description, new: Description) -> Iterator[ProposedFix]:
    """Sent under either condition."""
    if isinstance(old.needed, Expression) and isinstance(new.needed, Expression):
        yield from _with_needed(new, f"({old.needed.span.text}) or ({new.needed.span.text})")


def gate_by_new_version(sub: Description, added: list[Field]) -> Iterator[ProposedFix]:
    """The subsection at a version of its own for what was added to it."""
    version = sub.version_id + 1
    head = sub.span.text.partition("{")[0]
    said = re.search(r"\bversion\s+\d+(\s+minimum\s+\d+)?", head)
    if said is None or not all(field.span.text.endswith(";") for field in added):
        return
    start = sub.span.start
    place = Span(sub.span.source, start + said.start(), start + said.end())
    edits = [Replacement(place, f"version {version} minimum {sub.minimum_version_id}")]
    for field in added:
        end = field.span.end - 1
        edits.append(Replacement(Span(field.span.source, end, end), f" since {version}"))
    names = " and ".join(f"`{field.name}`" for field in added)
    yield ProposedFix(
        title=f"make the subsection version {version}, and {names} `since {version}`",
        replacements=tuple(edits),
    )


def _with_needed(sub: Description, text: str) -> Iterator[ProposedFix]:
    place = _needed(sub)
    if text and place is not None:
        yield from replace_text(f"make it `needed {' '.join(text.split())}`", place, text)


def _needed(sub: Description) -> Span | None:
    """Where it is said when the subsection is sent."""
    if isinstance(sub.needed, Expression):
        return sub.needed.span
    said = re.search(r"\bneeded\s+(extern)\b", sub.span.text.partition("{")[0])
    if said is None:
        return None
    return Span(sub.span.source, sub.span.start + said.start(1), sub.span.start + said.end(1))
