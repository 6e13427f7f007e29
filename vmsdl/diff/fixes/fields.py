"""Fixes for fields and unused bytes: restore them, keep their bytes, or move them elsewhere."""

import re
from collections.abc import Iterator, Sequence

from vmsdl.diff.edits.constraints import BoundChange, find_limit
from vmsdl.diff.edits.field_changes import PairMember, measure_members
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.headers import describe_version, replace_version
from vmsdl.diff.fixes.text_edits import find_body_end, list_names, replace_text
from vmsdl.diff.report import ProposedFix, Replacement
from vmsdl.expr.fold import fold_constant
from vmsdl.schema.description import Field, Schema
from vmsdl.schema.members import SettableMember
from vmsdl.schema.scalars import ScalarRow
from vmsdl.schema.types import Array, Bytes, EnumType, Scalar
from vmsdl.source import Span


def move_into_subsection(
    pair: Pair, field: Field, version: int | None = None, left: str = ""
) -> Iterator[ProposedFix]:
    """Move the field into a subsection that is sent where the field is not at its reset value.

    `version`: the version to set the body back to. `left`: the text to leave in place of the field.
    """
    body = pair.new.description
    needed = write_differs_from_reset(field, pair.new.schema)
    taken = {each.name for each in body.fields} | {each.name for each in body.subsections}
    name = f"{field.name}_state"
    if needed is None or name in taken or not body.span.source.text:
        return
    text = re.sub(r"\s+since\s+\d+", "", field.span.text)
    if " if " in text:
        return  # in a subsection, names in its condition can mean other members
    head = f"subsection {name} version 1 needed {needed}"
    subsection = f"{head} {{\n        {text}\n    }}"
    replacements = [
        Replacement(field.span, left) if left else Replacement(_include_line(field.span), ""),
        Replacement(find_body_end(body), f"\n    {subsection}\n"),
    ]
    title = f"move `{text}` into a new `{head}` at the end of `{body.name}`"
    title += f", with `{left}` in its old place" if left else ""
    if version is not None and version != body.version_id:
        header = list(replace_version(body, version, body.minimum_version_id))
        replacements += header
        title += describe_version(body, header)
    yield ProposedFix(title=title, replacements=tuple(replacements))


def keep_as_unused(
    pair: Pair, old: PairMember, version: tuple[int, int] | None = None
) -> Iterator[ProposedFix]:
    """Put unused bytes of the same width in the place of a removed member.

    `version`: the version and the minimum to set the body back to.
    """
    width = measure_members((old,), pair.old.schema)
    place = _find_old_place(pair, old)
    if width is None or place is None or old.condition is not None:
        return
    text = _write_unused(width, old.since)
    body = pair.new.description
    place_text = f" in the place of `{old.name}`" if isinstance(old, Field) else ""
    before = next((each for each in body.fields if each.span.end == place.end), None)
    title = f"keep `{text}`{place_text}, "
    title += f"at the top of `{body.name}`" if before is None else f"after `{before.name}`"
    replacements = [Replacement(place, f"\n    {text}")]
    if version is not None:
        header = list(replace_version(body, *version))
        replacements += header
        title += describe_version(body, header)
    yield ProposedFix(title=title, replacements=tuple(replacements))


def resize_unused(pair: Pair, old: Field, unused: PairMember) -> Iterator[ProposedFix]:
    """Make unused bytes as many as the field that they replaced, under the same gate."""
    width = measure_members((old,), pair.old.schema)
    if width is not None and old.condition is None:
        text = _write_unused(width, old.since)
        yield from replace_text(f"change it to `{text}`", unused.span, text)


def declare_formerly(news: Sequence[Field], olds: Sequence[Field]) -> Iterator[ProposedFix]:
    """Declare that fields are the renamed, split or merged old fields."""
    words = "".join(f" formerly {old.name}" for old in olds)
    places = [Span(new.span.source, new.span.end - 1, new.span.end - 1) for new in news]
    if all(new.span.text.endswith(";") for new in news):
        yield ProposedFix(
            title=f"write `{words.strip()}` for {list_names(news)}",
            replacements=tuple(Replacement(place, words) for place in places),
        )


def restore_type(old: PairMember, new: PairMember) -> Iterator[ProposedFix]:
    """Restore the old text of a member, unless the field was renamed."""
    is_renamed = isinstance(old, Field) and isinstance(new, Field) and old.name != new.name
    if old.span.text and not is_renamed:
        text = " ".join(old.span.text.split())
        yield from replace_text(f"restore `{text}`", new.span, old.span.text)


def restore_order(fields: Sequence[Field], places: Sequence[int]) -> Iterator[ProposedFix]:
    """Restore the order of fields. `places`: of each field, its old place."""
    ordered = [field for _, field in sorted(zip(places, fields, strict=True), key=lambda e: e[0])]
    if all(field.span.text for field in fields):
        yield ProposedFix(
            title=f"restore the old order: {list_names(ordered)}",
            replacements=tuple(
                Replacement(place.span, field.span.text)
                for place, field in zip(fields, ordered, strict=True)
                if place is not field
            ),
        )


def restore_bound(bound: BoundChange) -> Iterator[ProposedFix]:
    """Restore the old upper bound of a field."""
    if bound.before is None or bound.after is None:
        return
    before, after = find_limit(bound.before), find_limit(bound.after)
    value = fold_constant(before)
    if value is not None and bound.before.operator is bound.after.operator:
        yield from replace_text(
            f"restore the upper bound {int(value)}", after.span, str(int(value))
        )


def restore_default(new: Field | SettableMember, value: str) -> Iterator[ProposedFix]:
    """Restore the old default."""
    if new.default is not None:
        yield from replace_text(f"restore the default {value}", new.default.span, value)


def write_differs_from_reset(field: Field, schema: Schema) -> str | None:
    """The condition that a field is not at its reset value, as a schema writes it.

    None: there is no short condition for its type.
    """
    name = field.name
    match field.type:
        case Scalar(is_bool=True):
            is_on = field.default is not None and fold_constant(field.default)
            return f"not {name}" if is_on else name
        case Scalar(is_float=True):
            return None
        case Scalar(row=row):
            value = None if field.default is None else fold_constant(field.default)
            return f"{name} != {row.zero if value is None else int(value)}"
        case EnumType(name=enum):
            definition = schema.enums[enum]
            zero_names = (a.name for a in definition.members if a.value == definition.zero)
            member = next(zero_names, None)
            return f"{name} != 0" if member is None else f"{name} != {enum}.{member}"
        case Bytes() | Array(element=Scalar(row=ScalarRow(is_integer=True))):
            return f"any(x in {name}: x != 0)"
        case _:
            return None


def _write_unused(width: int, since: int) -> str:
    return f"unused[{width}]{f' since {since}' if since else ''};"


def _include_line(span: Span) -> Span:
    """The span with the white space before it, where it is alone on its line."""
    text = span.source.text
    start = span.start
    while start and text[start - 1] in " \t":
        start -= 1
    if start and text[start - 1] == "\n" and text[span.end : span.end + 1] in ("\n", ""):
        start -= 1
    return Span(span.source, start, span.end)


def _find_old_place(pair: Pair, old: PairMember) -> Span | None:
    """The place of an old member in the new text: after the last kept field before it."""
    body = pair.new.description
    if not body.span.source.text:
        return None
    counterparts = {before.name: after for before, after in pair.kept_fields}
    steps = pair.old.description.steps
    index = next(i for i, step in enumerate(steps) if step is old)  # others can be equal to it
    for step in reversed(steps[:index]):
        if isinstance(step, Field) and step.name in counterparts:
            end = counterparts[step.name].span.end
            return Span(body.span.source, end, end)
    brace = body.span.text.find("{")
    if brace < 0:
        return None
    start = body.span.start + brace + 1
    return Span(body.span.source, start, start)
