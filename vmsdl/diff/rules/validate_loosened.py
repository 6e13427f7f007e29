"""A rule about values allows more than it did (`where`, `validate`).

Older programs keep the old rule, and refuse a stream that violates it.

    before    validate head + num <= 8, "the fifo is over its end";
    after     validate head + num <= 16, "the fifo is over its end";

Keep to the old rule on machine types that older programs know.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.constraints import Ruled, listed
from vmsdl.diff.edits.edit import Edit, edited_demand
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for demand in pair.ruled(Ruled.LOOSENED):
        yield edited_demand(
            pair,
            demand,
            f"{listed(demand.after)} must hold, which allows more than {listed(demand.before)}",
            help="keep to the old rule on machine types that older programs know",
        )


RULE = Rule(slug="validate-loosened", number="VM707", mirror="validate-tightened", find=find)
