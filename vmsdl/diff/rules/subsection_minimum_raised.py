"""The minimum of a subsection is above the version that it had.

Streams of the old version are refused as too old wherever they have the subsection, and those of
the new one as too new: the two agree only where it is not sent.

    before    subsection error version 1 needed status != 0 { status: i32; }
    after     subsection error version 2 needed status != 0 { status: i64; }

Keep the minimum and gate what is new with `since`, or make a subsection of another name.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_subsection
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if old is not None and new is not None and new.minimum_version_id > old.version_id:
            yield edited_subsection(
                pair,
                old,
                new,
                f"subsection `{new.name}` is read from version {new.minimum_version_id} on, and "
                f"was version {old.version_id}",
                help="keep the minimum, and gate what is new with `since`",
            )


RULE = Rule(
    slug="subsection-minimum-raised",
    number="VM515",
    mirror="subsection-version-lowered",
    find=find,
)
