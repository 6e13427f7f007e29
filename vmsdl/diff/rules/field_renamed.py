"""A field has another name, and says so with `formerly`.

Names are not on the wire: nothing changes.

    before    data_in_ready: u32;
    after     data_ready: u32 formerly data_in_ready;

Nothing need be done.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if old.name != new.name:
            yield edited(pair, old, new, f"`{old.name}` is called `{new.name}` now")


RULE = Rule(slug="field-renamed", number="VM213", mirror="field-renamed", find=find)
