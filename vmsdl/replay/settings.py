"""What a receiver has before it loads: its configuration, taken to be the sender's."""

from collections.abc import Iterator, Mapping
from typing import Any

from vmsdl.diff.layout.settings import has_two_values
from vmsdl.diff.matching.fields import Pairing, match_fields
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import FieldPath
from vmsdl.expr.nodes import Extern
from vmsdl.replay.program import ObjectPart, ReplaySide
from vmsdl.schema.description import Description, Field
from vmsdl.schema.members import find_settable_members
from vmsdl.schema.types import Array


def apply_settings(
    receiver: ReplaySide,
    base: Any,
    sender: ReplaySide,
    sent: Any,
    reset: Any,
    own: Mapping[FieldPath, int | bool] | None = None,
) -> None:
    """Give `base` what it shares with the object that is sent.

    `reset`: the sender's object as it was; a setting that differs there differs between the two,
    and each keeps its own. `own`: values that the receiver alone has.
    """
    pairing = Pairing(receiver.side, sender.side)
    there = {part.key: part for part in sender.parts(sent)}
    before = {part.key: part for part in sender.parts(reset)}
    for part in list(receiver.parts(base)):
        key = pairing.counterpart(part.key)
        other = None if key is None else there.get(key)
        if other is None:
            continue
        first = before.get(other.key, other)
        for mine, yours in _shared(part.description, other.description):
            name, twin = part.names.attributes[mine], other.names.attributes[yours]
            if _is_setting(part.description, mine):
                places = (*part.key, mine), (*other.key, yours)
                differs = has_two_values(receiver.side, sender.side, *places)
                if differs is None:
                    differs = getattr(part.object, name) != getattr(first.object, twin)
                if differs:
                    continue
            setattr(part.object, name, getattr(other.object, twin))
        _pointers(part, other)
    for place, value in (own or {}).items():
        receiver.put(base, place, value)


def _shared(mine: Description, yours: Description) -> Iterator[tuple[str, str]]:
    theirs = {member.name for member in find_settable_members(yours)}
    for member in find_settable_members(mine):
        if member.name in theirs:
            yield member.name, member.name
    fields = {field.name: field for field in yours.fields}
    pairs = match_fields(yours, mine)
    for field in mine.fields:
        twin = fields.get(pairs.get(field.name, ""))
        if twin is None:
            continue
        is_compared = (field.equal and twin.equal) or (field.bounded and twin.bounded)
        if is_compared and _default(field) == _default(twin):
            yield field.name, twin.name


def _default(field: Field) -> int | bool:
    """Where the two differ, each side has its own."""
    return (None if field.default is None else fold_constant(field.default)) or 0


def _is_setting(description: Description, name: str) -> bool:
    return any(member.name == name for member in find_settable_members(description))


def _pointers(mine: ObjectPart, yours: ObjectPart) -> None:
    """What is null, or `extern`, is so at both ends."""
    theirs = {field.name: field for field in yours.description.fields}
    pairs = match_fields(yours.description, mine.description)
    for field in mine.description.fields:
        twin = theirs.get(pairs.get(field.name, ""))
        if twin is None:
            continue
        name = mine.names.attributes[field.name]
        value = getattr(yours.object, yours.names.attributes[twin.name])
        if isinstance(field.condition, Extern) and value is None:
            setattr(mine.object, name, None)
        if isinstance(field.type, Array) and field.type.nullable and value is not None:
            here = getattr(mine.object, name)
            for i, each in enumerate(value):
                if each is None and i < len(here):
                    here[i] = None
