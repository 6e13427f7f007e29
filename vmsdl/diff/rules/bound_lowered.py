"""The largest value that a field may hold is less than it was (`where`).

Older versions send larger ones, and the whole stream is refused over it. A check that hardens a
device against strange streams refuses honest ones too.

    before    num: u16 where num <= 1024;
    after     num: u16 where num <= 64;

Take what older versions could send, and bring it down in `post_load`.
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
        if demand.bound is not None and not counted(pair.new.description, demand.name):
            message = f"`{demand.name}` {demand.bound}"
            yield edited_demand(
                pair,
                demand,
                message,
                help="take what older versions send, and bring it down in `post_load`",
                remedies=old_bound(demand.bound),
            )


RULE = Rule(slug="bound-lowered", number="VM704", mirror="bound-raised", find=find)
