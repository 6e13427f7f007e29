"""From a state to bytes, or to the refusal that says where and why."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, Literal, NoReturn, assert_never

from tests.support.interpreter.evaluate import (
    Body,
    CannotEvaluate,
    Refusal,
    Scope,
    State,
    evaluate,
)
from tests.support.interpreter.states import fresh, given, scope, size
from vmsdl.expr.nodes import Extern
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

Mode = Literal["needed", "present"]


def encode(
    schema: Schema, name: str, state: State, version: int | None = None, mode: Mode = "needed"
) -> bytes | Refusal:
    description = schema.descriptions[name]
    writer = Writer(schema, mode)
    version = description.version_id if version is None else version
    state = deepcopy(state)  # `with` sets the locals of what is embedded
    try:
        return writer.description(description, version, state, name)
    except Refusal as refusal:
        return refusal


@dataclass
class Writer:
    schema: Schema
    mode: Mode

    def refuse(self, path: str, reason: str, message: str = "") -> NoReturn:
        raise Refusal(path, None, reason, message)

    @contextmanager
    def evaluating(self, path: str) -> Iterator[None]:
        try:
            yield
        except CannotEvaluate as fault:
            raise Refusal(path, None, "out-of-range", str(fault)) from fault

    def description(
        self,
        description: Description,
        version: int,
        state: State,
        path: str,
        owners: tuple[Body, ...] = (),
    ) -> bytes:
        if version > description.version_id:
            self.refuse(path, "version-too-new")
        if version < description.minimum_version_id:
            self.refuse(path, "version-too-old")
        here = scope(self.schema, description, state, owners, version)
        written = b""
        for step in description.steps:
            match step:
                case Field():
                    written += self.field(step, here, f"{path}.{step.name}")
                case Unused(length=length, condition=condition):
                    with self.evaluating(path):
                        holds = step.since <= version and (
                            condition is None
                            or isinstance(condition, Extern)
                            or evaluate(condition, here)
                        )
                        written += bytes(size(length, here) if holds else 0)
                case Validate(is_load_only=True):
                    pass
                case Validate(condition=condition, message=message):
                    with self.evaluating(path):
                        holds = evaluate(condition, here)
                    if not holds:
                        self.refuse(path, "check-failed", message)
                case _:
                    assert_never(step)
        for subsection in description.subsections:
            written += self.subsection(subsection, here, f"{path}/{subsection.name}")
        return written

    def subsection(self, subsection: Description, here: Scope, path: str) -> bytes:
        """05, name, version, body: where it is needed, or there."""
        state = here.state.get(subsection.name)
        is_there = state is not None
        if state is None:
            with self.evaluating(path):
                state = fresh(self.schema, subsection, owners=here.bodies)
        needed = subsection.needed
        if self.mode == "needed" and needed is not None and not isinstance(needed, Extern):
            inner = scope(self.schema, subsection, state, here.bodies, subsection.version_id)
            with self.evaluating(path):
                is_there = evaluate(needed, inner)
        if not is_there:
            return b""
        name = subsection.wire_name.encode()
        version = subsection.version_id
        head = b"\x05" + bytes([len(name)]) + name + struct.pack(">I", version)
        return head + self.description(subsection, version, state, path, here.bodies)

    def field(self, field: Field, here: Scope, path: str) -> bytes:
        value = here.state[field.name]
        if field.since > here.version:
            return b""
        match field.condition:
            case None:
                pass
            case Extern():
                if value is None:
                    return b""
            case condition:
                with self.evaluating(path):
                    if not evaluate(condition, here):
                        return b""
        written = self.value(field.type, field, here, value, path, 0)
        for check in field.checks:
            if check.is_load_only:
                continue
            with self.evaluating(path):
                holds = evaluate(check.condition, here)
            if not holds:
                self.refuse(path, "check-failed", check.message or "")
        return written

    def value(
        self, type_: Type, field: Field, here: Scope, value: Any, path: str, index: int
    ) -> bytes:
        if value is None:
            self.refuse(path, "bad-value", "there is no value")
        match type_:
            case Scalar(name="bool"):
                return b"\1" if value else b"\0"
            case Scalar(is_float=True, row=row):
                try:
                    return struct.pack(">" + row.code, value)
                except OverflowError:
                    self.refuse(path, "out-of-range", f"{value} does not fit {row.name}")
            case Scalar(name=name):
                return self.integer(name, value, path)
            case EnumType(name=name):
                return self.enum(name, value, path)
            case Bytes(length=length):
                return self.buffer(size_in(self, length, here, path), value, path)
            case Opaque(length=None):
                return bytes(value)
            case Opaque(length=length):
                assert length is not None
                return self.buffer(size_in(self, length, here, path), value, path)
            case Blob():
                return struct.pack(">I", len(value)) + bytes(value)
            case Bitmap(bits=bits):
                count = size_in(self, bits, here, path)
                if not 0 <= value < 1 << count:
                    self.refuse(path, "out-of-range", f"{value:#x} has more than {count} bits")
                words = [value >> 64 * w & 2**64 - 1 for w in range((count + 63) // 64)]
                return b"".join(word.to_bytes(8, "big") for word in words)
            case StructType():
                version = type_.version
                return self.struct(type_, version, field, here, value, path, index)
            case ListType(element=element):
                # Elements are saved at their own version, whatever they are loaded at.
                items = [
                    b"\1" + self.struct(element, None, field, here, item, f"{path}[{i}]", i)
                    for i, item in enumerate(value)
                ]
                return b"".join(items) + b"\0"
            case MapType():
                return self.map(type_, field, here, value, path)
            case Array():
                return self.array(type_, field, here, value, path, index)
        assert_never(type_)

    def integer(self, name: str, value: Any, path: str) -> bytes:
        row = SCALARS[name]
        if not row.low <= value <= row.high:
            self.refuse(path, "out-of-range", f"{value} does not fit {name}")
        return struct.pack(">" + row.code, value)

    def enum(self, name: str, value: int, path: str) -> bytes:
        definition = self.schema.enums[name]
        known = 0
        for member in definition.members:
            known |= member.value
        good = any(member.value == value for member in definition.members)
        if definition.is_flags:
            good = value & ~known == 0
        if not good:
            self.refuse(path, "bad-enum", str(value))
        return self.integer(definition.scalar, value, path)

    def buffer(self, count: int, value: Any, path: str) -> bytes:
        if len(value) != count:
            self.refuse(path, "length-mismatch", f"{len(value)} bytes, not {count}")
        return bytes(value)

    def struct(
        self,
        type_: StructType,
        version: int | None,
        field: Field,
        here: Scope,
        value: Any,
        path: str,
        index: int,
    ) -> bytes:
        if value is None:
            self.refuse(path, "bad-value", "there is no value")
        description = self.schema.descriptions[type_.name]
        with self.evaluating(path):
            value.update(given(field, here, index))
        version = description.version_id if version is None else version
        return self.description(description, version, value, path)

    def map(self, type_: MapType, field: Field, here: Scope, value: Any, path: str) -> bytes:
        pairs = sorted(value.items()) if type_.key is None else list(value)
        written = struct.pack(">I", len(pairs))
        for i, (key, item) in enumerate(pairs):
            at = f"{path}[{i}]"
            if type_.key is None:
                written += b"\1" + self.integer("u64", key, at)
            else:
                written += b"\1" + self.struct(type_.key, None, field, here, key, at, i)
            written += self.struct(type_.value, None, field, here, item, at, i)
        return written + b"\0"

    def array(
        self, type_: Array, field: Field, here: Scope, value: Any, path: str, index: int
    ) -> bytes:
        count = size_in(self, type_.count, here, path)
        if len(value) != count:
            self.refuse(path, "length-mismatch", f"{len(value)} elements, not {count}")
        written = b""
        for i, item in enumerate(value):
            at = f"{path}[{i}]"
            if field is not None and field.there is not None and type_.nullable:
                with self.evaluating(at):
                    there = evaluate(field.there, replace(here, index=index * count + i))
                if there != (item is not None):
                    self.refuse(at, "check-failed", "null, or not, against the condition")
            if type_.nullable and item is None:
                written += b"0"
                continue
            marker = b"1" if type_.marked else b""
            written += marker + self.value(type_.element, field, here, item, at, index * count + i)
        return written


def size_in(writer: Writer, expression: Any, here: Scope, path: str) -> int:
    with writer.evaluating(path):
        return size(expression, here)
