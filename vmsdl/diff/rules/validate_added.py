"""A rule about values is new (`where`, `validate`).

It is checked on load and on save. Older versions could save states that violate it: such a stream
is refused. And a state of the new version that violates it cannot be saved at all.

    before    head: u8;  num: u8;
    after     head: u8;  num: u8;  validate head + num <= 16, "the fifo is over its end";

Demand only what always held; mend the rest in `post_load`.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.constraints import Ruled, listed
from vmsdl.diff.edits.edit import Edit, edited_demand
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for demand in pair.ruled(Ruled.ADDED):
        yield edited_demand(
            pair,
            demand,
            f"{listed(demand.after)} must hold now",
            help="demand only what always held, and mend the rest in `post_load`",
        )


RULE = Rule(slug="validate-added", number="VM706", mirror="validate-dropped", find=find)
