"""Changes of a field's type: the edit, and rules that are rows of a table."""

from collections.abc import Iterator

from vmsdl.diff.edits.counters import find_counted
from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import TypeChange, find_type_changes
from vmsdl.diff.fixes.fields import restore_type
from vmsdl.expr.nodes import Literal, children
from vmsdl.records import dataclass
from vmsdl.schema.description import Field
from vmsdl.schema.traverse import collect_lengths
from vmsdl.schema.type_text import unparse_types
from vmsdl.schema.types import Type


@dataclass(frozen=True, slots=True)
class TypeRule:
    """A rule for one kind of change of a type.

    `effect`: what it does, for the message; it can use `{counted}`, which is an array that the
    field counts. `shifts`: the new type can take another number of bytes.
    """

    slug: str
    mirror: str
    kind: TypeChange
    effect: str
    help: str | None
    shifts: bool = False

    def find(self, pair: Pair) -> Iterator[Edit]:
        for old, new in find_type_changes(pair, self.kind):
            counted = find_counted(pair.new.description, new.name)
            effect = self.effect.format(counted=f"`{counted[0]}`" if counted else "")
            yield make_type_edit(pair, old, new, effect, help=self.help, shifts=self.shifts)


def find_changed_constants(old: Type, new: Type) -> list[tuple[str, int, int]]:
    """The consts of their lengths that have one name and two values."""
    before, after = (_collect_constants(type_) for type_ in (old, new))
    return [(n, before[n], after[n]) for n in before if n in after and before[n] != after[n]]


def _collect_constants(type_: Type) -> dict[str, int]:
    found: dict[str, int] = {}
    waiting = list(collect_lengths(type_))
    while waiting:
        e = waiting.pop()
        if isinstance(e, Literal) and e.name is not None:
            found[e.name] = e.value
        waiting += children(e)
    return found


def make_type_edit(
    pair: Pair,
    old: Field,
    new: Field,
    effect: str = "",
    *,
    help: str | None = None,
    shifts: bool = False,
) -> Edit:
    """An edit of the type of a field. `effect`: what it does, for the message."""
    before, after = unparse_types(old.type, new.type)
    changes = "".join(
        f" (`{name}` changed from {was} to {now})"
        for name, was, now in find_changed_constants(old.type, new.type)
    )
    message = f"type of `{new.name}` changed from `{before}` to `{after}`{changes}"
    return make_edit(
        pair,
        old,
        new,
        f"{message}: {effect}" if effect else message,
        shifts=shifts,
        help=help,
        fixes=restore_type(old, new),
    )
