"""A subsection was added that is sent only where it is needed.

Older streams load. Older programs refuse a stream that has it, and load all others.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited_subsection
from vmsdl.schema.description import Description
from vmsdl.schema.expression import Literal


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if not pair.is_embedded and old is None and new is not None and not _is_always(new):
            yield edited_subsection(pair, None, new, f"subsection `{new.name}` was added")


def _is_always(sub: Description) -> bool:
    return isinstance(sub.needed, Literal) and sub.needed.value is True


RULE = Rule(slug="subsection-added-needed", find=find)
