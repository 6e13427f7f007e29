"""There is room for fewer elements than there was: what counts an array has a lower bound.

Nothing changed on the wire, and a stream with more elements is refused all the same.

    before    count: u32 where count <= 275;  values: u64[count];
    after     count: u32 where count <= 258;  values: u64[count];

Keep the room that older versions can fill.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.constraints import Ruled
from vmsdl.diff.edits.counters import counted
from vmsdl.diff.edits.edit import Edit, edited_demand
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import old_bound
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for demand in pair.ruled(Ruled.LOWERED):
        arrays = counted(pair.new.description, demand.name)
        if demand.bound is not None and arrays:
            message = f"the count of `{arrays[0]}` {demand.bound}"
            yield edited_demand(
                pair,
                demand,
                message,
                help="keep the room that older versions can fill",
                remedies=old_bound(demand.bound),
            )


RULE = Rule(slug="capacity-lowered", number="VM619", mirror="capacity-raised", find=find)
