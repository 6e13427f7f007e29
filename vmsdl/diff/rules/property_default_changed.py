"""A local or property has another default.

Configuration is taken to be equal on both ends; where nobody sets it, it is not.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited_body
from vmsdl.wire.members import known_members


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    before = {member.name: member.default for member in known_members(one)}
    after = {member.name: member.default for member in known_members(other)}
    names = [name for name in after if name in before and before[name] != after[name]]
    if names:
        listed = ", ".join(f"`{name}`" for name in names)
        yield edited_body(pair, f"the default of {listed} changed", moves=True)


RULE = Rule(slug="property-default-changed", find=find)
