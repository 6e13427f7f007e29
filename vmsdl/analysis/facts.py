"""What is known of the values of members, and from which step on."""

from dataclasses import field
from typing import TypeAlias

from vmsdl.analysis.intervals import Interval
from vmsdl.expr.nodes import Expr, Item, Let, Literal, Member, Select, Variable
from vmsdl.records import dataclass

# A member or part of one: the level of the body that declares it (0: a device or struct), names and
# constant indices. Unlike `Member.up`, a level means the same in a body and in its subsections.
FactKey: TypeAlias = tuple[int | str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """The possible ranges of members. A fact holds from a time on: later steps know more."""

    _known: dict[FactKey, list[tuple[int, Interval]]] = field(default_factory=dict)

    def find(self, key: FactKey, time: int) -> Interval | None:
        for since, interval in reversed(self._known.get(key, ())):
            if since <= time:
                return interval
        return None

    def learn(self, key: FactKey, interval: Interval, time: int) -> None:
        """Set the range of a member from this time on. It replaces what was known before."""
        self._known.setdefault(key, []).append((time, interval))


def find_fact_key(expression: Expr, level: int) -> FactKey | None:
    """The key of the member that an expression reads, or None where nothing can be known of it.

    `expr.logic.find_path` answers another question: there all places are in one body, and names
    are enough. Here two owners may have members of one name, so the level belongs to the key.
    """
    match expression:
        case Member(up=up, name=name):
            return (level - up, name)
        case Variable(name=name):
            return ("variable", name)
        case Select(value=value, name=name):
            key = find_fact_key(value, level)
            return None if key is None else (*key, name)
        case Item(value=value, index=Literal(value=index)):
            key = find_fact_key(value, level)
            return None if key is None else (*key, int(index))
        case Let(value=value):
            return find_fact_key(value, level)
        case _:
            return None
