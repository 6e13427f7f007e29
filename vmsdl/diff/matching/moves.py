"""From two bodies to what went between them and their subsections, and which of those have another
name now."""

from collections.abc import Iterable, Iterator

from vmsdl.diff.matching.fields import find_counterpart, match_names
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field, Hook


@dataclass(frozen=True, slots=True)
class Move:
    """A field that went from one body to another: into a subsection, out of one, or across."""

    old: Field
    new: Field
    old_owner: Description
    new_owner: Description


@dataclass(frozen=True, slots=True)
class HookMove:
    """A hook that one body has no more and another has now."""

    hook: Hook
    source: Description
    target: Description


def find_moves(one: Description, other: Description) -> Iterator[Move]:
    """Fields that only one body has, and only another on the other side."""
    told = {id(sub) for couple in find_renamed(one, other) for sub in couple}
    lost = [each for each in _only(one, other) if id(each[1]) not in told]
    found = [each for each in _only(other, one) if id(each[1]) not in told]
    for old, old_owner in lost:
        for new, new_owner in found:
            is_same = old.name == new.name or old.name in new.formerly or new.name in old.formerly
            bodies = (old_owner is one, new_owner is other)
            if is_same and bodies != (True, True) and old_owner.wire_name != new_owner.wire_name:
                yield Move(old, new, old_owner, new_owner)
                break


def find_renamed(one: Description, other: Description) -> Iterator[tuple[Description, Description]]:
    """Subsections of another name on the wire that are called alike here, or hold the same."""
    lost = [sub for sub in one.subsections if find_counterpart(sub, one, other) is None]
    found = [sub for sub in other.subsections if find_counterpart(sub, other, one) is None]
    for is_same in (_is_called_alike, _holds_alike):
        for old in list(lost):
            new = next((sub for sub in found if is_same(old, sub)), None)
            if new is not None:
                lost.remove(old)
                found.remove(new)
                yield old, new


def _is_called_alike(old: Description, new: Description) -> bool:
    return old.name == new.name


def _holds_alike(old: Description, new: Description) -> bool:
    fields = [(each.name, each.type) for each in old.fields]
    return bool(fields) and fields == [(each.name, each.type) for each in new.fields]


def find_moved_hooks(
    bodies: Iterable[tuple[Description | None, Description | None]],
) -> Iterator[HookMove]:
    """`bodies`: a body and its subsections, old with new."""
    couples = tuple(bodies)
    for old, new in couples:
        for hook in _gone(old, new):
            for before, after in couples:
                if old is not None and after is not None and hook in _gone(after, before):
                    yield HookMove(hook, old, after)


def _gone(one: Description | None, other: Description | None) -> list[Hook]:
    hooks = () if one is None else one.hooks
    return [hook for hook in hooks if other is None or hook not in other.hooks]


def _only(here: Description, there: Description) -> Iterator[tuple[Field, Description]]:
    """The fields of a body and of its subsections that their counterparts do not have."""
    known = match_names(there, here)
    yield from ((f, here) for f in here.fields if f.name not in known)
    for sub in here.subsections:
        match_ = find_counterpart(sub, here, there)
        known = {} if match_ is None else match_names(match_, sub)
        yield from ((f, sub) for f in sub.fields if f.name not in known)
