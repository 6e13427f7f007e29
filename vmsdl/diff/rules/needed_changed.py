"""A subsection is sent under another condition.

The receiver takes it whenever it comes. Where it came before and does not now, what it held is
lost; where it comes now and did not before, programs that do not know it refuse the stream.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.conditions import Relation, relation, scope_of
from vmsdl.diff.rules.rule import Edit, Rule, edited_subsection
from vmsdl.schema.description import Description
from vmsdl.schema.expression import Extern


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if old is None or new is None or old.needed == new.needed:
            continue
        how = _relation(pair, old, new).value
        yield edited_subsection(pair, old, new, f"subsection `{new.name}` is sent {how}")


def _relation(pair: Pair, old: Description, new: Description) -> Relation:
    before, after = old.needed, new.needed
    if before is None or after is None or isinstance(before, Extern) or isinstance(after, Extern):
        return Relation.OPEN
    return relation(pair, ((old, new), *scope_of(pair)), before, after)


RULE = Rule(slug="needed-changed", find=find)
