"""The largest value that a field may hold is more than it was (`where`).

Older programs keep their bound, and refuse a stream with a value above it.

    before    num: u16 where num <= 64;
    after     num: u16 where num <= 1024;

Keep to the old bound on machine types that older programs know.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.counts import counted
from vmsdl.diff.demands import Ruled
from vmsdl.diff.rules.rule import Edit, Rule, edited_demand


def find(pair: Pair) -> Iterator[Edit]:
    for demand in pair.ruled(Ruled.RAISED):
        if demand.bound is not None and not counted(pair.new.description, demand.name):
            message = f"`{demand.name}` {demand.bound}"
            yield edited_demand(
                pair,
                demand,
                message,
                help="keep to the old bound on machine types that older programs know",
            )


RULE = Rule(slug="bound-raised", number="VM705", mirror="bound-lowered", find=find)
