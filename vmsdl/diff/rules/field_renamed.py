"""A field has another name, and says so with `formerly`.

Names are not on the wire: nothing changes.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if old.name != new.name:
            yield edited(
                pair, old, new, f"`{old.name}` is called `{new.name}` now, which is harmless"
            )


RULE = Rule(slug="field-renamed", find=find)
