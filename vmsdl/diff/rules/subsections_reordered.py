"""Subsections stand in another order.

They are found by name, in whatever order they come: no verdict changes. Their hooks run in the
order of the stream, so one that needs what another has loaded may come before it.

    before    subsection tray … { … }  subsection media … { … }
    after     subsection media … { … }  subsection tray … { … }

Look into their hooks, where they have any.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_body
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    before = [sub.wire_name for sub in one.subsections]
    after = [sub.wire_name for sub in other.subsections]
    shared = [name for name in before if name in after]
    if shared != [name for name in after if name in before]:
        hooked = [sub.name for sub in other.subsections if sub.hooks and sub.wire_name in shared]
        names = ", ".join(f"`{name}`" for name in hooked)
        more = f"; the hooks of {names} run in another order" if hooked else ""
        yield edited_body(
            pair,
            f"subsections stand in another order, and are found by name{more}",
            help="see that no hook needs what another subsection has loaded" if hooked else None,
        )


RULE = Rule(slug="subsections-reordered", number="VM517", mirror="subsections-reordered", find=find)
