"""From a sequence of places to the most of them that kept their order."""

from bisect import bisect_left
from collections.abc import Iterable


def find_longest_increasing(places: Iterable[int]) -> frozenset[int]:
    """The members of a longest strictly increasing subsequence.

    It takes n log n steps. Of several subsequences of the greatest length, it is the one whose
    last members are lowest.
    """
    ends: list[int] = []  # by length: the lowest last member of an increasing subsequence
    previous: dict[int, int | None] = {}
    for place in places:
        length = bisect_left(ends, place)
        previous[place] = ends[length - 1] if length else None
        ends[length : length + 1] = [place]
    found: set[int] = set()
    place_or_none = ends[-1] if ends else None
    while place_or_none is not None:
        found.add(place_or_none)
        place_or_none = previous[place_or_none]
    return frozenset(found)
