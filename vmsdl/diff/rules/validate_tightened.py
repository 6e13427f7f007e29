"""A rule about values allows less than it did (`where`, `validate`).

Older versions could save states that it does not allow any more: such a stream is refused. And such
a state of the new version cannot be saved.

    before    validate head + num <= 16, "the fifo is over its end";
    after     validate head + num <= 8, "the fifo is over its end";

Demand only what always held; mend the rest in `post_load`.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.constraints import Ruled, listed
from vmsdl.diff.edits.edit import Edit, edited_demand
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for demand in pair.ruled(Ruled.TIGHTENED):
        yield edited_demand(
            pair,
            demand,
            f"{listed(demand.after)} must hold, which allows less than {listed(demand.before)}",
            help="demand only what always held, and mend the rest in `post_load`",
        )


RULE = Rule(slug="validate-tightened", number="VM707", mirror="validate-loosened", find=find)
