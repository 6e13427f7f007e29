"""An embedded struct has a new field since its own new version.

An embedded struct has no version on the wire: each side believes its own, so the gate gates
nothing.
"""

from collections.abc import Iterator

from vmsdl.diff.rules.rule import Edit, Pair, Rule, edited


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.fields:
        if (
            old is None
            and new is not None
            and not pair.is_top
            and new.since > pair.old.description.version_id
        ):
            yield edited(
                pair,
                None,
                new,
                f"`{new.name}` is gated by the version of a struct that sends none",
                moves=True,
                help="put it into a subsection of the struct",
            )


RULE = Rule(slug="nested-gate-ineffective", find=find)
