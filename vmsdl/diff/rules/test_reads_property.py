"""Whether a field is there hangs on a property now.

A property is set when the machine is built. It has to be the same on both ends, and for machine
types that older programs have it has to be such that the field is where they expect it.

    before    mode: u8;  late: u8;
    after     mode: u8;  late: u8 if x_late;

Set it for the older machine types: `machine "pc-8.0" { card.x_late = true; }`.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import as_before
from vmsdl.diff.machines import by_machine
from vmsdl.diff.rules.conditions import said
from vmsdl.diff.rules.gate_changes import properties_met, test_change
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if test_change(pair, old, new) != RULE.slug:
            continue
        paths = properties_met(pair, old, new)
        named = " and ".join(f"`{name}`" for _, name in paths)
        values = [f"`{path[1]}` is {by_machine(pair.new.schema, path)}" for path in paths]
        yield edited(
            pair,
            old,
            new,
            f"`{new.name}` was there {said(old.condition)}, and is {said(new.condition)}, which "
            f"reads the property {named}",
            moves=True,
            help="see that both ends of a machine type agree: " + "; ".join(values),
            remedies=as_before(old, new),
        )


RULE = Rule(slug="test-reads-property", number="VM410", mirror="test-removed", find=find)
