"""From bytes to a state, or to the refusal that says where and why."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, assert_never

from tests.support.interpreter.evaluate import (
    Body,
    CannotEvaluate,
    Refusal,
    Scope,
    State,
    evaluate,
)
from tests.support.interpreter.states import (
    MOST,
    TooMuch,
    default,
    given,
    is_buffer,
    scope,
    settings,
    size,
)
from vmsdl.expr.nodes import Expr, Extern
from vmsdl.schema.description import Description, Field, Schema, Unused, Validate
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

DEEPEST = 150  # the codecs' own limit; nothing on the wire sets one
NOTHING = object()  # "there is no object to load into here"; None is a null pointer


def decode(
    schema: Schema,
    name: str,
    data: bytes,
    version: int | None = None,
    base: State | None = None,
) -> State | Refusal:
    """The state that all of `data` stands for."""
    outcome = decode_from(schema, name, data, 0, version, base)
    if isinstance(outcome, Refusal):
        return outcome
    state, end = outcome
    rest = data[end:]
    if not rest:
        return state
    if rest[0] == 5 and (len(rest) < 2 or len(rest) < 2 + rest[1] + 4):
        return Refusal(name, end, "truncated", "the data end inside a subsection's header")
    return Refusal(name, end, "trailing-data", f"{len(rest)} bytes are left")


def decode_from(
    schema: Schema,
    name: str,
    data: bytes,
    offset: int = 0,
    version: int | None = None,
    base: State | None = None,
) -> tuple[State, int] | Refusal:
    """The state that begins at `offset`, and where it ends."""
    description = schema.descriptions[name]
    reader = Reader(schema, data, offset)
    try:
        state = reader.description(
            description,
            description.version_id if version is None else version,
            NOTHING if base is None else base,
            name,
        )
    except Refusal as refusal:
        return refusal
    except TooMuch:
        return Refusal(name, reader.position, "limit")
    return state, reader.position


@dataclass
class Reader:
    schema: Schema
    data: bytes
    position: int
    depth: int = 0
    elements: int = 0

    def take(self, count: int, path: str) -> bytes:
        left = len(self.data) - self.position
        if count > left:
            words = f"needs {count} bytes, {left} left"
            raise Refusal(path, self.position, "truncated", words)
        self.position += count
        return self.data[self.position - count : self.position]

    def refuse(self, path: str, offset: int, reason: str, message: str = "") -> None:
        raise Refusal(path, offset, reason, message)

    @contextmanager
    def evaluating(self, path: str, start: int | None = None) -> Iterator[None]:
        """An expression that has no value is a refusal of what needed it."""
        at = self.position if start is None else start
        try:
            yield
        except CannotEvaluate as fault:
            raise Refusal(path, at, "out-of-range", str(fault)) from fault

    def description(
        self,
        description: Description,
        version: int,
        base: Any,
        path: str,
        given: State | None = None,
        owners: tuple[Body, ...] = (),
        version_at: int | None = None,  # where the version stands, for a subsection
    ) -> State:
        """Version checks, fields in order, then subsections while the next bytes name one."""
        start = self.position if version_at is None else version_at
        self.depth += 1
        if self.depth > DEEPEST:
            self.refuse(path, self.position, "limit", "too deep")
        if version > description.version_id:
            self.refuse(path, start, "version-too-new")
        if version < description.minimum_version_id:
            self.refuse(path, start, "version-too-old")
        if base is NOTHING or base is None:
            state = settings(self.schema, description, given or {}, owners)
        else:
            state = deepcopy(base)
            state.update(given or {})
        based = base is not NOTHING and base is not None
        here = scope(self.schema, description, state, owners, version)
        for step in description.steps:
            match step:
                case Field():
                    self.field(step, here, based, f"{path}.{step.name}")
                case Unused(length=length):
                    if step.since <= version and self.holds(step.condition, here, path):
                        with self.evaluating(path):
                            count = size(length, here)
                        self.take(count, path)
                case Validate(condition=condition, message=message):
                    with self.evaluating(path):
                        holds = evaluate(condition, here)
                    if not holds:
                        self.refuse(path, self.position, "check-failed", message)
                case _:
                    assert_never(step)
        self.subsections(description, here, path)
        self.depth -= 1
        return state

    def holds(self, condition: Expr | Extern | None, here: Scope, path: str) -> bool:
        match condition:
            case None | Extern():
                return True
            case _:
                with self.evaluating(path):
                    return bool(evaluate(condition, here))

    def field(self, field: Field, here: Scope, based: bool, path: str) -> None:
        start = self.position
        own = here.state[field.name] if based else NOTHING
        present = field.since <= here.version and self.holds(field.condition, here, path)
        if isinstance(field.condition, Extern) and based and own is None:
            present = False  # as with pointers, the receiver's own object says what is there
        if not present:
            if not based:
                with self.evaluating(path):
                    here.state[field.name] = default(field, here)
            return
        value = self.value(field.type, field, here, own, path, 0)
        if field.equal and own is not NOTHING and own is not None and value != own:
            self.refuse(path, start, "not-equal", f"{value} != {own}")
        if field.bounded:
            top = value if own is NOTHING or own is None else own
            if not 0 <= value <= top:
                self.refuse(path, start, "out-of-range", f"{value} is not in 0..{top}")
        here.state[field.name] = value
        for check in field.checks:
            with self.evaluating(path, start):
                holds = evaluate(check.condition, here)
            if not holds:
                self.refuse(path, start, "check-failed", check.message or "")

    def value(self, type_: Type, field: Field, here: Scope, own: Any, path: str, index: int) -> Any:
        """One value; `own` is what the object loaded into holds there."""
        start = self.position
        match type_:
            case Scalar(name="bool"):
                return self.take(1, path) != b"\0"
            case Scalar(name=name):
                row = SCALARS[name]
                return struct.unpack(">" + row.code, self.take(row.size, path))[0]
            case EnumType(name=name):
                return self.enum(name, path)
            case Bytes(length=length):
                with self.evaluating(path):
                    count = size(length, here)
                return self.take(count, path)
            case Opaque(length=None):
                return self.take(len(self.data) - start, path)
            case Opaque(length=length):
                assert length is not None
                with self.evaluating(path):
                    count = size(length, here)
                return self.take(count, path)
            case Blob():
                (count,) = struct.unpack(">I", self.take(4, path))
                return self.take(count, path)
            case Bitmap(bits=bits):
                with self.evaluating(path):
                    count = size(bits, here)
                words = self.take((count + 63) // 64 * 8, path)
                value = 0
                for w in range(len(words) // 8):
                    value |= int.from_bytes(words[8 * w : 8 * w + 8], "big") << 64 * w
                return value & (1 << count) - 1
            case StructType():
                return self.struct(type_, field, here, own, path, index)
            case ListType(element=struct_type):
                items: list[Any] = []
                while self.take(1, f"{path}[{len(items)}]") != b"\0":
                    at = f"{path}[{len(items)}]"
                    items.append(self.struct(struct_type, field, here, NOTHING, at, len(items)))
                return items
            case MapType():
                return self.map(type_, field, here, path)
            case Array():
                return self.array(type_, field, here, own, path, index)
        assert_never(type_)

    def enum(self, name: str, path: str) -> int:
        start = self.position
        definition = self.schema.enums[name]
        row = SCALARS[definition.scalar]
        value: int = struct.unpack(">" + row.code, self.take(row.size, path))[0]
        if definition.is_flags:
            known = 0
            for member in definition.members:
                known |= member.value
            if value & ~known:
                self.refuse(path, start, "bad-enum", f"{value:#x}")
        elif all(member.value != value for member in definition.members):
            self.refuse(path, start, "bad-enum", f"{value}")
        return value

    def struct(
        self, type_: StructType, field: Field, here: Scope, own: Any, path: str, index: int
    ) -> State:
        description = self.schema.descriptions[type_.name]
        with self.evaluating(path):
            values = given(field, here, index)
        version = description.version_id if type_.version is None else type_.version
        return self.description(description, version, own, path, values)

    def map(self, type_: MapType, field: Field, here: Scope, path: str) -> Any:
        (count,) = struct.unpack(">I", self.take(4, path))
        pairs: list[tuple[Any, State]] = []
        while self.take(1, f"{path}[{len(pairs)}]") != b"\0":
            at = f"{path}[{len(pairs)}]"
            if len(pairs) == count:
                self.refuse(
                    path, self.position - 1, "length-mismatch", "more elements than the count"
                )
            if type_.key is None:
                (key,) = struct.unpack(">Q", self.take(8, at))
            else:
                key = self.struct(type_.key, field, here, NOTHING, at, len(pairs))
            pairs.append((key, self.struct(type_.value, field, here, NOTHING, at, len(pairs))))
        if len(pairs) != count:
            self.refuse(path, self.position - 1, "length-mismatch", "fewer elements than the count")
        return dict(pairs) if type_.key is None else pairs

    def array(
        self, type_: Array, field: Field, here: Scope, own: Any, path: str, index: int
    ) -> Any:
        with self.evaluating(path):
            count = size(type_.count, here)
        if is_buffer(type_):
            return self.take(count, path)
        if isinstance(type_.element, Scalar) and not type_.nullable:
            # Scalars are taken as a whole: they are all there, or the array is not.
            whole = self.take(count * SCALARS[type_.element.name].size, path)
            self.position -= len(whole)
        values: list[Any] = []
        for i in range(count):
            before = self.position
            at = f"{path}[{i}]"
            mine = own[i] if isinstance(own, list) and i < len(own) else NOTHING
            if type_.marked:
                marker = self.take(1, at)
                if marker not in (b"0", b"1"):
                    self.refuse(at, self.position - 1, "bad-marker", marker.hex())
                if marker == b"0":
                    values.append(None)
                    continue
            elif type_.nullable and self.is_null(field, here, mine, at, index * count + i):
                if self.take(1, at) != b"0":
                    self.refuse(at, self.position - 1, "bad-marker", "expected a null marker")
                values.append(None)
                continue
            values.append(self.value(type_.element, field, here, mine, at, index * count + i))
            if self.position == before:
                self.elements += 1
                if self.elements > MOST:
                    raise TooMuch
        return values

    def is_null(self, field: Field, here: Scope, own: Any, path: str, index: int) -> bool:
        """Which pointers are null is known to both sides: by a condition, or by the object."""
        if field.there is None:
            return own is None
        with self.evaluating(path):
            return not evaluate(field.there, replace(here, index=index))

    def subsections(self, owner: Description, here: Scope, path: str) -> None:
        """The checks of QEMU's vmstate_subsection_load, in its order."""
        prefix = owner.wire_name.encode()
        while True:
            start = self.position
            rest = self.data[start : start + 257]
            if rest[:1] != b"\x05":
                return
            if len(rest) < 2 or rest[1] < len(prefix) + 1:
                return
            name = rest[2 : 2 + rest[1]]
            if len(name) < rest[1] or not name.startswith(prefix):
                return
            found = [s for s in owner.subsections if s.wire_name.encode() == name]
            if not found:
                self.refuse(path, start, "unknown-subsection", name.decode(errors="replace"))
            subsection = found[0]
            inner = f"{path}/{subsection.name}"
            self.position += 2 + len(name)
            version = self.take(4, inner)[3]  # QEMU keeps 8 bits of the be32
            own = here.state[subsection.name]
            here.state[subsection.name] = self.description(
                subsection, version, own, inner, None, here.bodies, self.position - 4
            )
