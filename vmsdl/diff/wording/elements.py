"""Conditions on elements of one array, seen as one condition on the array."""

from collections.abc import Iterator

from vmsdl.diff.wording.places import SenderPlaces
from vmsdl.expr.logic import collect_parts, find_path
from vmsdl.expr.nodes import (
    BOOL,
    INTEGER,
    Expr,
    Item,
    Literal,
    Member,
    Quantifier,
    Quantity,
    Select,
    Variable,
    with_children,
)
from vmsdl.records import dataclass

_MOST_PARTS = 2048
_MOST_ARRAYS = 4  # that one part reads elements of


@dataclass(frozen=True, slots=True)
class ElementGroup:
    """Parts of a condition that say the same of several elements.

    `body` reads the element as `variable`. `indices` rise; `count` is the number of all elements,
    None where it is not known.
    """

    array: Expr
    variable: Variable
    body: Expr
    indices: tuple[int, ...]
    count: int | None
    parts: tuple[Expr, ...]

    @property
    def is_whole(self) -> bool:
        """Whether it is about every element that there is."""
        return self.count is not None and len(self.indices) == self.count

    def quantify(self, body: Expr, is_all: bool) -> Expr:
        """That all elements of the array satisfy the body, or that one does."""
        quantity = Quantity.ALL if is_all else Quantity.ANY
        name = self.variable.name
        return Quantifier(type=BOOL, quantity=quantity, variable=name, over=self.array, body=body)

    def find_runs(self) -> Iterator[tuple[int, int]]:
        """From which element to which, both included, without a gap."""
        first = last = self.indices[0]
        for index in self.indices[1:]:
            if index != last + 1:
                yield first, last
                first = index
            last = index
        yield first, last


def group_elements(parts: list[Expr], places: SenderPlaces) -> list[ElementGroup]:
    """The groups of two parts and more, the largest first. No part is in two of them."""
    if not 2 <= len(parts) <= _MOST_PARTS:
        return []
    found: dict[tuple[Expr, Expr, Variable], dict[int, Expr]] = {}
    for part in parts:
        for array, index in _find_elements(part):
            variable = _name_variable(array, part)
            body = _put(part, array, index, variable)
            found.setdefault((array, body, variable), {}).setdefault(index, part)
    groups: list[ElementGroup] = []
    taken: set[Expr] = set()
    for (array, body, variable), own in sorted(found.items(), key=lambda each: -len(each[1])):
        left = {index: part for index, part in own.items() if part not in taken}
        if len(left) < 2:
            continue
        path = find_path(array)
        count = None if path is None else places.count_elements(path)
        indices = tuple(sorted(left))
        of_parts = tuple(left[index] for index in indices)
        groups.append(ElementGroup(array, variable, body, indices, count, of_parts))
        taken.update(of_parts)
    return groups


def _find_elements(part: Expr) -> list[tuple[Expr, int]]:
    """The arrays of which the part reads one element, and which one."""
    found: dict[Expr, set[int]] = {}
    for each in collect_parts(part):
        match each:
            case Item(value=array, index=Literal(value=index)):
                found.setdefault(array, set()).add(int(index))
            case _:
                pass
    if len(found) > _MOST_ARRAYS:
        return []
    return [(array, index) for array, (index, *more) in found.items() if not more]


def _put(e: Expr, array: Expr, index: int, variable: Variable) -> Expr:
    """The condition with a variable instead of the element."""
    match e:
        case Item(value=value, index=Literal(value=at)) if value == array and at == index:
            return variable
        case _:
            return with_children(e, lambda child: _put(child, array, index, variable))


def _name_variable(array: Expr, part: Expr) -> Variable:
    """The first letter of the array; more of it where the letter means something else."""
    name = _find_name(array)
    used = {each.name for each in collect_parts(part) if isinstance(each, Member | Variable)}
    choices = [name[:length].rstrip("_") or "x" for length in range(1, len(name))]
    free = next((each for each in (*choices, "element", "element_") if each not in used), "each")
    return Variable(type=INTEGER, name=free)


def _find_name(array: Expr) -> str:
    match array:
        case Member(name=name) | Select(name=name):
            return name
        case Item(value=value):
            return _find_name(value)
        case _:
            return "element"
