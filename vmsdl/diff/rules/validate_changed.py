"""A rule about values is another one (`where`, `validate`), and neither follows from the other.

Each side refuses what its own rule does not allow; and what the new one does not allow cannot be
saved any more.

    before    validate head + num <= 16, "the fifo is over its end";
    after     validate head <= 16 and num <= 16, "the fifo is over its end";

Demand only what always held; mend the rest in `post_load`.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.constraints import Ruled, listed
from vmsdl.diff.edits.edit import Edit, edited_demand
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for demand in pair.ruled(Ruled.CHANGED):
        yield edited_demand(
            pair,
            demand,
            f"{listed(demand.after)} must hold, where it was {listed(demand.before)}",
            help="demand only what always held, and mend the rest in `post_load`",
        )


RULE = Rule(slug="validate-changed", mirror="validate-changed", find=find)
