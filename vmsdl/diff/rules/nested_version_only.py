"""The version of an embedded struct changed and its fields did not.

It is not on the wire: nothing changes.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited_body
from vmsdl.schema.description import Role


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if not pair.is_top and one.role is Role.STRUCT and one.version_id != other.version_id:
        yield edited_body(
            pair,
            f"`{other.name}` is version {other.version_id} now, which is not on the wire",
        )


RULE = Rule(slug="nested-version-only", find=find)
