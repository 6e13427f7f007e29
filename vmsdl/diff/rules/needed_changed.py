"""A subsection is sent under another condition.

The receiver takes it whenever it comes. Where it came before and does not now, what it held is
lost; where it comes now and did not before, programs that do not know it refuse the stream.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.conditions import relation
from vmsdl.diff.rules.rule import Edit, Rule, edited_subsection


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if old is None or new is None or old.needed == new.needed:
            continue
        how = relation(pair, old, new)
        yield edited_subsection(pair, old, new, f"subsection `{new.name}` is sent {how}")


RULE = Rule(slug="needed-changed", find=find)
