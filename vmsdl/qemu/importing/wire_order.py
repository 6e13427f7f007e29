"""The order of names on the wire, learned from sequences that each show a part of it.

Names that no sequence has both of stay in the order in which they were first seen, but
`config[0]` is before `config[1]`: QEMU numbers the fields of one name in their order.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

# By name, in the order first seen: the names that come after it.
_Followers = Mapping[str, frozenset[str]]


@dataclass(slots=True)
class WireOrder:
    """Sequences of names, and the one order that all of them are parts of."""

    names: list[str] = field(default_factory=list)
    _followers: _Followers = field(default_factory=dict)
    _sequences: set[tuple[str, ...]] = field(default_factory=set)

    def allows(self, names: Sequence[str]) -> bool:
        """Can this be another part of the order?"""
        sequence = tuple(names)
        return sequence in self._sequences or self._can_follow(sequence)

    def _can_follow(self, sequence: tuple[str, ...]) -> bool:
        return _sort(_follow(self._followers, sequence)) is not None

    def add(self, names: Sequence[str]) -> bool:
        """Learn a sequence; was it new? Of one that is not allowed, only its new names are."""
        sequence = tuple(names)
        if sequence in self._sequences:
            return False
        self._sequences.add(sequence)
        if not self._can_follow(sequence):
            sequence = tuple(name for name in dict.fromkeys(sequence) if name not in self.names)
        self._followers = _follow(self._followers, sequence)
        self.names = _sort(self._followers) or self.names
        return True


def _follow(known: _Followers, sequence: tuple[str, ...]) -> _Followers:
    found = dict(known)
    for name in sequence:
        found.setdefault(name, frozenset())
    numbered: dict[str, list[tuple[int, str]]] = {}
    for name in found:
        if parts := re.fullmatch(r"(.+)\[(\d{1,9})\]", name):
            numbered.setdefault(parts[1], []).append((int(parts[2]), name))
    chains = [sequence, *([name for _, name in sorted(group)] for group in numbered.values())]
    for chain in chains:
        for first, second in pairwise(chain):
            found[first] |= {second}
    return found


def _sort(followers: _Followers) -> list[str] | None:
    """Every name, each before those that follow it; None where there is no such order."""
    waiting = dict.fromkeys(followers, 0)
    for names in followers.values():
        for name in names:
            waiting[name] += 1
    done: list[str] = []
    while waiting:
        first = next((name for name, count in waiting.items() if not count), None)
        if first is None:
            return None
        del waiting[first]
        done.append(first)
        for follower in followers[first]:
            waiting[follower] -= 1
    return done
