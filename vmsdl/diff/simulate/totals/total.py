"""The bytes of one side: a number, numbers times factors, and parts that can be anything."""

from collections import Counter
from dataclasses import dataclass as mutable
from dataclasses import field

from vmsdl.diff.simulate.totals.reachable_sums import Multiple
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import (
    to_integer,
)
from vmsdl.expr.nodes import (
    Conditional,
    Expr,
    Literal,
)
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class SubsectionSize:
    """A subsection that may be there: the bytes that it always has then. `present`: 1 or 0."""

    wire_name: str
    size: int
    present: Expr


@mutable(slots=True)
class Total:
    """The bytes of one side: a number, numbers times factors, and parts that can be anything."""

    fixed: int = 0
    factors: Counter[Expr] = field(default_factory=Counter)
    free: list[Multiple] = field(default_factory=list)
    subsections: list["SubsectionSize"] = field(default_factory=list)

    def add(self, size: int, factor: Expr) -> None:
        number = fold_constant(factor)
        if number is not None:
            self.fixed += size * int(number)
            return
        match factor:
            case Conditional(condition=condition, yes=Literal(value=yes), no=Literal(value=0)):
                self.factors[to_integer(condition)] += size * int(yes)
            case _:
                self.factors[factor] += size

    def add_free(self, size: int, least: int = 0, most: int | None = None) -> None:
        self.fixed += size * least
        rest = None if most is None else max(0, most - least)
        if size and rest != 0:
            self.free.append(Multiple(size, rest))

    def add_anything(self) -> None:
        self.free.append(Multiple(1, None))
