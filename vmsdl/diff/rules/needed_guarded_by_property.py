"""A subsection is sent only if a property holds, too.

On machine types where the property is off it never is: releases that do not know the subsection
load all their streams, and what its fields hold beside their defaults is lost. On all others it is
sent as before.

    before    subsection late version 1 needed level != 0 { level: u8; }
    after     subsection late version 1 needed level != 0 and x_late { level: u8; }

Turn it off only for machine types whose guests can do without that state.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_subsection
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.machines import by_machine
from vmsdl.diff.rules.conditions import said
from vmsdl.diff.rules.needed import guards, needed_change
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if old is None or new is None or needed_change(pair, old, new) != RULE.slug:
            continue
        paths = guards(pair, old, new)
        values = [f"`{path[1]}` is {by_machine(pair.new.schema, path)}" for path in paths]
        yield edited_subsection(
            pair,
            old,
            new,
            f"subsection `{new.name}` was sent {said(old.needed)}, and is {said(new.needed)}",
            help="see that guests of those machine types can do without: " + "; ".join(values),
        )


RULE = Rule(slug="needed-guarded-by-property", number="VM522", mirror="needed-widened", find=find)
