"""Fields stand in another order.

On the wire there are no names: each is read as the other, silently where they are as wide.

    before    a: u8;  b: u8;
    after     b: u8;  a: u8;

Leave released fields where they are.
"""

from bisect import bisect_left
from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import in_order, listed
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    both = list(pair.kept)
    places = {old.name: i for i, old in enumerate(pair.old.description.fields)}
    order = [places[old.name] for old, _ in both]
    moved = sorted(set(range(len(order))) - _in_step(order))
    if moved:
        news = tuple(both[i][1] for i in moved)
        yield edited(
            pair,
            tuple(both[i][0] for i in moved),
            news,
            f"{listed(news)} stand{'s' if len(news) == 1 else ''} elsewhere in the order",
            moves=True,
            help="leave released fields where they are",
            remedies=in_order([new for _, new in both], order),
        )


def _in_step(order: list[int]) -> set[int]:
    """The most that kept their order: a longest increasing subsequence, by its places."""
    lasts: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for i, place in enumerate(order):
        at = bisect_left(lasts, place)
        lasts[at : at + 1] = [place]
        ends[at : at + 1] = [i]
        before.append(ends[at - 1] if at else None)
    found: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found


RULE = Rule(slug="fields-reordered", number="VM212", mirror="fields-reordered", find=find)
