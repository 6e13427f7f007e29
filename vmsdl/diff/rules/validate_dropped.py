"""A rule about values is gone (`where`, `validate`).

Older programs check it still, and refuse a stream that violates it.

    before    head: u8;  num: u8;  validate head + num <= 16, "the fifo is over its end";
    after     head: u8;  num: u8;

Keep it as long as older programs have to load what is saved.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.constraints import Ruled, listed
from vmsdl.diff.edits.edit import Edit, edited_demand
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for demand in pair.ruled(Ruled.DROPPED):
        yield edited_demand(
            pair,
            demand,
            f"{listed(demand.before)} need not hold any more",
            help="keep it as long as older programs have to load what is saved",
        )


RULE = Rule(slug="validate-dropped", mirror="validate-added", find=find)
