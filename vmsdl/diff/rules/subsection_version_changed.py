"""Another minimum of a subsection, and both sides still read what the other writes.

Between these two nothing changes. Raised, it cuts off subsections that older releases wrote;
lowered, it lets them in: then their fields have to be gated by `since`.

    before    subsection error version 2 minimum 1 needed status != 0 { status: i32; }
    after     subsection error version 2 needed status != 0 { status: i32; }

See which releases wrote the versions between the two.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_subsection
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if old is None or new is None or old.version_id != new.version_id:
            continue
        before, after = old.minimum_version_id, new.minimum_version_id
        if before != after:
            what = "are cut off" if after > before else "are let in"
            low, high = sorted((before, after))
            versions = f"version {low}" if low == high - 1 else f"versions {low} to {high - 1}"
            yield edited_subsection(
                pair,
                old,
                new,
                f"subsections `{new.name}` of {versions} {what}",
            )


RULE = Rule(slug="subsection-version-changed", mirror="subsection-version-changed", find=find)
