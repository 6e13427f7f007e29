"""Edits that cancel: as many bytes came as went, and what stands between is read as others."""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import ChangeKind, FieldChange, Pair, PairPath, find_pairs
from vmsdl.diff.layout.nodes import AnyNode
from vmsdl.diff.result import MigrationResult, ReportedEffect
from vmsdl.diff.rules.unused_bytes import find_size
from vmsdl.diff.simulate.records import EffectKind
from vmsdl.schema.description import Field
from vmsdl.schema.traverse import find_struct

_LENGTHS = frozenset({"truncated", "trailing-data", "length"})


def find_cancelled(pair: Pair, *, is_always: bool) -> Iterator[Edit]:
    """`is_always`: no state has a stream of another length; else only some have not."""
    if not pair.is_top or not _cancels(pair):
        return
    ways = [(way, is_forward) for way, is_forward in _ways(pair) if _shifted(way)]
    notices = [_is_noticed(way) for way, _ in ways]
    if not ways or all(notices) is is_always:
        return
    way, is_forward = ways[notices.index(not is_always)]
    first = _shifted(way)[0].effect
    old, new = (first.sent, first.wanted) if is_forward else (first.wanted, first.sent)
    assert old is not None
    assert new is not None
    yield Edit(
        path=_path(new),
        message=_message(pair, is_always=is_always),
        old_keys=tuple(_keys(ways, of_old=True)),
        new_keys=tuple(_keys(ways, of_old=False)),
        moves=True,
        help="mend each of these edits by itself: nothing at the other end notices",
        old=old.span,
        new=new.span,
    )


def _message(pair: Pair, *, is_always: bool) -> str:
    names = list(dict.fromkeys(name for name, _ in _deltas(pair)))
    shown = ", ".join(f"`{name}`" for name in names[:4]) + (" and more" if len(names) > 4 else "")
    where = "" if is_always else " in some states"
    return f"the edits of {shown} cancel out{where}: fields are read from the place of others"


def _ways(pair: Pair) -> Iterator[tuple[MigrationResult, bool]]:
    if pair.forward is not None and pair.backward is not None:
        yield pair.forward, True
        yield pair.backward, False


def _shifted(way: MigrationResult) -> list[ReportedEffect]:
    """What is read from another field's bytes, from the front."""
    found = [
        shown
        for shown in way.shown
        if shown.is_certain
        and shown.effect.kind is EffectKind.CORRUPT
        and shown.effect.reason == "shifted"
        and shown.effect.sent is not None
        and shown.effect.wanted is not None
    ]
    return sorted(found, key=lambda shown: (shown.effect.offset is None, shown.effect.offset or 0))


def _is_noticed(way: MigrationResult) -> bool:
    return any(
        s.effect.kind is EffectKind.REFUSED and s.effect.reason in _LENGTHS for s in way.shown
    )


def _keys(ways: list[tuple[MigrationResult, bool]], *, of_old: bool) -> Iterator[PairPath]:
    for way, is_forward in ways:
        for shown in _shifted(way):
            node = shown.effect.sent if is_forward is of_old else shown.effect.wanted
            if node is not None:
                yield _path(node)


def _path(node: AnyNode) -> PairPath:
    return tuple(part for part in node.key if isinstance(part, str))


def _cancels(pair: Pair) -> bool:
    """One edit can make up for another."""
    found = list(_deltas(pair))
    return any(
        more and less
        for i, (_, (more, _)) in enumerate(found)
        for j, (_, (_, less)) in enumerate(found)
        if i != j
    )


def _deltas(top: Pair) -> Iterator[tuple[str, tuple[bool, bool]]]:
    """Each edit that changes the length: whether it can add bytes, and whether take some away."""
    for pair in find_pairs(top):
        for change in pair.changes:
            delta = _delta(pair, change)
            if delta is not None:
                shown = (change.new or change.old)[0]
                yield shown.name if isinstance(shown, Field) else "unused", delta
        for move in pair.moves:
            yield move.new.name, (True, True)


def _delta(pair: Pair, change: FieldChange) -> tuple[bool, bool] | None:
    match change.how:
        case ChangeKind.ADDED:
            return True, False
        case ChangeKind.REMOVED:
            return False, True
        case ChangeKind.CUT:
            return None
        case _:
            pieces = (*change.old, *change.new)
            if len({(piece.since, piece.condition) for piece in pieces}) > 1:
                return True, True
            if _is_nested(change):
                return None  # the edits of a struct are told of in the struct
            there = find_size(change.old, pair.old.schema)
            here = find_size(change.new, pair.new.schema)
            if there is None or here is None:
                return None if _is_same(change) else (True, True)
            return None if there == here else (here > there, here < there)


def _is_nested(change: FieldChange) -> bool:
    return all(
        isinstance(piece, Field) and find_struct(piece.type) is not None
        for piece in (*change.old, *change.new)
    )


def _is_same(change: FieldChange) -> bool:
    match change.old, change.new:
        case (Field() as old,), (Field() as new,):
            return old.type == new.type
        case _:
            return False
