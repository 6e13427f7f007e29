"""A subsection was added that is always sent.

Older programs refuse every stream that has it.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited_subsection
from vmsdl.schema.description import Description
from vmsdl.schema.expression import Literal


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if not pair.is_embedded and old is None and new is not None and _is_always(new):
            yield edited_subsection(
                pair,
                None,
                new,
                f"subsection `{new.name}` was added and is always sent",
                help="give it a `needed` that is false where older programs can do without",
            )


def _is_always(sub: Description) -> bool:
    return isinstance(sub.needed, Literal) and sub.needed.value is True


RULE = Rule(slug="subsection-added-unconditional", find=find)
