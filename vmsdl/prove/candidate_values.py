"""From a formula to a few values of each variable that stand for all that it can be.

Two values that no part of the formula tells apart give it the same truth, so one of them is enough:
`status & 0x08 != 0` has two kinds of status, and `count > 16` two kinds of count. Of each kind the
smallest value is taken (`terms.order`), and the value at reset is a kind of its own; so the
smallest state that satisfies the formula is among those that are tried.

- Bits that are looked at through constant masks: one value for each pattern of them.
- Comparisons with constants: the constants cut the line, one value for each piece.
- Comparisons of variables with each other: only their order counts. Of n variables that are
  compared at most n lie in one piece, and moving them to its first n places keeps their order. So
  the first n values of each piece are enough.
- All else: every value, where they are few.
"""

from collections.abc import Iterable, Iterator
from typing import assert_never

from vmsdl.expr.nodes import Operator
from vmsdl.prove.formula import (
    COMPARISONS,
    BinaryFormula,
    Choice,
    Constant,
    Domain,
    Extreme,
    Formula,
    FormulaVariable,
    Junction,
    UnaryFormula,
    Value,
    Values,
    operands,
    sort_operands,
)

# More values of one variable than this are too many to try, whatever the others are.
MOST = 4096
_MOST_BITS = 12


def find_candidates(
    term: Formula, names: Iterable[str], domain: Domain
) -> dict[str, list[Value]] | None:
    """Values that stand for all, smallest first; None where they would be too many."""
    uses = _Uses(domain)
    uses.read(term)
    found: dict[str, list[Value]] = {}
    for name in names:
        values = uses.representatives(name)
        if values is None or len(values) > MOST:
            return None
        found[name] = sorted(values, key=sort_operands)
    return found


class _Group:
    """Variables that are compared with each other, and what they are compared with."""

    def __init__(self, name: str | None = None) -> None:
        self.members = set() if name is None else {name}
        self.cuts: set[int] = set()


class _Uses:
    """What the formula looks at of each variable."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self.masks: dict[str, int] = {}
        self.groups: dict[str, _Group] = {}
        self.whole: set[str] = set()  # looked at in ways that need every value
        self._seen: set[tuple[int, bool]] = set()

    def read(self, truth: Formula) -> None:
        """What a truth value is made of."""
        if self._is_seen(truth, as_truth=True):
            return
        match truth:
            case Constant() | FormulaVariable():
                return
            case BinaryFormula(left=left, right=right) if self._is_truth(left):
                self.read(left)
                self.read(right)
            case BinaryFormula():
                self._compare(truth)
            case _:
                for operand in operands(truth):
                    self.read(operand)

    def _read_value(self, value: Formula) -> None:
        """What an integer is made of, of which all bits count."""
        if self._is_seen(value, as_truth=False):
            return
        masked = _masked(value)
        if masked is not None:
            name, mask = masked
            mask &= (1 << _width(self.domain.variables[name])) - 1
            self.masks[name] = self.masks.get(name, 0) | mask
            return
        match value:
            case FormulaVariable(name=name):
                self.whole.add(name)
            case Choice(condition=condition, yes=yes, no=no):
                self.read(condition)
                self._read_value(yes)
                self._read_value(no)
            case _:
                for operand in operands(value):
                    self._read_value(operand)

    def _compare(self, part: BinaryFormula) -> None:
        leaves = [*self._leaves(part.left), *self._leaves(part.right)]
        if not all(isinstance(leaf, FormulaVariable | Constant) for leaf in leaves):
            for leaf in leaves:
                self._read_value(leaf)
            return
        group = _Group()
        for name in (leaf.name for leaf in leaves if isinstance(leaf, FormulaVariable)):
            known = self.groups.get(name, _Group(name))
            group.members |= known.members
            group.cuts |= known.cuts
        group.cuts |= {int(leaf.value) for leaf in leaves if isinstance(leaf, Constant)}
        for name in group.members:
            self.groups[name] = group

    def _leaves(self, value: Formula) -> list[Formula]:
        """The values of which one is the value of this."""
        match value:
            case Choice(condition=condition, yes=yes, no=no):
                self.read(condition)
                return [*self._leaves(yes), *self._leaves(no)]
            case Extreme(terms=terms):
                return [leaf for term in terms for leaf in self._leaves(term)]
            case _:
                return [value]

    def _is_truth(self, term: Formula) -> bool:
        match term:
            case Constant(value=value):
                return isinstance(value, bool)
            case FormulaVariable(name=name):
                return self.domain.variables[name].is_bool
            case UnaryFormula(operator=operator):
                return operator is Operator.NOT
            case BinaryFormula(operator=operator):
                return operator in COMPARISONS
            case Choice(yes=yes):
                return self._is_truth(yes)
            case Junction():
                return True
            case Extreme():
                return False
            case _:
                assert_never(term)

    def _is_seen(self, term: Formula, *, as_truth: bool) -> bool:
        key = (id(term), as_truth)
        if key in self._seen:
            return True
        self._seen.add(key)
        return False

    def representatives(self, name: str) -> list[Value] | None:
        values = self.domain.variables[name]
        if values.is_bool:
            return [value for value in (False, True) if int(value) in values]
        if values.allowed is not None:
            return [value for value in values.allowed if value in values]
        if values.bits is not None:
            return _unions(values)
        group, mask = self.groups.get(name, _Group(name)), self.masks.get(name, 0)
        if name in self.whole or (mask and len(group.members) > 1):
            if values.high - values.low >= MOST:
                return None
            return list(range(values.low, values.high + 1))
        if mask.bit_count() > _MOST_BITS:
            return None
        found: list[Value] = []
        for low, high in self._pieces(values, group):
            if mask:
                found += _by_pattern(low, high, mask, _width(values))
            elif low >= 0:
                found += range(low, min(high, low + len(group.members) - 1) + 1)
            else:
                found += range(high, max(low, high - len(group.members) + 1) - 1, -1)
            if len(found) > MOST:
                return None
        return found

    def _pieces(self, values: Values, group: _Group) -> list[tuple[int, int]]:
        """The stretches of a variable's range that nothing in its group tells apart."""
        starts = {0}
        for cut in group.cuts:
            starts |= {cut, cut + 1}
        for member in group.members:
            other = self.domain.variables[member]
            starts |= {other.low, other.high + 1, int(other.default), int(other.default) + 1}
            # Where every value of one is tried, the others have to be able to meet it.
            for value in (
                other.allowed or (_unions(other) if other.bits is not None else None) or ()
            ):
                starts |= {int(value), int(value) + 1}
            if member in self.whole or (member in self.masks and len(group.members) > 1):
                starts |= set(range(other.low, min(other.high, other.low + MOST) + 2))
        inside = sorted(
            {values.low, *(start for start in starts if values.low < start <= values.high)}
        )
        ends = [*inside[1:], values.high + 1]
        return [(low, end - 1) for low, end in zip(inside, ends, strict=True)]


def _masked(value: Formula) -> tuple[str, int] | None:
    """A variable of which a constant mask leaves some bits, perhaps shifted first."""
    match value:
        case BinaryFormula(operator=Operator.AND_BITS, left=Constant(value=mask), right=inner):
            pass
        case BinaryFormula(operator=Operator.AND_BITS, left=inner, right=Constant(value=mask)):
            pass
        case _:
            return None
    match inner:
        case FormulaVariable(name=name):
            return name, int(mask)
        case BinaryFormula(
            operator=Operator.SHIFT_RIGHT,
            left=FormulaVariable(name=name),
            right=Constant(value=amount),
        ) if (
            0 <= amount <= 63
        ):
            return name, int(mask) << amount
        case _:
            return None


def _width(values: Values) -> int:
    """Bits that tell all its values apart, the highest of them the sign."""
    return max(values.low.bit_length(), values.high.bit_length()) + 1


def _unions(values: Values) -> list[Value] | None:
    """Every union of its bits, where they are few."""
    bits = values.bits or 0
    if bits.bit_count() > _MOST_BITS:
        return None
    found: list[Value] = []
    union = bits
    while True:
        if union in values:
            found.append(union)
        if not union:
            return found
        union = union - 1 & bits


def _by_pattern(low: int, high: int, mask: int, width: int) -> Iterator[int]:
    """For each pattern of the mask's bits the simplest value in a piece on one side of zero."""
    pattern = 0
    while True:
        if low >= 0:
            value = _least(low, high, mask, pattern)
        else:  # ~value counts up from 0, and has the opposite bits
            mirrored = _least(~high, ~low, mask, mask & ~pattern)
            value = None if mirrored is None else ~mirrored
        if value is not None:
            yield value
        pattern = pattern - mask & mask  # the next pattern of these bits
        if not pattern:
            return


def _least(low: int, high: int, mask: int, pattern: int) -> int | None:
    """The least number from low to high with these bits under the mask."""
    if low & mask == pattern:
        return low
    for bit in range(max(high.bit_length(), mask.bit_length())):
        # Above `low` by this bit first: the bits over it stay, those below are as low as can be.
        one = 1 << bit
        above, below = ~(2 * one - 1), one - 1
        if low & one or (mask & one and not pattern & one) or (low ^ pattern) & mask & above:
            continue
        value = low & above | one | pattern & below
        return value if value <= high else None
    return None
