"""Edits that cancel in length: fields between them are read from the bytes of other fields, and
the length of the section does not show it."""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.field_changes import ChangeKind, FieldChange, measure_members
from vmsdl.diff.edits.pair import Pair, PairPath, find_pairs
from vmsdl.diff.layout.nodes import AnyNode
from vmsdl.diff.result import MigrationResult
from vmsdl.diff.simulate.reasons import LENGTH_REASONS, EffectReason
from vmsdl.diff.simulate.records import Effect, EffectKind
from vmsdl.records import dataclass
from vmsdl.schema.description import Field
from vmsdl.schema.traverse import find_struct


@dataclass(frozen=True, slots=True)
class _Misread:
    """A field that is read from the bytes of another field, as the old and the new side have it."""

    old: AnyNode
    new: AnyNode


@dataclass(frozen=True, slots=True)
class _Direction:
    """A direction in which fields are misread, from the front.

    `is_refused`: some state is refused for the length of its stream.
    """

    misread: list[_Misread]
    is_refused: bool


@dataclass(frozen=True, slots=True)
class _LengthChange:
    """An edit that changes the length of the section, by the name of its field."""

    name: str
    can_add: bool
    can_remove: bool


def find_cancelled(pair: Pair, *, is_always: bool) -> Iterator[Edit]:
    """`is_always`: in some direction no state is refused for the length of its stream; else some
    states are refused in every direction with misread fields."""
    if not pair.is_top or pair.forward is None or pair.backward is None:
        return
    changes = list(_find_length_changes(pair))
    if not _can_cancel(changes):
        return
    directions = [
        _Direction(_find_misread(result, is_forward=is_forward), _is_refused_for_length(result))
        for result, is_forward in ((pair.forward, True), (pair.backward, False))
    ]
    directions = [each for each in directions if each.misread]
    if not directions or all(each.is_refused for each in directions) is is_always:
        return
    first = next(each for each in directions if each.is_refused is not is_always).misread[0]
    yield Edit(
        path=_get_path(first.new),
        message=_write_message(changes, is_always=is_always),
        old_paths=tuple(_get_path(each.old) for found in directions for each in found.misread),
        new_paths=tuple(_get_path(each.new) for found in directions for each in found.misread),
        shifts=True,
        help="fix each of these edits on its own: the receiver does not detect the error",
        old=first.old.span,
        new=first.new.span,
    )


def _write_message(changes: list[_LengthChange], *, is_always: bool) -> str:
    names = list(dict.fromkeys(change.name for change in changes))
    shown = ", ".join(f"`{name}`" for name in names[:4]) + (" and more" if len(names) > 4 else "")
    where = "" if is_always else " in some states"
    return f"edits of {shown} cancel in length{where}: fields are read from the bytes of others"


def _find_misread(result: MigrationResult, *, is_forward: bool) -> list[_Misread]:
    effects = [shown.effect for shown in result.shown if shown.is_certain]
    found: list[tuple[Effect, _Misread]] = []
    for effect in effects:
        sent, expected = effect.sent, effect.expected
        is_shifted = effect.kind is EffectKind.CORRUPT and effect.reason is EffectReason.SHIFTED
        if is_shifted and sent is not None and expected is not None:
            misread = _Misread(sent, expected) if is_forward else _Misread(expected, sent)
            found.append((effect, misread))
    found.sort(key=lambda each: (each[0].offset is None, each[0].offset or 0))
    return [misread for _, misread in found]


def _is_refused_for_length(result: MigrationResult) -> bool:
    return any(
        shown.effect.kind is EffectKind.REFUSED and shown.effect.reason in LENGTH_REASONS
        for shown in result.shown
    )


def _get_path(node: AnyNode) -> PairPath:
    return tuple(part for part in node.key if isinstance(part, str))


def _can_cancel(changes: list[_LengthChange]) -> bool:
    """One edit can add the bytes that another one removes."""
    return any(
        one.can_add and other.can_remove
        for i, one in enumerate(changes)
        for j, other in enumerate(changes)
        if i != j
    )


def _find_length_changes(top: Pair) -> Iterator[_LengthChange]:
    for pair in find_pairs(top):
        for change in pair.changes:
            shown = (change.new or change.old)[0]
            name = shown.name if isinstance(shown, Field) else "unused"
            found = _find_length_change(pair, change, name)
            if found is not None:
                yield found
        for move in pair.moves:
            yield _LengthChange(move.new.name, can_add=True, can_remove=True)


def _find_length_change(pair: Pair, change: FieldChange, name: str) -> _LengthChange | None:
    match change.kind:
        case ChangeKind.ADDED:
            return _LengthChange(name, can_add=True, can_remove=False)
        case ChangeKind.REMOVED:
            return _LengthChange(name, can_add=False, can_remove=True)
        case ChangeKind.SPLIT:
            return None
        case _:
            pass
    members = (*change.old, *change.new)
    if len({(member.since, member.condition) for member in members}) > 1:
        return _LengthChange(name, can_add=True, can_remove=True)
    if all(
        isinstance(member, Field) and find_struct(member.type) is not None for member in members
    ):
        return None  # the pair of the two structs has its length changes
    there = measure_members(change.old, pair.old.schema)
    here = measure_members(change.new, pair.new.schema)
    if there is None or here is None:
        has_same_type = _has_same_type(change)
        return None if has_same_type else _LengthChange(name, can_add=True, can_remove=True)
    return None if there == here else _LengthChange(name, here > there, here < there)


def _has_same_type(change: FieldChange) -> bool:
    match change.old, change.new:
        case (Field() as old,), (Field() as new,):
            return old.type == new.type
        case _:
            return False
