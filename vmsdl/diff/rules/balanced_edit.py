"""Several edits cancel: as many bytes came as went.

The section is as long as the other side expects, so its end notices nothing. What stands between
the edits is read as other fields, silently. Nothing that QEMU does can detect it: its ESP
controller came so from 10.0 to 7.2.

    before    ti_cmd: u8;  lun: u8;
    after     lun: u8;  drq_state: bool;

Mend each of the edits by itself: a subsection for what came, unused bytes for what went.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.cancelling import cancelled
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    yield from cancelled(pair, is_always=True)


RULE = Rule(slug="balanced-edit", number="VM215", mirror="balanced-edit", find=find)
