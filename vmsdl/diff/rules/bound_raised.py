"""The largest value that a field may hold is more than it was (`where`).

Older programs keep their bound, and refuse a stream with a value above it.

    before    num: u16 where num <= 64;
    after     num: u16 where num <= 1024;

Keep to the old bound on machine types that older programs know.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.constraints import Ruled
from vmsdl.diff.edits.counters import counted
from vmsdl.diff.edits.edit import Edit, edited_demand
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


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
