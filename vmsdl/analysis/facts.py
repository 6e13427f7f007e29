"""What is known of the places that hold values, and from where on."""

from dataclasses import field
from typing import TypeAlias

from vmsdl.analysis.intervals import Interval
from vmsdl.expr.nodes import Expr, Item, Let, Literal, Member, Select, Variable
from vmsdl.records import dataclass

# A place that holds a value: the level of the body that declares it (0: a device or struct), names
# and constant indices. Levels, unlike `Member.up`, mean the same in a body and in its subsections.
FactKey: TypeAlias = tuple[int | str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What is known of places, each fact from a time on: a step further down knows more."""

    _known: dict[FactKey, list[tuple[int, Interval]]] = field(default_factory=dict)

    def find(self, key: FactKey, time: int) -> Interval | None:
        for since, interval in reversed(self._known.get(key, ())):
            if since <= time:
                return interval
        return None

    def learn(self, key: FactKey, interval: Interval, time: int) -> None:
        """From this time on the place lies in an interval, instead of what was known before."""
        self._known.setdefault(key, []).append((time, interval))


def find_fact_key(expression: Expr, level: int) -> FactKey | None:
    """The place an expression reads, where it is one that can be known.

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
