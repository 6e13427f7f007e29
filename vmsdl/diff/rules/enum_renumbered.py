"""A value of an enum means something else now, or is gone, or is new.

The number is on the wire: it is read as the arm that has it now.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited
from vmsdl.schema.types import Array, EnumType


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        before, after = old.type, new.type
        while isinstance(before, Array):
            before = before.element
        while isinstance(after, Array):
            after = after.element
        if not (isinstance(before, EnumType) and isinstance(after, EnumType)):
            continue
        one = {arm.name: arm.value for arm in pair.old.schema.enums[before.name].arms}
        other = {arm.name: arm.value for arm in pair.new.schema.enums[after.name].arms}
        if one != other:
            gone = [name for name in one if name not in other]
            moved = [name for name in one if name in other and one[name] != other[name]]
            words = [f"`{name}` is gone" for name in gone]
            words += [f"`{name}` was {one[name]} and is {other[name]}" for name in moved]
            words += [f"`{name}` is new" for name in other if name not in one]
            yield edited(pair, old, new, f"values of `{new.name}`: {', '.join(words)}")


RULE = Rule(slug="enum-renumbered", find=find)
