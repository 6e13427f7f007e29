"""The condition under which a field is there was added, removed or changed.

Where the two differ, one side writes bytes that the other does not expect.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited
from vmsdl.diff.wording import words
from vmsdl.schema.expression import Expr, Extern


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if old.condition != new.condition:
            before, after = _words(old.condition), _words(new.condition)
            yield edited(
                pair,
                old,
                new,
                f"`{new.name}` is there {after}, and was {before}",
                moves=True,
            )


def _words(condition: Expr | Extern | None) -> str:
    match condition:
        case None:
            return "always"
        case Extern():
            return "where something else decides"
        case expression:
            return f"if `{words(expression)}`"


RULE = Rule(slug="test-changed", find=find)
