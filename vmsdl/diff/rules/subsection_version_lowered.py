"""The version of a subsection is lower than it was.

It stands on the wire: streams of the old version are refused as too new, wherever they have the
subsection.

    before    subsection error version 2 minimum 1 needed status != 0 { status: i32; }
    after     subsection error version 1 needed status != 0 { status: i32; }

Versions only grow: keep the number.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_subsection
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import with_version
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if old is not None and new is not None and new.version_id < old.version_id:
            yield edited_subsection(
                pair,
                old,
                new,
                f"subsection `{new.name}` was version {old.version_id}, and is {new.version_id}",
                help="versions only grow: keep the number",
                remedies=with_version(new, old.version_id, old.minimum_version_id),
            )


RULE = Rule(slug="subsection-version-lowered", mirror="subsection-version-bumped", find=find)
