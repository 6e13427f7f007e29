"""Which members of a schema a hook may change, from the places that it changes in C."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from vmsdl.csource.bodies import Body, SentMember, StatePath

Names: TypeAlias = tuple[str, ...]


def find_members(body: Body, path: StatePath) -> Iterator[Names]:
    """The members that hold what is at a path of the C state, or behind it; those of the owners of
    a subsection, and of the subsections, too."""
    current: Body | None = body
    while current is not None:
        yield from _find_own(current, path)
        for subsection in current.subsections:
            if subsection is not body:
                for names in _find_own(subsection, path):
                    yield (subsection.identifier, *names)
        current = current.owner


def _find_own(body: Body, path: StatePath) -> Iterator[Names]:
    for place, members in body.sent.items():
        for member in members:
            if place[: len(path)] == path:
                yield (member.name,)
            elif path[: len(place)] == place:
                yield from _find_inside(member, path[len(place) :])


def _find_inside(member: SentMember, rest: Sequence[str | int]) -> Iterator[Names]:
    rest = tuple(rest[1:] if member.is_indexed else rest)
    if not rest or member.inner is None:
        yield (member.name,)
        return
    for names in _find_own(member.inner, rest):
        yield (member.name, *names)
