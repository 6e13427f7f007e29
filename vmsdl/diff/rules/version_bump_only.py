"""The version was raised, and nothing is there that only the new one has.

Streams of the new version are refused by the old one, whatever they hold, and nothing is gained:
take the number back, or put what is new into a subsection.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited_body


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    gates = {field.since for field in other.fields}
    is_asked = any(one.version_id < gate <= other.version_id for gate in gates)
    if pair.is_top and other.version_id > one.version_id and not is_asked:
        yield edited_body(
            pair,
            f"version {one.version_id} became {other.version_id}, and no field asks for it",
            is_version=True,
            help="a bump buys nothing and costs every rollback: take it back",
        )


RULE = Rule(slug="version-bump-only", find=find)
