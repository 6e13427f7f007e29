"""Random states of a description: values that agree with its counts, conditions and checks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, assert_never

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.errors import UnsatisfiedAssumption

from tests.support.interpreter.evaluate import Body, CannotEvaluate, Scope, State, evaluate
from tests.support.interpreter.states import (
    default,
    fresh,
    given,
    is_buffer,
    scope,
    settings,
    size,
    zero,
)
from vmsdl.expr import nodes as ex
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import Expr, Extern, Item, Member, children
from vmsdl.expr.nodes import Literal as Number
from vmsdl.schema.description import (
    Description,
    Field,
    Local,
    Property,
    Role,
    Schema,
    Unused,
    Validate,
)
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.types import (
    Array,
    Bitmap,
    Blob,
    Bytes,
    EnumType,
    ListType,
    MapType,
    Opaque,
    Scalar,
    StructType,
    Type,
)

Draw = Callable[[st.SearchStrategy[Any]], Any]
Mode = Literal["needed", "present"]


@dataclass(frozen=True)
class Drawn:
    """A state, and the locals and properties that its owner (a machine) gives it."""

    state: State
    settings: State
    has_nulls: bool = False

    @property
    def needs_base(self) -> bool:
        """Whether its bytes mean something only to who knows these locals and nulls."""
        return bool(self.settings) or self.has_nulls


def states(
    schema: Schema, name: str, mode: Mode = "needed", version: int | None = None
) -> st.SearchStrategy[Drawn]:
    """States of a device or struct that encode in `mode` and decode to themselves."""

    @st.composite
    def a_state(draw: Draw) -> Drawn:
        description = schema.descriptions[name]
        maker = Maker(draw, schema, mode, has_nulls=draw(st.integers(0, 3)) == 0)
        own: State = {}
        declared: tuple[Property | Local, ...] = (*description.properties, *description.locals)
        for item in declared:
            if draw(st.integers(0, 3)) == 0:
                own[item.name] = maker.setting(item.type)
        state = maker.description(description, own, (), version)
        return Drawn(state, own, maker.has_nulls)

    return a_state()  # a closure: a schema among the arguments would be printed whole


@dataclass
class Maker:
    draw: Draw
    schema: Schema
    mode: Mode
    has_nulls: bool  # pointers and `extern` fields that are not there: a receiver must know them
    depth: int = 0
    in_list: int = 0  # whose elements are new on load: no receiver knows their nulls

    def number(self, low: int, high: int) -> int:
        value: int = self.draw(st.integers(low, high))
        return value

    def setting(self, type_: Type) -> Any:
        match type_:
            case Scalar(name="bool"):
                return self.draw(st.booleans())
            case Scalar(is_float=True):
                return 1.5
            case EnumType(name=name):
                return self.enum(name)
            case Scalar():
                return self.number(0, 4)
            case Array(element=element, count=count) if (
                number := fold_constant(count)
            ) is not None:
                return [self.setting(element) for _ in range(number)]
        raise AssertionError(f"no random settings of type {type_}")

    def description(
        self,
        description: Description,
        own: State,
        owners: tuple[Body, ...],
        version: int | None = None,
    ) -> State:
        state = settings(self.schema, description, own, owners)
        here = scope(
            self.schema,
            description,
            state,
            owners,
            description.version_id if version is None else version,
        )
        for field in description.fields:
            try:
                self.field(field, description, here)
            except CannotEvaluate:
                reject()
        for subsection in description.subsections:
            state[subsection.name] = self.subsection(subsection, here)
        return state

    def subsection(self, subsection: Description, here: Scope) -> State | None:
        """A state that is sent, or None where it is not."""
        needed = subsection.needed
        if self.mode == "present" or needed is None or isinstance(needed, Extern):
            is_wanted = self.draw(st.booleans())
            return self.description(subsection, {}, here.bodies) if is_wanted else None
        for attempt in range(4):
            is_wanted = attempt > 1 or self.draw(st.booleans())
            drawn = self.description(subsection, {}, here.bodies) if is_wanted else None
            body = drawn or fresh(self.schema, subsection, owners=here.bodies)
            inner = scope(self.schema, subsection, body, here.bodies, subsection.version_id)
            try:
                is_needed = evaluate(needed, inner)
            except CannotEvaluate:
                reject()
            if is_needed == (drawn is not None):
                return drawn
        raise UnsatisfiedAssumption

    def field(self, field: Field, description: Description, here: Scope) -> None:
        state = here.state
        state[field.name] = default(field, here)
        match field.condition:
            case None:
                present = True
            case Extern():
                present = not self.is_null()
            case condition:
                present = evaluate(condition, here)
        if not present or field.since > here.version:
            return
        rules = [check.condition for check in field.checks]
        rules += validates(description, field.name)
        is_small = field.name in lengths(description)
        for attempt in range(6):
            state[field.name] = self.value(field.type, field, here, 0, is_small)
            if self.holds(field, rules, here):
                return
            if attempt == 2:
                break
        for candidate in self.candidates(field, rules, here):
            state[field.name] = candidate
            if self.holds(field, rules, here):
                return
        reject()

    def holds(self, field: Field, rules: list[Expr], here: Scope) -> bool:
        value = here.state[field.name]
        if field.bounded and value < 0:
            return False
        try:
            return all(evaluate(rule, here) for rule in rules)
        except CannotEvaluate:
            return False

    def candidates(self, field: Field, rules: list[Expr], here: Scope) -> Iterator[Any]:
        """Values that a rule may have been written about."""
        yield zero(field.type, here, field)
        if isinstance(field.type, Scalar) and field.type.name in SCALARS:
            row = SCALARS[field.type.name]
            for rule in rules:
                for node in nodes(rule):
                    if isinstance(node, Number | Member | Item) and isinstance(
                        node.type, ex.IntValue
                    ):
                        near = evaluate(node, here)
                        for value in (near, near - 1, near + 1):
                            if row.low <= value <= row.high:
                                yield value

    def value(
        self, type_: Type, field: Field | None, here: Scope, index: int, is_small: bool = False
    ) -> Any:
        match type_:
            case Scalar(name="bool"):
                return self.draw(st.booleans())
            case Scalar(is_float=True):
                return self.draw(st.floats(width=64 if type_.row.size == 8 else 32))
            case Scalar(name=name):
                row = SCALARS[name]
                if is_small:
                    return self.number(0, 4)
                if self.draw(st.booleans()):
                    return self.number(max(row.low, -2), min(row.high, 130))
                return self.draw(st.integers(row.low, row.high))
            case EnumType(name=name):
                return self.enum(name)
            case Bytes(length=length):
                return self.bytes(size(length, here))
            case Opaque(length=None) | Blob():
                return self.bytes(self.number(0, 5))
            case Opaque(length=length):
                assert length is not None
                return self.bytes(size(length, here))
            case Bitmap(bits=bits):
                return self.number(0, (1 << size(bits, here)) - 1)
            case StructType():
                return self.struct(type_, field, here, index)
            case ListType(element=element):
                count = self.count()
                self.in_list += 1
                items = [self.struct(element, field, here, i) for i in range(count)]
                self.in_list -= 1
                return items
            case MapType():
                self.in_list += 1
                pairs = self.map(type_, field, here)
                self.in_list -= 1
                return pairs
            case Array(element=element, count=count):
                number = size(count, here)
                if is_buffer(type_):
                    return self.bytes(number)
                # Without an object to load into no plain pointer is null.
                return [
                    (
                        None
                        if (
                            type_.nullable
                            and self.is_null_by_condition(field, here, index * number + i)
                        )
                        or (type_.marked and self.draw(st.booleans()))
                        else self.value(element, field, here, index * number + i)
                    )
                    for i in range(number)
                ]
        assert_never(type_)

    def is_null_by_condition(self, field: Field | None, here: Scope, index: int) -> bool:
        return (
            field is not None
            and field.there is not None
            and not evaluate(field.there, replace(here, index=index))
        )

    def is_null(self, is_marked: bool = False) -> bool:
        if not is_marked and (not self.has_nulls or self.in_list):
            return False
        null: bool = self.draw(st.booleans())
        return null

    def bytes(self, length: int) -> bytes:
        # Mostly what could be taken for a subsection's head.
        if length > 24:
            return (b"\x05\x04abcd" * length)[:length]
        data: bytes = self.draw(st.binary(min_size=length, max_size=length))
        return data

    def count(self) -> int:
        return self.number(0, 2) if self.depth < 3 else 0

    def enum(self, name: str) -> int:
        definition = self.schema.enums[name]
        values = [member.value for member in definition.members]
        if not definition.is_flags:
            value: int = self.draw(st.sampled_from(values))
            return value
        union = 0
        for value in values:  # members may share bits
            union |= value if self.draw(st.booleans()) else 0
        return union

    def struct(self, type_: StructType, field: Field | None, here: Scope, index: int) -> State:
        description = self.schema.descriptions[type_.name]
        version = description.version_id if type_.version is None else type_.version
        own = given(field, here, index) if field else {}
        self.depth += 1
        try:
            return self.description(description, own, (), version)
        finally:
            self.depth -= 1

    def map(self, type_: MapType, field: Field | None, here: Scope) -> Any:
        count = self.count()
        if type_.key is None:
            keys = self.draw(
                st.lists(st.integers(0, 2**64 - 1), min_size=count, max_size=count, unique=True)
            )
            return {
                key: self.struct(type_.value, field, here, i) for i, key in enumerate(sorted(keys))
            }
        return [
            (
                self.struct(type_.key, None, here, i),
                self.struct(type_.value, field, here, i),
            )
            for i in range(count)
        ]


def nodes(expression: Expr) -> Iterator[Expr]:
    yield expression
    for child in children(expression):
        yield from nodes(child)


def validates(description: Description, name: str) -> list[Expr]:
    """The rules that can be judged as soon as field `name` is there, and not before."""
    order = {field.name: i for i, field in enumerate(description.fields)}
    found = []
    for step in description.steps:
        if isinstance(step, Validate):
            read = [
                node.name
                for node in nodes(step.condition)
                if isinstance(node, Member) and node.up == 0 and node.name in order
            ]
            if read and max(read, key=lambda n: order[n]) == name:
                found.append(step.condition)
    return found


def lengths(description: Description) -> set[str]:
    """The fields that a length, in the body or below, is made of."""
    found: set[str] = set()

    def walk(body: Description, up: int) -> None:
        for step in body.steps:
            match step:
                case Unused(length=length):
                    collect(length, up)
                case Field(type=type_, bindings=bindings):
                    of_type(type_, up)
                    for _, value in bindings:
                        collect(value, up)
        for subsection in body.subsections:
            walk(subsection, up + 1)

    def of_type(type_: Type, up: int) -> None:
        match type_:
            case Bytes(length=length):
                collect(length, up)
            case Opaque(length=length):
                if length is not None:
                    collect(length, up)
            case Bitmap(bits=bits):
                collect(bits, up)
            case Array(element=element, count=count):
                collect(count, up)
                of_type(element, up)

    def collect(expression: Expr, up: int) -> None:
        found.update(n.name for n in nodes(expression) if isinstance(n, Member) and n.up == up)

    walk(description, 0)
    return found


def codecs(schema: Schema) -> list[str]:
    """The names of all that can be decoded on its own."""
    return [n for n, d in schema.descriptions.items() if d.role is not Role.SUBSECTION]
