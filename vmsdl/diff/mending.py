"""Edits of the new schema's text that mend a finding: proposals, whose verdicts are worked out
later (`remedies`).

A rule attaches them to its edits. What has no text, such as a schema made from a dump, gets none.
"""

import re
from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.cuts import width_of
from vmsdl.diff.report import Remedy, Replacement
from vmsdl.schema.description import Description, Field
from vmsdl.schema.types import Array, Bytes, EnumType, Scalar
from vmsdl.source import Span
from vmsdl.wire.constants import constant


def into_subsection(pair: Pair, field: Field, version: int | None = None) -> Iterator[Remedy]:
    """The field in a subsection of its body, sent where it is not as after reset.

    `version`: what the version of the body becomes again.
    """
    body = pair.new.description
    needed = _differs(field, pair)
    taken = {field.name for field in body.fields} | {sub.name for sub in body.subsections}
    name = f"{field.name}_state"
    if needed is None or name in taken or not body.span.source.text:
        return
    text = re.sub(r"\s+since\s+\d+", "", field.span.text)
    if " if " in text:
        return  # its condition may speak of what a subsection sees otherwise
    made = f"subsection {name} version 1 needed {needed} {{\n        {text}\n    }}"
    replacements = [
        Replacement(_with_line(field.span), ""),
        Replacement(_before_end(body), f"\n    {made}\n"),
    ]
    if version is not None and version != body.version_id:
        replacements += list(_version(body, version))
    yield Remedy(
        title=f"move `{field.name}` into a subsection `needed {needed}`",
        replacements=tuple(replacements),
    )


def keep_as_unused(pair: Pair, old: Field) -> Iterator[Remedy]:
    """Unused bytes where the field stood, as wide."""
    width = width_of(old.type, pair.old.schema)
    place = _place_of(pair, old)
    if width is None or place is None or old.condition is not None:
        return
    gate = f" since {old.since}" if old.since else ""
    text = f"unused[{width}]{gate};"
    yield Remedy(
        title=f"leave `{text}` where `{old.name}` stood",
        replacements=(Replacement(place, f"\n    {text}"),),
    )


def say_formerly(new: Field, name: str) -> Iterator[Remedy]:
    """The declaration that a field had another name."""
    end = new.span.end - 1
    if new.span.text.endswith(";"):
        yield Remedy(
            title=f"say that `{new.name}` was called `{name}`",
            replacements=(Replacement(Span(new.span.source, end, end), f" formerly {name}"),),
        )


def as_before(old: Field, new: Field) -> Iterator[Remedy]:
    """The field as the old text has it."""
    if old.span.text and old.name == new.name:
        text = " ".join(old.span.text.split())
        yield from with_text(f"leave it `{text}`", new.span, old.span.text)


def with_version(body: Description, version: int) -> Iterator[Remedy]:
    """The body at another version; its fields stay."""
    replacements = tuple(_version(body, version))
    if replacements:
        yield Remedy(title=f"leave the version at {version}", replacements=replacements)


def with_text(title: str, span: Span, text: str) -> Iterator[Remedy]:
    """Text in place of a span of the new schema."""
    if span.source.text:
        yield Remedy(title=title, replacements=(Replacement(span, text),))


def behind(title: str, span: Span, text: str) -> Iterator[Remedy]:
    """Text behind a span of the new schema."""
    yield from with_text(title, Span(span.source, span.end, span.end), text)


def _version(body: Description, version: int) -> Iterator[Replacement]:
    head = body.span.text.partition("{")[0]
    found = re.search(r"\bversion\s+(\d+)(\s+minimum\s+\d+)?", head)
    if found is None:
        return
    start = body.span.start + found.start()
    minimum = min(body.minimum_version_id, version)
    text = f"version {version}" + (f" minimum {minimum}" if minimum != version else "")
    yield Replacement(Span(body.span.source, start, body.span.start + found.end()), text)


def _differs(field: Field, pair: Pair) -> str | None:
    """The condition that a field is not as after reset, as a schema writes it."""
    name = field.name
    match field.type:
        case Scalar(name="bool"):
            is_on = field.default is not None and constant(field.default)
            return f"not {name}" if is_on else name
        case Scalar(name="f64"):
            return None
        case Scalar(name=kind):
            value = None if field.default is None else constant(field.default)
            zero = -1 if kind == "timer" else 0
            return f"{name} != {zero if value is None else int(value)}"
        case EnumType(name=enum):
            definition = pair.new.schema.enums[enum]
            arm = next((a.name for a in definition.arms if a.value == definition.zero), None)
            return f"{name} != {enum}.{arm}" if arm is not None else f"{name} != 0"
        case Bytes() | Array(element=Scalar(name="u8" | "u16" | "u32" | "u64" | "i32" | "i64")):
            return f"any(x in {name}: x != 0)"
        case _:
            return None


def _with_line(span: Span) -> Span:
    """With the white space before it, where it stands on a line of its own."""
    text = span.source.text
    start = span.start
    while start and text[start - 1] in " \t":
        start -= 1
    if start and text[start - 1] == "\n" and text[span.end : span.end + 1] in ("\n", ""):
        start -= 1
    return Span(span.source, start, span.end)


def _before_end(body: Description) -> Span:
    """The place before the brace that closes a body."""
    end = body.span.end - 1
    text = body.span.source.text
    while end > body.span.start and text[end] != "}":
        end -= 1
    return Span(body.span.source, end, end)


def _place_of(pair: Pair, old: Field) -> Span | None:
    """The place in the new text that a field had in the old: behind what stood before it."""
    body = pair.new.description
    if not body.span.source.text:
        return None
    partner = {before.name: after for before, after in pair.kept}
    steps = pair.old.description.steps
    for step in reversed(steps[: steps.index(old)]):
        if isinstance(step, Field) and step.name in partner:
            end = partner[step.name].span.end
            return Span(body.span.source, end, end)
    brace = body.span.text.find("{")
    return None if brace < 0 else Span(body.span.source, *[body.span.start + brace + 1] * 2)
