"""The elements of a list or map have other bytes than they had.

Only an empty one is the same on both sides. Else a byte of an element is read as the marker between
two of them: most streams are refused, and now and then one loads with wrong values.

    before    struct request version 1 { sector: u32; }
    after     struct request version 1 { sector: u32; count: u8; }
    with      requests: list<request>;

Leave the elements, and put what is new into a subsection of theirs.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import How, Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.rule import Rule
from vmsdl.schema.types import ListType, MapType

_SHIFTS = (How.ADDED, How.REMOVED, How.DERIVED, How.SENT)
_WIDTHS = (Retyped.WIDTH, Retyped.LENGTH, Retyped.TO_VARIABLE, Retyped.TO_FIXED, Retyped.OTHER)


def find(pair: Pair) -> Iterator[Edit]:
    skewed = list(retypings(pair, Retyped.SKEWED))
    for old, new in pair.kept:
        is_list = isinstance(old.type, ListType | MapType) and type(old.type) is type(new.type)
        is_told = (old, new) in skewed
        if is_list and not is_told and any(_is_another(each) for each in pair.inside(old, new)):
            yield edited(
                pair,
                old,
                new,
                f"elements of `{new.name}` have other bytes: only without any it is the same",
                moves=True,
                help="leave the elements, and put what is new into a subsection of theirs",
            )


def _is_another(inner: Pair) -> bool:
    return any(inner.changed(*_SHIFTS)) or any(retypings(inner, *_WIDTHS))


RULE = Rule(
    slug="list-element-layout-changed",
    number="VM607",
    mirror="list-element-layout-changed",
    find=find,
)
