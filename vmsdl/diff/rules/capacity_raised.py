"""There is room for more elements than there was: what counts an array has a higher bound.

Older programs keep their bound, and refuse a stream with more elements.

    before    count: u32 where count <= 258;  values: u64[count];
    after     count: u32 where count <= 275;  values: u64[count];

Send no more than before on machine types that older programs know.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.constraints import Ruled
from vmsdl.diff.edits.counters import counted
from vmsdl.diff.edits.edit import Edit, edited_demand
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for demand in pair.ruled(Ruled.RAISED):
        arrays = counted(pair.new.description, demand.name)
        if demand.bound is not None and arrays:
            message = f"the count of `{arrays[0]}` {demand.bound}"
            yield edited_demand(
                pair,
                demand,
                message,
                help="send no more than before on machine types that older programs know",
            )


RULE = Rule(slug="capacity-raised", mirror="capacity-lowered", find=find)
