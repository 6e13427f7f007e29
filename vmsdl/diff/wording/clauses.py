"""Parts of a condition as text: as a schema writes them, or in words where that is clearer."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from vmsdl.diff.wording.elements import ElementGroup, group_elements
from vmsdl.diff.wording.places import SenderPlaces
from vmsdl.expr.logic import FieldPath, and_, collect_operands, collect_parts, find_path, not_, or_
from vmsdl.expr.nodes import (
    OPPOSITE,
    Binary,
    BitmapValue,
    BytesValue,
    Conditional,
    Expr,
    ExternPresence,
    Literal,
    Operator,
    ReceiverValue,
    Unary,
    Variable,
)
from vmsdl.expr.text import format_path, unparse
from vmsdl.records import dataclass

_LEAST_RUN = 3  # elements that are told as a range
_LEAST_LEAVES = 3  # of an object that "differs from its defaults"
_LONG = 80  # characters; a list of places is clearer than a longer expression
_MOST_DIMENSIONS = 4


@dataclass(frozen=True, slots=True)
class Words:
    """A clause in words. `operator`: what joins its parts, where it has several."""

    text: str
    operator: Operator | None = None


# A clause, as the schema writes it or in words; None: it cannot be told in short.
Clause: TypeAlias = Expr | Words | None


class ClauseWriter:
    """Writes the clauses of one condition."""

    def __init__(self, places: SenderPlaces) -> None:
        self._places = places

    def write(self, e: Expr) -> Clause:
        """One clause for the whole."""
        match e:
            case Binary(operator=Operator.AND | Operator.OR as operator):
                return self._write_junction(collect_operands(e, operator), operator)
            case _:
                return self._write_leaf(e)

    # Single conditions ----------------------------------------------------------------------------

    def _write_leaf(self, e: Expr) -> Clause:
        match e:
            case ExternPresence(path=path, kind=kind):
                return Words(f"`{format_path(path)}` is {kind.value}")
            case Unary(operator=Operator.NOT, operand=ExternPresence(path=path, kind=kind)):
                return Words(f"`{format_path(path)}` is not {kind.value}")
            case _:
                pass
        told = write_receiver(e)
        if told is not None:
            return Words(f"a receiver with {told}")
        return None if picks_bytes(e) else e

    # Conditions joined by `and` or `or` -----------------------------------------------------------

    def _write_junction(self, parts: list[Expr], operator: Operator) -> Clause:
        is_all = operator is Operator.AND
        receiver: list[str] = []
        if is_all:  # what is asked of the receiver is told in one place
            receiver = [words for part in parts if (words := write_receiver(part)) is not None]
            parts = [part for part in parts if write_receiver(part) is None]
        clauses: list[Clause] = []
        for text, own in self._find_objects(parts, is_all):
            clauses.append(Words(text))
            parts = [part for part in parts if part not in own]
        if is_all:
            for text, own in _find_neither(parts):
                clauses.append(Words(text))
                parts = [part for part in parts if part not in own]
        parts = self._quantify(parts, is_all)
        in_runs: dict[Expr, Clause] = {}
        for group in group_elements(parts, self._places):
            for own_parts, clause in self._find_runs(group, is_all):
                in_runs |= dict.fromkeys(own_parts, clause)
        for part in parts:
            clause = in_runs[part] if part in in_runs else self.write(part)
            if part not in in_runs or clause not in clauses:
                clauses.append(clause)
        if receiver:
            clauses.append(Words(f"a receiver with {' and '.join(receiver)}"))
        return _join(clauses, operator)

    def _quantify(self, parts: list[Expr], is_all: bool) -> list[Expr]:
        """The parts, with those on all elements of an array as one; rows of rows from inside."""
        for _ in range(_MOST_DIMENSIONS):
            found: dict[Expr, Expr] = {}
            for group in group_elements(parts, self._places):
                body = self.write(group.body) if group.is_whole else None
                if body is not None and not isinstance(body, Words):
                    found |= dict.fromkeys(group.parts, group.quantify(body, is_all))
            if not found:
                break
            parts = list(dict.fromkeys(found.get(part, part) for part in parts))
        return parts

    def _find_runs(
        self, group: ElementGroup, is_all: bool
    ) -> Iterator[tuple[tuple[Expr, ...], Clause]]:
        by_index = dict(zip(group.indices, group.parts, strict=True))
        for first, last in group.find_runs():
            if last - first + 1 >= _LEAST_RUN:
                clause = self._write_run(group, first, last, is_all)
                yield tuple(by_index[index] for index in range(first, last + 1)), clause

    def _write_run(self, group: ElementGroup, first: int, last: int, is_all: bool) -> Clause:
        """Neighbouring elements, and what holds for one of them or for all."""
        if picks_bytes(group.body):
            return None
        array = unparse(group.array)
        is_zero_test = _tests_zero(group.body, group.variable, is_all)
        if is_zero_test:
            noun = _name_elements(group.array)
            state = "all zero" if is_all else "not all zero"
            return Words(f"{noun} {first} to {last} of `{array}` {state}")
        body = unparse(group.body)
        quantity = "every" if is_all else "some"
        name = group.variable.name
        return Words(f"`{body}` for {quantity} `{name}` of `{array}[{first}]` to `[{last}]`")

    # Whole objects --------------------------------------------------------------------------------

    def _find_objects(self, parts: list[Expr], is_all: bool) -> list[tuple[str, set[Expr]]]:
        """Objects that differ from their reset state, or that are in it, and the parts for each."""
        differing = {}
        for part in parts:
            found = _read_difference(not_(part) if is_all else part)
            if found is not None:
                differing[found[0]] = found[1], part
        if len(differing) < _LEAST_LEAVES:
            return []
        found_objects: list[tuple[str, set[Expr]]] = []
        asked: set[FieldPath] = set()
        for path in list(differing):
            for length in range(1, len(path)):
                prefix = path[:length]
                if prefix in asked or path not in differing:
                    continue
                asked.add(prefix)
                values = self._places.find_reset_values(prefix)
                if values is None or len(values) < _LEAST_LEAVES:
                    continue
                if all(
                    place in differing and differing[place][0] == value
                    for place, value in values.items()
                ):
                    own = {differing.pop(place)[1] for place in values}
                    found_objects.append((_tell_object(prefix, values, is_all), own))
        return found_objects


def _tell_object(path: FieldPath, values: dict[FieldPath, int | bool], is_all: bool) -> str:
    name = f"`{format_path(path)}`"
    if all(isinstance(place[-1], int) for place in values) and not any(values.values()):
        return f"{name} all zero" if is_all else f"{name} not all zero"
    return f"{name} has its defaults" if is_all else f"{name} differs from its defaults"


def _read_difference(e: Expr) -> tuple[FieldPath, int | bool] | None:
    """`place != 3`: the place and 3; `not place` differs from true."""
    match e:
        case Binary(operator=Operator.NOT_EQUAL, left=left, right=Literal(value=value)):
            path = find_path(left)
            return None if path is None else (path, value)
        case Unary(operator=Operator.NOT, operand=operand):
            path = find_path(operand)
            return None if path is None else (path, True)
        case _:
            path = find_path(e)
            return None if path is None else (path, False)


def _find_neither(parts: list[Expr]) -> Iterator[tuple[str, set[Expr]]]:
    """`x != 0 and x != 1` as "`x` is neither 0 nor 1", and the parts that say so."""
    excluded: dict[Expr, dict[Expr, Literal]] = {}
    for part in parts:
        match part:
            case Binary(operator=Operator.NOT_EQUAL, left=left, right=Literal() as value) if (
                find_path(left) is not None
            ):
                excluded.setdefault(left, {})[part] = value
            case _:
                pass
    for place, found in excluded.items():
        if len(found) > 1:
            values = sorted(found.values(), key=lambda each: (abs(each.value), each.value))
            text = " nor ".join(
                f"`{unparse(value)}`" if value.name else unparse(value) for value in values
            )
            yield f"`{unparse(place)}` is neither {text}", set(found)


def _tests_zero(body: Expr, variable: Variable, is_all: bool) -> bool:
    """Whether it says that an element is not zero; of all elements: that it is."""
    match not_(body) if is_all else body:
        case Binary(operator=Operator.NOT_EQUAL, left=left, right=Literal(value=0)):
            return left == variable
        case other:
            return other == variable


def _name_elements(array: Expr) -> str:
    match array.type:
        case BytesValue():
            return "bytes"
        case BitmapValue():
            return "bits"
        case _:
            return "elements"


# The receiver's own values ------------------------------------------------------------------------


def write_receiver(e: Expr) -> str | None:
    """A condition on one value of the receiver: `x = true`."""
    match e:
        case ReceiverValue(path=path):
            return f"{format_path(path)} = true"
        case Unary(operator=Operator.NOT, operand=ReceiverValue(path=path)):
            return f"{format_path(path)} = false"
        case Binary(operator=operator, left=ReceiverValue(path=path), right=Literal() as value) if (
            operator in OPPOSITE
        ):
            sign = {Operator.EQUAL: "=", Operator.NOT_EQUAL: "other than"}.get(
                operator, operator.value
            )
            return f"{format_path(path)} {sign} {unparse(value)}"
        case _:
            return None


# What is not shown --------------------------------------------------------------------------------

_PICKING = (Operator.SHIFT_LEFT, Operator.SHIFT_RIGHT, Operator.OR_BITS, Operator.XOR_BITS)


def picks_bytes(e: Expr) -> bool:
    """Whether it takes values apart into bytes, or converts them: nobody reads that."""
    for part in collect_parts(e):
        match part:
            case Conditional():
                return True
            case Binary(operator=operator, left=left, right=right) if operator in _PICKING:
                if not (isinstance(left, Literal) or _is_named(left) or _is_named(right)):
                    return True
            case _:
                pass
    return False


def _is_named(e: Expr) -> bool:
    return isinstance(e, Literal) and e.name is not None


# Joining ------------------------------------------------------------------------------------------


def _join(clauses: list[Clause], operator: Operator) -> Clause:
    """Neighbours that a schema can write stay one expression."""
    if any(clause is None for clause in clauses):
        return None
    join: Callable[..., Expr] = and_ if operator is Operator.AND else or_
    code: list[Expr] = []
    words: list[Words] = []
    for clause in clauses:
        if isinstance(clause, Words):
            words.append(clause)
        elif clause is not None:
            code.append(clause)
    if code and len(unparse(join(*code))) > _LONG:
        code, listed = _list_places(code, operator)
        words = [*listed, *words]
    if not words:
        return join(*code)
    texts = [f"`{unparse(join(*code))}`"] if code else []
    texts += [_enclose(each, operator) for each in words]
    if len(texts) == 1:
        return words[0]
    return Words(f" {operator.value} ".join(texts), operator)


def _list_places(parts: list[Expr], operator: Operator) -> tuple[list[Expr], list[Words]]:
    """Many places of which one is not 0, or of which all are, as a list of places."""
    wanted = Operator.EQUAL if operator is Operator.AND else Operator.NOT_EQUAL
    places: dict[Expr, str] = {}
    for part in parts:
        match part:
            case Binary(operator=own, left=left, right=Literal(value=0)) if own is wanted:
                if find_path(left) is not None:
                    places[part] = f"`{unparse(left)}`"
            case _:
                pass
    if len(places) < _LEAST_RUN:
        return parts, []
    *names, last = places.values()
    listed = f"{', '.join(names)} and {last}"
    text = f"{listed} are 0" if operator is Operator.AND else f"one of {listed} is not 0"
    return [part for part in parts if part not in places], [Words(text)]


def _enclose(words: Words, around: Operator) -> str:
    if words.operator in (None, around):
        return words.text
    return f"({words.text})"
