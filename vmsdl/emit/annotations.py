"""What a wire type is in Python: its annotation, its type as a parameter, its zero value."""

from dataclasses import dataclass
from typing import assert_never

from vmsdl.emit.expressions import EmitScope
from vmsdl.emit.layout_tables import find_typecode
from vmsdl.emit.module_scope import ModuleNames
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import reads_index
from vmsdl.expr.nodes import Expr
from vmsdl.schema.types import (
    BYTE,
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


@dataclass(frozen=True, slots=True)
class Annotations:
    """Annotations in the body of one class, where the names in `hidden_by` mean something else."""

    module: ModuleNames
    hidden_by: frozenset[str]

    def attribute(self, type_: Type) -> str:
        match type_:
            case Scalar(row=row):
                return row.python_type
            case Bitmap():
                return "int"
            case EnumType(name=name):
                return self.class_(self.module.enum_class(name))
            case Bytes() | Blob() | Opaque():
                return "bytes"
            case StructType(name=name):
                return self.class_(self.module.class_(self.module.struct(name)[1]))
            case ListType(element=element):
                return f"list[{self.attribute(element)}]"
            case MapType(key=None, value=value):
                return f"dict[int, {self.attribute(value)}]"
            case MapType(key=key, value=value):
                assert key is not None
                return f"list[tuple[{self.attribute(key)}, {self.attribute(value)}]]"
            case Array(element=element, nullable=nullable, marked=marked) if nullable or marked:
                return f"list[{self.attribute(element)} | None]"
            case Array(element=Scalar(is_byte=True)):
                return "bytes"
            case Array(element=element):
                if find_typecode(element) is not None:
                    return f"{self.module.standard('array', 'array')}[{self.attribute(element)}]"
                return f"list[{self.attribute(element)}]"
            case _:
                assert_never(type_)

    def parameter(self, type_: Type) -> str:
        """What a constructor takes: any sequence for an array or list."""
        text = self.attribute(type_)
        kind, bracket, inner = text.partition("[")
        if not bracket:
            return text
        abstract = "Mapping" if kind == "dict" else "Sequence"
        return f"{self.module.typing('collections.abc', abstract)}[{inner}"

    def class_(self, text: str) -> str:
        return self.module.in_class(text, self.hidden_by)


@dataclass(frozen=True, slots=True)
class ZeroValues:
    """Zero values as text. The variables of the scope must hold what the lengths read."""

    scope: EmitScope
    annotations: Annotations

    def of(self, type_: Type, bindings: tuple[tuple[str, Expr], ...] = ()) -> str:
        module = self.scope.module
        match type_:
            case Scalar() | EnumType() | Bitmap() | Blob():
                return module.type_zero(type_) or "0"
            case Bytes(length=length):
                return f"bytes({self._length(length)})"
            case Opaque(length=None):
                return 'b""'
            case Opaque(length=length):
                assert length is not None
                return f"bytes({self._length(length)})"
            case StructType(name=name):
                return self._struct(name, bindings)
            case ListType():
                return "[]"
            case MapType(key=key):
                return "{}" if key is None else "[]"
            case Array():
                return self._array(type_, bindings)
            case _:
                assert_never(type_)

    def _struct(self, name: str, bindings: tuple[tuple[str, Expr], ...]) -> str:
        _, names = self.scope.module.struct(name)
        text = self.annotations.class_(self.scope.module.class_(names))
        given = ", ".join(f"{names.attributes[n]}={self.scope(value)}" for n, value in bindings)
        return f"{text}({given})"

    def _array(self, type_: Array, bindings: tuple[tuple[str, Expr], ...]) -> str:
        count = self._length(type_.count)
        if type_.nullable or type_.marked:
            return f"[None] * {self._operand(type_.count)}"
        if type_.element == BYTE:
            return f"bytes({count})"
        code = find_typecode(type_.element)
        if code is not None:
            return self._numbers(type_, code)
        element = self.of(type_.element, bindings)
        if isinstance(type_.element, Scalar | EnumType | Bytes | Bitmap | Opaque | Blob):
            return f"[{element}] * {self._operand(type_.count)}"
        range_ = self.scope.module.builtin("range")
        used = any(reads_index(value) for _, value in bindings)
        return f"[{element} for {'index' if used else '_'} in {range_}({count})]"

    def _numbers(self, type_: Array, code: str) -> str:
        array = self.scope.module.standard("array", "array")
        assert isinstance(type_.element, Scalar)
        row = type_.element.row
        return f'{array}("{code}", [{row.to_value(row.zero)}]) * {self._operand(type_.count)}'

    def _length(self, length: Expr) -> str:
        known = fold_constant(length)
        text = self.scope(length)
        return text if known is None or text.isidentifier() else str(int(known))

    def _operand(self, length: Expr) -> str:
        text = self._length(length)
        return text if text.isidentifier() or text.isdigit() else self.scope.operand(length)
