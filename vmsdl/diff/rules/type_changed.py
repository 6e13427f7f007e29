"""A field has another type: another width, sign, kind or length.

Another width or length moves what follows, and the end of the section refuses the stream. Another
sign or kind reads the same bytes as another value.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited
from vmsdl.diff.rules.types import described, kind_of, length_of


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        before = kind_of(old.type, pair.old.schema), length_of(old.type)
        after = kind_of(new.type, pair.new.schema), length_of(new.type)
        if before != after:
            yield edited(
                pair,
                old,
                new,
                f"`{new.name}` was {described(old.type)} and is {described(new.type)}",
                moves=True,
            )


RULE = Rule(slug="type-changed", find=find)
