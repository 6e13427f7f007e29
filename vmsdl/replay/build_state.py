"""From a witness to a state: an object of the sender's in which its condition holds.

All places that the witness does not name are as after reset. The receiver's own values are returned
beside the object: they belong into the object that the receiver loads into.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from vmsdl.diff.layout.carried_versions import find_version_carriers
from vmsdl.diff.layout.flatten import Flattener, TooLarge
from vmsdl.diff.layout.nodes import BlockNode, PlacedBody
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import TRUE, FieldPath, and_, find_path, map_places, not_
from vmsdl.expr.nodes import (
    Binary,
    Call,
    Expr,
    ExternPresence,
    Function,
    Item,
    Literal,
    Member,
    Quantifier,
    Quantity,
    ReceiverValue,
    Select,
    Variable,
    children,
)
from vmsdl.expr.text import unparse
from vmsdl.prove.conditions import ConditionProver
from vmsdl.prove.witness import Witness
from vmsdl.replay.presence import find_defaults
from vmsdl.replay.program import ReplaySide
from vmsdl.schema.types import Array, Blob, Bytes, ListType, MapType, Opaque, StructType, Type

MOST = 1 << 16  # elements of one array: what needs more shows nothing that fewer do not


class StateNotBuilt(Exception):
    """There is no such state, or none that fits into memory, and why."""


@dataclass(frozen=True, slots=True)
class WitnessState:
    object: Any
    receiver: Mapping[FieldPath, int | bool] = field(default_factory=dict)


def build_state(
    program: ReplaySide,
    witness: Witness,
    condition: Expr = TRUE,
    machine: str | None = None,
) -> WitnessState:
    """The state that a witness names. Raises NotMade."""
    return _Making(program, witness, condition, make_fresh(program, machine)).state()


def make_fresh(program: ReplaySide, machine: str | None = None) -> Any:
    """An object as after reset."""
    if machine is not None and machine in program.cls.MACHINES:
        return program.cls.for_machine(machine)
    return program.cls()


class _Making:
    def __init__(self, program: ReplaySide, witness: Witness, condition: Expr, o: Any) -> None:
        self.program = program
        self.witness = witness
        self.condition = condition
        self.object = o
        self.receiver: dict[FieldPath, int | bool] = {}

    def state(self) -> WitnessState:
        waiting: list[tuple[FieldPath, int | bool]] = []
        lengths: list[tuple[FieldPath, int]] = []
        for each in find_version_carriers(self.program.side):
            match each.condition:
                case Binary(left=left, right=Literal(value=value)) if find_path(left) is not None:
                    self._put(find_path(left) or (), value)
        for place, value in self.witness.items():
            match place:
                case ReceiverValue(path=path):
                    self.receiver[path] = value
                case ExternPresence(path=path):
                    self._present(path, bool(value))
                case Call(function=Function.LEN, arguments=(over,)):
                    lengths.append((find_path(over) or (), int(value)))
                case _ if (key := find_path(place)) is not None:
                    waiting.append((key, value))
                case _:
                    pass  # what a quantifier says of elements comes last
        late = [pair for pair in waiting if not self._put(*pair)]
        self._resize()
        for key, length in lengths:
            self._lengthen(key, length)
        self._elements()
        for key, value in late:
            if not self._put(key, value):
                raise StateNotBuilt(
                    f"there is no place `{_said(key)}` in a state with this witness"
                )
        return WitnessState(self.object, self.receiver)

    def _put(self, key: FieldPath, value: int | bool) -> bool:
        try:
            self.program.put(self.object, key, value)
        except (LookupError, TypeError):
            return False
        return True

    def _present(self, key: FieldPath, is_there: bool) -> None:
        """What is `extern` is there where its value is."""
        try:
            here = self.program.get(self.object, key)
        except LookupError:
            raise StateNotBuilt(f"whether `{_said(key)}` is there is decided elsewhere") from None
        if not is_there:
            self.program.put(self.object, key, None)
            return
        found = self.program.field(key)
        if found is not None and here is None:
            here = self._new(found.type, ())
        self.program.put(self.object, key, here)

    # Sequences ---------------------------------------------------------------------------------

    def _resize(self) -> None:
        """Every array has as many elements as its count says."""
        for block in self._blocks():
            sizes = [fold_constant(map_places(e, self._value)) for e in block.sizes]
            try:
                now = self.program.get(self.object, block.key)
            except LookupError:
                continue
            if now is None or not isinstance(block.type, Array | Bytes | Opaque) or not sizes:
                continue
            count = sizes[0]
            if count is None or (isinstance(block.type, Opaque) and block.type.length is None):
                continue
            if len(now) != count:
                self._check(block.key, int(count))
                known = [int(size) for size in sizes if size is not None]
                self.program.put(self.object, block.key, self._new(block.type, tuple(known), now))

    def _blocks(self) -> Iterator[BlockNode]:
        d = self.program.side.description
        flattener = Flattener(self.program.side.schema)
        top: PlacedBody = flattener.place_top(d, d.version_id)
        try:
            nodes = flattener.flatten_all(top)
        except TooLarge:
            raise StateNotBuilt("it has too many fields") from None
        yield from (node for node in nodes if isinstance(node, BlockNode))

    def _lengthen(self, key: FieldPath, length: int) -> None:
        """A list or blob; an array has its length from its count."""
        found = self.program.field(key)
        type_ = None if found is None else found.type
        if isinstance(type_, ListType | Blob | Opaque):
            self._check(key, length)
            self.program.put(self.object, key, self._new(type_, (length,)))
        elif isinstance(type_, MapType) and length:
            self._check(key, length)
            self.program.put(self.object, key, self._map(type_, length))

    def _check(self, key: FieldPath, length: int) -> None:
        if length > MOST:
            words_ = "bytes" if isinstance(self._sequence(key), bytes) else "elements"
            raise StateNotBuilt(f"`{_said(key)}` would have {length} {words_}")
        if length < 0:
            raise StateNotBuilt(f"`{_said(key)}` would have {length} elements")

    def _sequence(self, key: FieldPath) -> Any:
        try:
            return self.program.get(self.object, key)
        except LookupError:
            return None

    def _new(self, type_: Type, sizes: tuple[int, ...], before: Any = ()) -> Any:
        """A sequence of this length, or one element: zeros, and what was there before."""
        match type_:
            case StructType(name=name):
                return self.program.class_of(name)()
            case Array(element=element) if sizes:
                old = list(before[: sizes[0]])
                new = [self._new(element, sizes[1:]) for _ in range(sizes[0] - len(old))]
                return bytes(old + new) if isinstance(before, bytes) else old + new
            case ListType(element=element) if sizes:
                return [self._new(element, ()) for _ in range(sizes[0])]
            case Bytes() | Blob() | Opaque() if sizes:
                old = list(before[: sizes[0]])
                return bytes(old) + bytes(sizes[0] - len(old))
            case Bytes() | Blob() | Opaque():
                return b""
            case Array() | ListType():
                return []
            case MapType():
                return {} if type_.key is None else []
            case _:
                flattener = Flattener(self.program.side.schema)
                return flattener.find_zero(type_)  # type: ignore[arg-type]

    def _map(self, type_: MapType, length: int) -> Any:
        value = self.program.class_of(type_.value.name)
        if type_.key is None:
            return {i: value() for i in range(length)}
        if length > 1:
            raise StateNotBuilt("what the keys of a map are was not looked into")
        return [(self.program.class_of(type_.key.name)(), value())]

    # Elements ----------------------------------------------------------------------------------

    def _elements(self) -> None:
        """Arrays that have to hold what a quantifier asks for."""
        wanted: dict[FieldPath, tuple[list[Expr], list[Expr]]] = {}
        for quantifier in _quantifiers(self.condition):
            is_all = quantifier.quantity is Quantity.ALL
            body = not_(quantifier.body) if is_all else quantifier.body
            key = find_path(quantifier.over)
            if key is None or quantifier not in self.witness:
                continue
            held, not_held = wanted.setdefault(key, ([], []))
            body = _renamed(body, quantifier.variable)
            (held if self.witness[quantifier] else not_held).append(body)
        for key, (held, not_held) in wanted.items():
            rest = and_(*(not_(each) for each in not_held))
            if not_held:
                self._fill(key, rest)
            for i, each in enumerate(held):
                self._element(key, i, and_(each, rest))

    def _fill(self, key: FieldPath, condition: Expr) -> None:
        chosen = self._chosen(condition)
        for i in range(len(self._sequence(key) or ())):
            self._choose(key, i, chosen)

    def _element(self, key: FieldPath, i: int, condition: Expr) -> None:
        if len(self._sequence(key) or ()) <= i:
            self._grow(key, i + 1)
        self._choose(key, i, self._chosen(condition))

    def _grow(self, key: FieldPath, length: int) -> None:
        found = self.program.field(key)
        if found is not None and isinstance(found.type, ListType | Blob | Opaque):
            self._lengthen(key, length)
            return
        block = next((block for block in self._blocks() if block.key == key), None)
        count = None if block is None or not block.sizes else find_path(block.sizes[0])
        if count is None or block.sizes[0] in self.witness or not self._put(count, length):  # type: ignore[union-attr]
            raise StateNotBuilt(f"`{_said(key)}` has no element {length - 1}")
        self._resize()

    def _chosen(self, condition: Expr) -> Witness:
        """What an element has to be."""
        known = map_places(condition, self._value)
        answer = ConditionProver(self.program.side.schema.enums, {}, TRUE).satisfiable(known)
        if not answer.holds:
            raise StateNotBuilt(f"no element was found of which `{unparse(condition)}` holds")
        return answer.witness

    def _choose(self, key: FieldPath, i: int, chosen: Witness) -> None:
        if not chosen and len(self._sequence(key) or ()) > i:
            return
        for place, value in chosen.items():
            inner = find_path(place)
            is_in_element = inner is not None and inner[0] == _ELEMENT
            if inner is None or not is_in_element or not self._put((*key, i, *inner[1:]), value):
                raise StateNotBuilt(f"`{_said(key)}` has no element {i} to change")

    def _value(self, part: Expr) -> Expr:
        return find_defaults(self.program, self.object, part)


_ELEMENT = "$element"


def _renamed(e: Expr, variable: str) -> Expr:
    """The body of a quantifier with one name for the element, whatever it is called there."""

    def change(part: Expr) -> Expr:
        match part:
            case Variable(name=name) if name == variable:
                return Member(type=part.type, up=0, name=_ELEMENT)
            case Select(value=value):
                return Select(type=part.type, value=change(value), name=part.name)
            case Item(value=value):
                return Item(
                    type=part.type, value=change(value), index=map_places(part.index, change)
                )
            case _:
                return part

    return map_places(e, change)


def _quantifiers(e: Expr) -> Iterator[Quantifier]:
    stack: list[Expr] = [e]
    while stack:
        part = stack.pop()
        if isinstance(part, Quantifier):
            yield part
        elif not isinstance(part, Member):
            stack += children(part)


def _said(key: FieldPath) -> str:
    from vmsdl.expr.text import format_path

    return format_path(key)
