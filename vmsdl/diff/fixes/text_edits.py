"""Edits of the new schema's text that mend a finding: proposals, whose verdicts are worked out
later (`remedies`).

A rule attaches them to its edits. What has no text, such as a schema made from a dump, gets none.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from vmsdl.diff.edits.constraints import UpperBound, find_limit
from vmsdl.diff.edits.pair import Pair, PairMember
from vmsdl.diff.report import ProposedFix, Replacement
from vmsdl.expr.fold import fold_constant
from vmsdl.schema.description import Description, Field, Machine, Schema
from vmsdl.schema.members import SettableMember
from vmsdl.schema.scalars import ScalarRow
from vmsdl.schema.sizes import measure_type
from vmsdl.schema.types import Array, Bytes, EnumType, Scalar
from vmsdl.source import Span


def move_into_subsection(
    pair: Pair, field: Field, version: int | None = None, left: str = ""
) -> Iterator[ProposedFix]:
    """The field in a subsection of its body, sent where it is not as after reset.

    `version`: what the version of the body becomes again; `left`: what is left in its place.
    """
    body = pair.new.description
    needed = is_text_changed(field, pair)
    taken = {field.name for field in body.fields} | {sub.name for sub in body.subsections}
    name = f"{field.name}_state"
    if needed is None or name in taken or not body.span.source.text:
        return
    text = re.sub(r"\s+since\s+\d+", "", field.span.text)
    if " if " in text:
        return  # its condition may speak of what a subsection sees otherwise
    made = f"subsection {name} version 1 needed {needed} {{\n        {text}\n    }}"
    replacements = [
        Replacement(field.span, left) if left else Replacement(_with_line(field.span), ""),
        Replacement(insert_before_end(body), f"\n    {made}\n"),
    ]
    if version is not None and version != body.version_id:
        replacements += list(_version(body, version, body.minimum_version_id))
    yield ProposedFix(
        title=f"move `{field.name}` into a subsection `needed {needed}`",
        replacements=tuple(replacements),
    )


def keep_as_unused(
    pair: Pair, old: PairMember, version: tuple[int, int] | None = None
) -> Iterator[ProposedFix]:
    """Unused bytes where it stood, as wide. `version`: version and minimum of the body again."""
    width = (
        measure_type(old.type, pair.old.schema)
        if isinstance(old, Field)
        else fold_constant(old.length)
    )
    place = _place_of(pair, old)
    if width is None or place is None or old.condition is not None:
        return
    gate = f" since {old.since}" if old.since else ""
    text = f"unused[{width}]{gate};"
    stood = f"`{old.name}`" if isinstance(old, Field) else "they"
    replacements = [Replacement(place, f"\n    {text}")]
    title = f"leave `{text}` where {stood} stood"
    if version is not None:
        replacements += _version(pair.new.description, *version)
        title += f", and the version at {version[0]}"
    yield ProposedFix(title=title, replacements=tuple(replacements))


def declare_formerly(news: Sequence[Field], olds: Sequence[Field]) -> Iterator[ProposedFix]:
    """The declaration that fields had other names, or were cut otherwise."""
    words = "".join(f" formerly {old.name}" for old in olds)
    places = [Span(new.span.source, new.span.end - 1, new.span.end - 1) for new in news]
    if all(new.span.text.endswith(";") for new in news):
        called, were = as_fixes(news), as_fixes(olds)
        yield ProposedFix(
            title=f"say that {called} {'was' if len(news) == 1 else 'were'} {were}",
            replacements=tuple(Replacement(place, words) for place in places),
        )


def as_fixes(fields: Iterable[Field]) -> str:
    return ", ".join(f"`{field.name}`" for field in fields)


def restore_type(old: PairMember, new: PairMember) -> Iterator[ProposedFix]:
    """What the old text has in its place, unless that is called otherwise."""
    is_renamed = isinstance(old, Field) and isinstance(new, Field) and old.name != new.name
    if old.span.text and not is_renamed:
        text = " ".join(old.span.text.split())
        yield from replace_text(f"leave it `{text}`", new.span, old.span.text)


def set_version(body: Description, version: int, minimum: int) -> Iterator[ProposedFix]:
    """The body at another version; its fields stay."""
    replacements = tuple(_version(body, version, minimum))
    if replacements:
        yield ProposedFix(title=f"leave `{_numbers(version, minimum)}`", replacements=replacements)


def restore_order(fields: Sequence[Field], places: Sequence[int]) -> Iterator[ProposedFix]:
    """The fields of a body in the order of these places."""
    ordered = [field for _, field in sorted(zip(places, fields, strict=True), key=lambda e: e[0])]
    moved = [(place, field) for place, field in zip(fields, ordered, strict=True)]
    if all(field.span.text for field in fields):
        yield ProposedFix(
            title="put them back in the order that they had",
            replacements=tuple(
                Replacement(place.span, field.span.text)
                for place, field in moved
                if place is not field
            ),
        )


def set_wire_name(body: Description, name: str) -> Iterator[ProposedFix]:
    """The body called so on the wire."""
    start = body.name_span.end
    head = body.span.source.text[start : body.span.end].partition("{")[0]
    said = re.match(r'\s+as\s+"[^"]*"', head)
    place = Span(body.span.source, start, start + (said.end() if said is not None else 0))
    text = "" if name == body.name else f' as "{name}"'
    yield from replace_text(f'call it "{name}" on the wire', place, text)


def drop_needed(body: Description) -> Iterator[ProposedFix]:
    """The section sent always."""
    found = _needed(body)
    if found is not None:
        yield from replace_text("take the `needed` away", found[0], "")


def widen_needed(old: Description, new: Description) -> Iterator[ProposedFix]:
    """The section sent where it was, and where it is now."""
    before, after = _needed(old), _needed(new)
    if before is not None and after is not None:
        text = f"({before[1]}) or ({after[1]})"
        yield from replace_text(f"make it `needed {text}`", after[0], f" needed {text}")


def _needed(body: Description) -> tuple[Span, str] | None:
    """Where the condition of a section stands, and what it says."""
    start = body.name_span.end
    head = body.span.source.text[start : body.span.end].partition("{")[0]
    found = re.search(r"\s+needed\s(.*)$", head.rstrip(), re.DOTALL)
    if found is None:
        return None
    span = Span(body.span.source, start + found.start(), start + found.end())
    return span, found.group(1).strip()


def replace_text(title: str, span: Span, text: str) -> Iterator[ProposedFix]:
    """Text in place of a span of the new schema."""
    if span.source.text:
        yield ProposedFix(title=title, replacements=(Replacement(span, text),))


def insert_after(title: str, span: Span, text: str) -> Iterator[ProposedFix]:
    """Text behind a span of the new schema."""
    yield from replace_text(title, Span(span.source, span.end, span.end), text)


def set_machine_setting(
    schema: Schema, machines: list[str], path: tuple[str, str], value: str
) -> Iterator[ProposedFix]:
    """Machine types of the new text that set a property."""
    places = [insert_before_end(schema.machines[name]) for name in machines]
    if not places or not all(place.source.text for place in places):
        return
    setting = f"{'.'.join(path)} = {value};"
    listed = ", ".join(f'"{name}"' for name in machines)
    yield ProposedFix(
        title=f"set `{setting}` for machine {listed}",
        replacements=tuple(Replacement(place, f"    {setting}\n") for place in places),
    )


def restore_bound(bound: UpperBound) -> Iterator[ProposedFix]:
    """The largest value that a field could hold before."""
    if bound.before is None or bound.after is None:
        return
    before, after = find_limit(bound.before), find_limit(bound.after)
    value = fold_constant(before)
    if value is not None and bound.before.operator is bound.after.operator:
        yield from replace_text(f"keep the bound at {int(value)}", after.span, str(int(value)))


def restore_default(new: Field | SettableMember, value: str) -> Iterator[ProposedFix]:
    """The value that it began with before."""
    if new.default is not None:
        yield from replace_text(f"leave the default at {value}", new.default.span, value)


def _version(body: Description, version: int, minimum: int) -> Iterator[Replacement]:
    head = body.span.text.partition("{")[0]
    found = re.search(r"\bversion\s+(\d+)(\s+minimum\s+\d+)?", head)
    if found is None:
        return
    start = body.span.start + found.start()
    place = Span(body.span.source, start, body.span.start + found.end())
    yield Replacement(place, _numbers(version, min(minimum, version)))


def _numbers(version: int, minimum: int) -> str:
    return f"version {version}" + (f" minimum {minimum}" if minimum != version else "")


def is_text_changed(field: Field, pair: Pair) -> str | None:
    """The condition that a field is not as after reset, as a schema writes it."""
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
            definition = pair.new.schema.enums[enum]
            arm = next((a.name for a in definition.arms if a.value == definition.zero), None)
            return f"{name} != {enum}.{arm}" if arm is not None else f"{name} != 0"
        case Bytes() | Array(element=Scalar(row=ScalarRow(is_integer=True))):
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


def insert_before_end(body: Description | Machine) -> Span:
    """The place before the brace that closes a body."""
    end = body.span.end - 1
    text = body.span.source.text
    while end > body.span.start and text[end] != "}":
        end -= 1
    return Span(body.span.source, end, end)


def _place_of(pair: Pair, old: PairMember) -> Span | None:
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
