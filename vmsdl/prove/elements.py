"""From "some element is so" to an element that is so: a state names places, not questions."""

from collections.abc import Callable
from dataclasses import replace

from vmsdl.expr.logic import and_, map_places, not_
from vmsdl.expr.nodes import (
    INTEGER,
    Expr,
    Item,
    Literal,
    Quantifier,
    Quantity,
    Select,
    Variable,
    children,
)
from vmsdl.prove.witness import Witness

# The smallest state in which a condition holds; None: none was found.
Solve = Callable[[Expr], Witness | None]


def name_elements(witness: Witness, condition: Expr, solve: Solve) -> Witness:
    """The state with elements in the place of its quantifiers, where such elements are found.

    `condition` holds in the state. A quantifier of it that the witness does not name is as after
    reset: no element is so. An array whose elements the condition names keeps its quantifiers.
    """
    quantifiers = [part for part in _collect_parts(condition) if isinstance(part, Quantifier)]
    named = {part.value for part in _collect_parts(condition) if isinstance(part, Item)}
    found = dict(witness)
    for over in dict.fromkeys(each.over for each in quantifiers):
        asked = [each for each in quantifiers if each.over == over]
        wanted = [each for each in asked if found.get(each) is True]
        if not wanted or over in named:
            continue
        avoided = [not_(_ask(each, over, 0)) for each in asked if each not in wanted]
        state = solve(and_(*(_ask(each, over, 0) for each in wanted), *avoided))
        if state is None or not state or not all(_is_inside(place, over) for place in state):
            continue
        for each in wanted:
            del found[each]
        found |= state
    return found


def _ask(quantifier: Quantifier, over: Expr, index: int) -> Expr:
    """What makes the quantifier's answer yes, asked of one element."""
    body = _put_element(quantifier.body, quantifier.variable, over, index)
    return not_(body) if quantifier.quantity is Quantity.ALL else body


def _put_element(e: Expr, variable: str, over: Expr, index: int) -> Expr:
    def change(part: Expr) -> Expr:
        match part:
            case Variable(name=name) if name == variable:
                number = Literal(type=INTEGER, value=index)
                return Item(type=part.type, value=over, index=number)
            case Select(value=value):
                return replace(part, value=change(value))
            case Item(value=value):
                return replace(part, value=change(value), index=map_places(part.index, change))
            case _:
                return part

    return map_places(e, change)


def _is_inside(place: Expr, over: Expr) -> bool:
    """Whether a place is in an element of a sequence."""
    while isinstance(place, Item | Select):
        if isinstance(place, Item) and place.value == over:
            return True
        place = place.value
    return False


def _collect_parts(condition: Expr) -> list[Expr]:
    """All parts, each once; a body of a quantifier is about its own element."""
    found: dict[Expr, None] = {}
    stack = [condition]
    while stack:
        part = stack.pop()
        if part in found:
            continue
        found[part] = None
        if not isinstance(part, Quantifier):
            stack += children(part)
    return list(found)
