"""The version is lower than it was.

Streams of the old version are refused by the new one as too new.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited_body


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if pair.is_top and other.version_id < one.version_id:
        yield edited_body(
            pair,
            f"version {one.version_id} became {other.version_id}",
            is_version=True,
            help="versions only grow: keep the number",
        )


RULE = Rule(slug="version-lowered", find=find)
