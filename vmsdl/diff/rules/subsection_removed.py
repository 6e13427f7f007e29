"""A subsection is gone.

Streams that have it are refused.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited_subsection


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if not pair.is_embedded and old is not None and new is None:
            yield edited_subsection(
                pair,
                old,
                None,
                f'subsection "{old.wire_name}" was removed or has another name on the wire',
                help="keep it, and never send it: `needed false`",
            )


RULE = Rule(slug="subsection-removed", find=find)
