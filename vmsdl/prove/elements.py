"""From "some element is so" to an element that is so: a state names places, not questions."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from vmsdl.expr.logic import and_, make_literal, map_places, not_
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
    with_children,
)
from vmsdl.prove.witness import Witness

_MOST_TRIED = 2  # elements

# The smallest state in which a condition holds; None: none was found.
Solve = Callable[[Expr], Witness | None]


def name_elements(witness: Witness, condition: Expr, solve: Solve) -> Witness:
    """The state with elements in the place of its quantifiers, where such elements are found.

    `condition` holds in the state. A quantifier of it that the witness does not name is as after
    reset: no element is so. Where the condition names elements of an array too, one of the first is
    taken with which the whole condition holds; else the array keeps its quantifiers.
    """
    quantifiers = [part for part in _collect_parts(condition) if isinstance(part, Quantifier)]
    named = {part.value for part in _collect_parts(condition) if isinstance(part, Item)}
    found = dict(witness)
    for over in dict.fromkeys(each.over for each in quantifiers):
        asked = [each for each in quantifiers if each.over == over]
        wanted = [each for each in asked if found.get(each) is True]
        if not wanted:
            continue
        if over in named:
            found = _find_whole(found, condition, wanted, over, solve)
            continue
        avoided = [not_(_ask(each, over, 0)) for each in asked if each not in wanted]
        state = solve(and_(*(_ask(each, over, 0) for each in wanted), *avoided))
        if state is None or not state or not all(_is_inside(place, over) for place in state):
            continue
        for each in wanted:
            del found[each]
        found |= state
    return found


def _find_whole(
    witness: dict[Expr, int | bool],
    condition: Expr,
    wanted: list[Quantifier],
    over: Expr,
    solve: Solve,
) -> dict[Expr, int | bool]:
    for index in range(_MOST_TRIED):
        asked = {each: _ask(each, over, index) for each in wanted}
        state = solve(and_(_replace(condition, asked), *asked.values()))
        if state is not None:
            left: dict[Expr, int | bool] = {
                place: value for place, value in witness.items() if isinstance(place, Quantifier)
            }
            for each in wanted:
                del left[each]
            return {**left, **state}
    return witness


def _replace(e: Expr, parts: Mapping[Quantifier, Expr]) -> Expr:
    if isinstance(e, Quantifier):
        known = e in parts and e.quantity is Quantity.ANY
        return make_literal(True) if known else e
    return with_children(e, lambda child: _replace(child, parts))


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
