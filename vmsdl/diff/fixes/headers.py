"""Fixes for the header of a description, and for the settings of machine types."""

import re
from collections.abc import Iterable, Iterator

from vmsdl.analysis.header_edits import find_versions
from vmsdl.diff.fixes.text_edits import find_body_end, replace_text
from vmsdl.diff.layout.settings import find_default
from vmsdl.diff.report import ProposedFix, Replacement
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Property, Schema
from vmsdl.schema.types import EnumType, Scalar
from vmsdl.source import Span


def set_version(body: Description, version: int, minimum: int) -> Iterator[ProposedFix]:
    """Set the version and the minimum of a body; its fields stay."""
    replacements = tuple(replace_version(body, version, minimum))
    if replacements:
        title = f"write `{_write_version(version, minimum)}`"
        yield ProposedFix(title=title, replacements=replacements)


def replace_version(body: Description, version: int, minimum: int) -> Iterator[Replacement]:
    """The replacement that sets the version; none where there is no text, or it is so already."""
    place = find_versions(body)
    text = _write_version(version, min(minimum, version))
    if place is not None and " ".join(place.text.split()) != text:
        yield Replacement(place, text if place.text else f" {text}")


def describe_version(body: Description, replacements: Iterable[Replacement]) -> str:
    """What is told of such a replacement behind the rest of a title; empty where there is none."""
    return "".join(
        f", and write `{each.text.strip()}` in the header of `{body.name}`" for each in replacements
    )


def _write_version(version: int, minimum: int) -> str:
    return f"version {version}" + (f" minimum {minimum}" if minimum != version else "")


def set_wire_name(body: Description, name: str) -> Iterator[ProposedFix]:
    """Set the wire name of a body."""
    found = re.match(r'\s+as\s+"[^"]*"', _read_head(body))
    start = body.name_span.end
    place = Span(body.span.source, start, start + (found.end() if found is not None else 0))
    text = "" if name == body.name else f' as "{name}"'
    yield from replace_text(f'restore the wire name "{name}"', place, text)


def drop_needed(body: Description) -> Iterator[ProposedFix]:
    """Send the section always."""
    needed = _find_needed(body)
    if needed is not None:
        yield from replace_text("remove `needed`", needed.span, "")


def widen_needed(old: Description, new: Description) -> Iterator[ProposedFix]:
    """Send the section in the old cases and in the new cases."""
    before, after = _find_needed(old), _find_needed(new)
    if before is not None and after is not None:
        text = f"({before.condition}) or ({after.condition})"
        yield from replace_text(f"change it to `needed {text}`", after.span, f" needed {text}")


@dataclass(frozen=True, slots=True)
class _NeededClause:
    """The `needed` of a section: its span, with the word, and the text of its condition."""

    span: Span
    condition: str


def _find_needed(body: Description) -> _NeededClause | None:
    found = re.search(r"\s+needed\s(.*)$", _read_head(body).rstrip(), re.DOTALL)
    if found is None:
        return None
    start = body.name_span.end
    span = Span(body.span.source, start + found.start(), start + found.end())
    return _NeededClause(span, found.group(1).strip())


def _read_head(body: Description) -> str:
    """The text between the name of a body and its brace."""
    return body.span.source.text[body.name_span.end : body.span.end].partition("{")[0]


def omit_on_machines(
    schema: Schema, machines: list[str], path: tuple[str, str], member: Property
) -> Iterator[ProposedFix]:
    """Turn a property off on some machine types, by entries in the newest of them."""
    newest = find_newest(schema, machines)
    yield from set_machine_property(schema, newest, path, _write_off(member, schema))


def find_newest(schema: Schema, machines: list[str]) -> list[str]:
    """Those that extend none of the others: what is set there, the others have too."""
    return [name for name in machines if not _extends_one_of(schema, name, machines)]


def _extends_one_of(schema: Schema, machine: str, others: list[str]) -> bool:
    seen = {machine}
    name = schema.machines[machine].extends
    while name is not None and name in schema.machines and name not in seen:
        if name in others:
            return True
        seen.add(name)
        name = schema.machines[name].extends
    return False


def _write_off(member: Property, schema: Schema) -> str:
    """The value that a property probably does not have by default; the comparison shows it."""
    default = find_default(member, schema)
    match member.type:
        case Scalar(is_bool=True):
            return "false" if default else "true"
        case EnumType(name=name):
            members = schema.enums[name].members
            other = next((each for each in members if each.value != default), None)
            return "0" if other is None else f"{name}.{other.name}"
        case _:
            return "0" if default else "1"


def set_machine_property(
    schema: Schema, machines: list[str], path: tuple[str, str], value: str
) -> Iterator[ProposedFix]:
    """Set a property in machine types of the new text. `path`: description and property."""
    places = [find_body_end(schema.machines[name]) for name in machines]
    if not places or not all(place.source.text for place in places):
        return
    setting = f"{'.'.join(path)} = {value};"
    names = ", ".join(f'"{name}"' for name in machines)
    yield ProposedFix(
        title=f"set `{setting}` on machine {names}",
        replacements=tuple(Replacement(place, f"    {setting}\n") for place in places),
    )
