"""Gives a receiver its configuration before it loads: the sender's, where they share it."""

from collections.abc import Iterator, Mapping
from typing import Any

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
    """Gives `base` the settings that it shares with the object that is sent.

    `reset`: the sender's object at its reset values. A setting with another value there is not
    shared, and each side keeps its own. `own`: values that only the receiver has.
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
        for mine, yours in _find_shared(part.description, other.description):
            name, counterpart = part.names.attributes[mine], other.names.attributes[yours]
            is_same = getattr(part.object, name) == getattr(first.object, counterpart)
            if _is_setting(part.description, mine) and not is_same:
                continue
            setattr(part.object, name, getattr(other.object, counterpart))
        _copy_absence(part, other)
    for place, value in (own or {}).items():
        receiver.put(base, place, value)


def _find_shared(mine: Description, yours: Description) -> Iterator[tuple[str, str]]:
    theirs = {member.name for member in find_settable_members(yours)}
    for member in find_settable_members(mine):
        if member.name in theirs:
            yield member.name, member.name
    fields = {field.name: field for field in yours.fields}
    pairs = match_fields(yours, mine)
    for field in mine.fields:
        counterpart = fields.get(pairs.get(field.name, ""))
        if counterpart is None:
            continue
        is_compared = (field.equal and counterpart.equal) or (field.bounded and counterpart.bounded)
        if is_compared and _find_default(field) == _find_default(counterpart):
            yield field.name, counterpart.name


def _find_default(field: Field) -> int | bool:
    """The value that the receiver compares with, where it is the same on both sides."""
    return (None if field.default is None else fold_constant(field.default)) or 0


def _is_setting(description: Description, name: str) -> bool:
    return any(member.name == name for member in find_settable_members(description))


def _copy_absence(mine: ObjectPart, yours: ObjectPart) -> None:
    """A null pointer, or an `extern` that is absent, is so at both ends."""
    theirs = {field.name: field for field in yours.description.fields}
    pairs = match_fields(yours.description, mine.description)
    for field in mine.description.fields:
        counterpart = theirs.get(pairs.get(field.name, ""))
        if counterpart is None:
            continue
        name = mine.names.attributes[field.name]
        value = getattr(yours.object, yours.names.attributes[counterpart.name])
        if isinstance(field.condition, Extern) and value is None:
            setattr(mine.object, name, None)
        if isinstance(field.type, Array) and field.type.nullable and value is not None:
            here = getattr(mine.object, name)
            for i, each in enumerate(value):
                if each is None and i < len(here):
                    here[i] = None
