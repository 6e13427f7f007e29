"""An embedded struct has a new field since its own new version.

An embedded struct has no version on the wire: each side believes its own, so the gate gates
nothing.

    before    struct s version 1 { a: u8; }
    after     struct s version 2 minimum 1 { a: u8; b: u8 since 2; }

Put the field into a subsection of the struct.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import skewed
from vmsdl.diff.fixes.text_edits import into_subsection
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for new in pair.added:
        is_gated = new.since > pair.old.description.version_id
        if pair.is_embedded and is_gated and not _is_skewed(pair):
            yield edited(
                pair,
                None,
                new,
                f"`{new.name}` is gated by the version of a struct that sends none",
                moves=True,
                help="put it into a subsection of the struct",
                remedies=into_subsection(pair, new),
            )


def _is_skewed(pair: Pair) -> bool:
    """The list that holds it tells."""
    return pair.holder is not None and bool(skewed(pair.holder[1].type, pair.new.schema))


RULE = Rule(slug="nested-gate-ineffective", number="VM601", mirror="field-removed", find=find)
