"""A type has another name in the schema or in QEMU, and its name on the wire is the same.

QEMU's own checker knows devices by their type and takes this for a removal. On the wire stands the
other name: nothing changes.

    before    device vga version 1 { … }
    after     device vga_pci as "vga" version 1 { … }

Nothing need be done.
"""

from collections.abc import Iterator

from vmsdl.diff.devices import qom_names
from vmsdl.diff.edits.edit import Edit, edited_body
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if one.wire_name != other.wire_name:
        return
    before, after = qom_names(one), qom_names(other)
    if one.name != other.name:
        yield edited_body(pair, f"`{one.name}` is `{other.name}` in the schema now")
    elif before - after and after - before:
        names = [", ".join(f"`{name}`" for name in sorted(each)) for each in (before, after)]
        yield edited_body(pair, f"its type was {names[0]} and is {names[1]}")


RULE = Rule(
    slug="type-renamed-wire-same",
    number="VM104",
    mirror="type-renamed-wire-same",
    find=find,
)
