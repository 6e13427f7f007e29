"""Whether a subsection is sent hangs on what no stream holds.

A local, or something outside of the schema, decides: what a hook has worked out, or the host. No
comparison of schemas can tell in which states that is so, and the receiver cannot tell afterwards
why the subsection did not come.

    before    needed level != 0
    after     needed extern

Let `needed` read fields, or properties that machine types set.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_subsection
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.subsections import needed_as_before
from vmsdl.diff.rules.needed import needed_change, unsaved_met
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if old is not None and new is not None and needed_change(pair, old, new) == RULE.slug:
            names = " and ".join(unsaved_met(pair, old, new))
            yield edited_subsection(
                pair,
                old,
                new,
                f"whether subsection `{new.name}` is sent hangs on {names}, which no stream holds",
                help="let `needed` read fields, or properties that machine types set",
                remedies=needed_as_before(old, new),
            )


RULE = Rule(slug="needed-reads-unsaved-state", number="VM524", mirror="needed-changed", find=find)
