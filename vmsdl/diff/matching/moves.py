"""From two bodies to what moved between a body and its subsections, and to renamed subsections."""

from collections.abc import Iterable, Iterator

from vmsdl.diff.matching.fields import find_counterpart, match_fields
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field, Hook


@dataclass(frozen=True, slots=True)
class Move:
    """A field that moved into a subsection, out of one, or from one to another."""

    old: Field
    new: Field
    old_owner: Description
    new_owner: Description


@dataclass(frozen=True, slots=True)
class HookMove:
    """A hook that one body lost and another body of the same description gained."""

    hook: Hook
    source: Description
    target: Description


def find_moves(before: Description, after: Description) -> Iterator[Move]:
    """The fields that left one body and appeared in another body of the same description."""
    renamed = {id(sub) for subs in find_renamed_subsections(before, after) for sub in subs}
    lost = [each for each in _find_unmatched(before, after) if id(each[1]) not in renamed]
    gained = [each for each in _find_unmatched(after, before) if id(each[1]) not in renamed]
    for old, old_owner in lost:
        for new, new_owner in gained:
            is_same = old.name == new.name or old.name in new.formerly or new.name in old.formerly
            is_within_body = old_owner is before and new_owner is after
            if is_same and not is_within_body and old_owner.wire_name != new_owner.wire_name:
                yield Move(old, new, old_owner, new_owner)
                break


def find_renamed_subsections(
    before: Description, after: Description
) -> Iterator[tuple[Description, Description]]:
    """Subsections that have another wire name, but the same name in the schema or the same
    fields."""
    lost = [sub for sub in before.subsections if find_counterpart(sub, before, after) is None]
    gained = [sub for sub in after.subsections if find_counterpart(sub, after, before) is None]
    for is_same in (_has_same_name, _has_same_fields):
        for old in list(lost):
            new = next((sub for sub in gained if is_same(old, sub)), None)
            if new is not None:
                lost.remove(old)
                gained.remove(new)
                yield old, new


def _has_same_name(old: Description, new: Description) -> bool:
    return old.name == new.name


def _has_same_fields(old: Description, new: Description) -> bool:
    fields = [(each.name, each.type) for each in old.fields]
    return bool(fields) and fields == [(each.name, each.type) for each in new.fields]


def find_moved_hooks(
    bodies: Iterable[tuple[Description | None, Description | None]],
) -> Iterator[HookMove]:
    """`bodies`: a body and its subsections, old with new."""
    pairs = tuple(bodies)
    for old, new in pairs:
        for hook in _find_lost_hooks(old, new):
            for before, after in pairs:
                if (
                    old is not None
                    and after is not None
                    and hook in _find_lost_hooks(after, before)
                ):
                    yield HookMove(hook, old, after)


def _find_lost_hooks(here: Description | None, there: Description | None) -> list[Hook]:
    hooks = () if here is None else here.hooks
    return [hook for hook in hooks if there is None or hook not in there.hooks]


def _find_unmatched(here: Description, there: Description) -> Iterator[tuple[Field, Description]]:
    """The fields of a body and of its subsections that have no counterpart, with their owners."""
    names = match_fields(there, here)
    yield from ((field, here) for field in here.fields if field.name not in names)
    for sub in here.subsections:
        other = find_counterpart(sub, here, there)
        names = {} if other is None else match_fields(other, sub)
        yield from ((field, sub) for field in sub.fields if field.name not in names)
