"""From a witness to a state: an object of the sender for which the condition of a result holds.

Fields that the witness does not name are at their reset values. Values of the receiver's own fields
are passed on: they belong into the object that the receiver loads into.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from vmsdl.diff.layout.carried_versions import find_version_carriers
from vmsdl.diff.layout.flatten import Flattener, TooLarge
from vmsdl.diff.layout.nodes import AnyNode, BlockNode, PlacedBody, ScalarArrayNode
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
from vmsdl.expr.text import format_path, unparse
from vmsdl.prove.conditions import ConditionProver
from vmsdl.prove.witness import Witness
from vmsdl.replay.presence import insert_value
from vmsdl.replay.program import ReplaySide
from vmsdl.schema.types import (
    Array,
    Bitmap,
    Blob,
    Bytes,
    ListType,
    MapType,
    Opaque,
    StructType,
    Type,
)

MOST = 1 << 16  # elements of one array; more would show nothing else


class StateNotBuilt(Exception):
    """There is no such state, or none that fits into memory. The message says why."""


@dataclass(frozen=True, slots=True)
class WitnessState:
    """`object`: of the sender's class. `receiver`: values of the receiver's own fields."""

    object: Any
    receiver: Mapping[FieldPath, int | bool] = field(default_factory=dict)


def build_state(
    program: ReplaySide,
    witness: Witness,
    condition: Expr = TRUE,
    machine: str | None = None,
) -> WitnessState:
    """Raises StateNotBuilt."""
    return _StateBuilder(program, witness, condition, make_fresh(program, machine)).build()


def make_fresh(program: ReplaySide, machine: str | None = None) -> Any:
    """An object at its reset values."""
    if machine is not None and machine in program.cls.MACHINES:
        return program.cls.for_machine(machine)
    return program.cls()


class _StateBuilder:
    def __init__(self, program: ReplaySide, witness: Witness, condition: Expr, o: Any) -> None:
        self.program = program
        self.witness = witness
        self.condition = condition
        self.object = o
        self.receiver: dict[FieldPath, int | bool] = {}

    def build(self) -> WitnessState:
        values: list[tuple[FieldPath, int | bool]] = []
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
                    self._set_presence(path, bool(value))
                case Call(function=Function.LEN, arguments=(over,)):
                    lengths.append((find_path(over) or (), int(value)))
                case _ if (key := find_path(place)) is not None:
                    values.append((key, value))
                case _:
                    pass  # a quantifier: `_set_elements`
        # Some fields are in elements that exist only once lengths are set.
        late = [pair for pair in values if not self._put(*pair)]
        self._resize()
        for key, length in lengths:
            self._set_length(key, length)
        self._set_elements()
        for key, value in late:
            if self._put(key, value) or self._put_in_new_element(key, value):
                continue
            self._resize()
            if not self._put(key, value):
                raise StateNotBuilt(f"the state of this witness has no `{format_path(key)}`")
        self._resize()  # counts in elements are known by now
        return WitnessState(self.object, self.receiver)

    def _put(self, key: FieldPath, value: int | bool) -> bool:
        try:
            self.program.put(self.object, key, value)
        except (LookupError, TypeError):
            return False
        return True

    def _put_in_new_element(self, key: FieldPath, value: int | bool) -> bool:
        """Change a value in an element that is not there yet: its array gets so many."""
        n = next((n for n, part in enumerate(key) if isinstance(part, int)), None)
        index = None if n is None else key[n]
        if n is None or not isinstance(index, int) or self.program.field(key[:n]) is None:
            return False
        if len(self._get_sequence(key[:n]) or ()) > index:
            return False
        self._grow(key[:n], index + 1)
        return self._put(key, value)

    def _set_presence(self, key: FieldPath, is_present: bool) -> None:
        """Something `extern` is present where its value is not None."""
        try:
            here = self.program.get(self.object, key)
        except LookupError:
            raise StateNotBuilt(
                f"the presence of `{format_path(key)}` is decided outside the schema"
            ) from None
        if not is_present:
            self.program.put(self.object, key, None)
            return
        found = self.program.field(key)
        if found is not None and here is None:
            here = self._make_value(found.type, ())
        self.program.put(self.object, key, here)

    # Sequences ---------------------------------------------------------------------------------

    def _resize(self) -> None:
        """Every array has as many elements as its count says."""
        self._make_fixed()
        for block in self._find_blocks_with_inner():
            if self.program.find_absent(self.object, block.key) is not None:
                continue  # it is made when something in it is changed
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
                self._check_length(block.key, int(count))
                known = [int(size) for size in sizes if size is not None]
                self.program.put(
                    self.object, block.key, self._make_value(block.type, tuple(known), now)
                )

    def _make_fixed(self) -> None:
        """Arrays of a constant length, in a subsection that was just made.

        A struct in it may get the length by `with`, which its class alone does not know.
        """
        for key, length in sorted(self._find_fixed_lengths().items(), key=lambda e: len(e[0])):
            if self.program.find_absent(self.object, key) is not None:
                continue
            now, type_ = self._get_sequence(key), self.program.type_of(key)
            if type_ is not None and now is not None and len(now) < length:
                self.program.put(self.object, key, self._make_value(type_, (length,), now))

    def _find_fixed_lengths(self) -> dict[FieldPath, int]:
        lengths: dict[FieldPath, int] = {}
        for node in self._flatten():
            for n, part in enumerate(node.key):
                if isinstance(part, int):
                    outer = node.key[:n]
                    lengths[outer] = max(lengths.get(outer, 0), part + 1)
            if isinstance(node, ScalarArrayNode):
                lengths[node.key] = node.count
        return lengths

    def _find_blocks(self) -> Iterator[BlockNode]:
        yield from (node for node in self._flatten() if isinstance(node, BlockNode))

    def _find_blocks_with_inner(self) -> Iterator[BlockNode]:
        """Those in elements as well, where the object has such elements."""
        flattener = Flattener(self.program.side.schema)
        waiting = list(self._find_blocks())[::-1]
        while waiting:
            block = waiting.pop()
            yield block
            match block.type:
                case ListType() | Array(element=StructType()):
                    length = min(len(self._get_sequence(block.key) or ()), MOST)
                    for i in range(length):
                        nodes = flattener.open_subsections(flattener.flatten_element(block, i))
                        waiting += [node for node in nodes if isinstance(node, BlockNode)]
                case _:
                    pass

    def _flatten(self) -> list[AnyNode]:
        d = self.program.side.description
        flattener = Flattener(self.program.side.schema)
        top: PlacedBody = flattener.place_top(d, d.version_id)
        try:
            return flattener.flatten_all(top)
        except TooLarge:
            raise StateNotBuilt("the device has too many fields") from None

    def _set_length(self, key: FieldPath, length: int) -> None:
        """Of a list, blob or map. An array gets its length from its count."""
        found = self.program.field(key)
        type_ = None if found is None else found.type
        if isinstance(type_, ListType | Blob | Opaque):
            self._check_length(key, length)
            self.program.put(self.object, key, self._make_value(type_, (length,)))
        elif isinstance(type_, MapType) and length:
            self._check_length(key, length)
            self.program.put(self.object, key, self._make_map(type_, length))

    def _check_length(self, key: FieldPath, length: int) -> None:
        if length > MOST:
            words_ = "bytes" if isinstance(self._get_sequence(key), bytes) else "elements"
            raise StateNotBuilt(f"`{format_path(key)}` would have {length} {words_}")
        if length < 0:
            raise StateNotBuilt(f"`{format_path(key)}` would have {length} elements")

    def _get_sequence(self, key: FieldPath) -> Any:
        try:
            return self.program.get(self.object, key)
        except LookupError:
            return None

    def _make_value(self, type_: Type, sizes: tuple[int, ...], before: Any = ()) -> Any:
        """A sequence of this length, or one element: the elements that were there, then zeros."""
        match type_:
            case StructType(name=name):
                return self.program.class_of(name)()
            case Array(element=element) if sizes:
                old = list(before[: sizes[0]])
                new = [self._make_value(element, sizes[1:]) for _ in range(sizes[0] - len(old))]
                return bytes(old + new) if isinstance(before, bytes) else old + new
            case ListType(element=element) if sizes:
                return [self._make_value(element, ()) for _ in range(sizes[0])]
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

    def _make_map(self, type_: MapType, length: int) -> Any:
        value = self.program.class_of(type_.value.name)
        if type_.key is None:
            return {i: value() for i in range(length)}
        if length > 1:
            raise StateNotBuilt("maps with several struct keys are not supported")
        return [(self.program.class_of(type_.key.name)(), value())]

    # Elements ----------------------------------------------------------------------------------

    def _set_elements(self) -> None:
        """Gives arrays the elements that quantifiers in the condition ask for."""
        demands: dict[FieldPath, tuple[list[Expr], list[Expr]]] = {}
        for quantifier in _find_quantifiers(self.condition):
            is_all = quantifier.quantity is Quantity.ALL
            body = not_(quantifier.body) if is_all else quantifier.body
            key = find_path(quantifier.over)
            if key is None or quantifier not in self.witness:
                continue
            true, false = demands.setdefault(key, ([], []))
            body = _rename_element(body, quantifier.variable)
            (true if self.witness[quantifier] else false).append(body)
        # By array: conditions that some element meets, and conditions that no element meets.
        for key, (true, false) in demands.items():
            none = and_(*(not_(each) for each in false))
            if false:
                self._set_all_elements(key, none)
            for i, each in enumerate(true):
                self._set_element(key, i, and_(each, none))

    def _set_all_elements(self, key: FieldPath, condition: Expr) -> None:
        values = self._solve(condition)
        found = self._get_sequence(key) or ()
        if isinstance(found, int) and any(values.values()):  # a bitmap does not know its length
            raise StateNotBuilt(f"setting all bits of `{format_path(key)}` is not supported")
        for i in range(found.bit_length() if isinstance(found, int) else len(found)):
            self._change_element(key, i, values)

    def _set_element(self, key: FieldPath, i: int, condition: Expr) -> None:
        found = self._get_sequence(key) or ()
        if not self._is_bitmap(key) and len(found) <= i:
            self._grow(key, i + 1)
        self._change_element(key, i, self._solve(condition))

    def _is_bitmap(self, key: FieldPath) -> bool:
        found = self.program.field(key)
        return found is not None and isinstance(found.type, Bitmap)

    def _grow(self, key: FieldPath, length: int) -> None:
        found = self.program.field(key)
        if found is not None and isinstance(found.type, ListType | Blob | Opaque):
            self._set_length(key, length)
            return
        block = next((block for block in self._find_blocks() if block.key == key), None)
        count = None if block is None or not block.sizes else find_path(block.sizes[0])
        if count is None or block.sizes[0] in self.witness or not self._put(count, length):  # type: ignore[union-attr]
            raise StateNotBuilt(f"`{format_path(key)}` has no element {length - 1}")
        self._resize()

    def _solve(self, condition: Expr) -> Witness:
        """Values of an element for which a condition holds."""
        known = map_places(condition, self._value)
        answer = ConditionProver(self.program.side.schema.enums, {}, TRUE).satisfiable(known)
        if not answer.holds:
            raise StateNotBuilt(f"found no element for which `{unparse(condition)}` is true")
        return answer.witness

    def _change_element(self, key: FieldPath, i: int, values: Witness) -> None:
        if not values and (self._is_bitmap(key) or len(self._get_sequence(key) or ()) > i):
            return
        for place, value in values.items():
            inner = find_path(place)
            is_in_element = inner is not None and inner[0] == _ELEMENT
            if inner is None or not is_in_element or not self._put((*key, i, *inner[1:]), value):
                raise StateNotBuilt(f"`{format_path(key)}` has no element {i} to change")

    def _value(self, part: Expr) -> Expr:
        return insert_value(self.program, self.object, part)


_ELEMENT = "$element"


def _rename_element(e: Expr, variable: str) -> Expr:
    """The body of a quantifier, with `_ELEMENT` for the name that it gives the element."""

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


def _find_quantifiers(e: Expr) -> Iterator[Quantifier]:
    stack: list[Expr] = [e]
    while stack:
        part = stack.pop()
        if isinstance(part, Quantifier):
            yield part
        elif not isinstance(part, Member):
            stack += children(part)
