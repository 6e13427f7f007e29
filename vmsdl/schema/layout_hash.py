"""The layout hash of a file: it changes when, and only when, the bytes on the wire may change.

Names of fields and enum values, docs, defaults and checks put no bytes on the wire and are not in
it; wire names of subsections, versions, presence, counts and the order of everything are. A member
is written as its place in its body, an embedded struct as the hash of its own description.
"""

import hashlib
from typing import assert_never

from vmsdl.expr.nodes import (
    Binary,
    Call,
    Conditional,
    ElementIndex,
    Expr,
    Extern,
    ExternPresence,
    Item,
    Let,
    Literal,
    Member,
    Quantifier,
    ReceiverValue,
    Select,
    StructValue,
    SubsectionValue,
    Unary,
    ValueType,
    Variable,
    Version,
)
from vmsdl.schema.description import Description, Field, Schema, SchemaFile, Unused, Validate
from vmsdl.schema.members import find_member_names, find_settable_members
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


def compute_layout_hash(file: SchemaFile, schema: Schema) -> str:
    """The hash over the descriptions of one file and what they embed."""
    layouts = Layouts(schema)
    own = [d for d in file.definitions if isinstance(d, Description)]
    return _compute_digest("\n".join(sorted(layouts.compute(d.name) for d in own)))


class Layouts:
    """The layout hashes of one schema's devices and structs, each computed once."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._hashes: dict[str, str] = {}

    def compute(self, name: str) -> str:
        if name not in self._hashes:
            # What contains itself (through a list or map) is named where it recurs.
            self._hashes[name] = f"again {name}"
            self._hashes[name] = _compute_digest(
                self._write_description(self._schema.descriptions[name], ())
            )
        return self._hashes[name]

    def _write_description(self, d: Description, owners: tuple[Description, ...]) -> str:
        bodies = (d, *owners)
        lines = [f"{d.role.value} {d.wire_name!r} {d.version_id} {d.minimum_version_id}"]
        if isinstance(d.needed, Extern):
            lines.append("needed extern")
        elif d.needed is not None:
            lines.append(f"needed {self._write(d.needed, bodies)}")
        for local in find_settable_members(d):
            default = "" if local.default is None else self._write(local.default, bodies)
            lines.append(f"known {self._write_type(local.type, bodies)} {default}")
        for step in d.steps:
            if not isinstance(step, Validate):
                lines.append(self._write_step(step, bodies))
        for subsection in d.subsections:
            lines.append("{" + self._write_description(subsection, bodies) + "}")
        return "\n".join(lines)

    def _write_step(self, step: Field | Unused, bodies: tuple[Description, ...]) -> str:
        when = ""
        if isinstance(step.condition, Extern):
            when = "extern"
        elif step.condition is not None:
            when = self._write(step.condition, bodies)
        if isinstance(step, Unused):
            return f"unused {self._write(step.length, bodies)} {step.since} {when}"
        given = ""
        if isinstance(step.type, StructType | Array | ListType | MapType):
            pairs = [f"{name}={self._write(v, bodies)}" for name, v in step.bindings]
            given = ",".join(pairs)
        if step.there is not None:
            given = f"{given} there {self._write(step.there, bodies)}"
        return f"field {self._write_type(step.type, bodies)} {step.since} {when} {given}"

    def _write_type(self, type_: Type, bodies: tuple[Description, ...]) -> str:
        match type_:
            case Scalar(name=name):
                return name
            case EnumType(name=name):
                return self._schema.enums[name].scalar
            case Bytes(length=length):
                return f"bytes[{self._write(length, bodies)}]"
            case Opaque(length=None):
                return "rest"
            case Opaque(length=length):
                assert length is not None
                return f"bytes[{self._write(length, bodies)}]"
            case Blob():
                return "blob"
            case Bitmap(bits=bits):
                return f"bitmap[{self._write(bits, bodies)}]"
            case StructType(name=name, version=version):
                return f"{self.compute(name)}@{version or ''}"
            case ListType(element=element):
                return f"list<{self._write_type(element, bodies)}>"
            case MapType(key=key, value=value):
                # A direct key is a be64 on the wire.
                first = "u64" if key is None else self._write_type(key, bodies)
                return f"map<{first},{self._write_type(value, bodies)}>"
            case Array(element=element, count=count, nullable=nullable, marked=marked):
                kind = "marked" if marked else "pointers" if nullable else ""
                return f"{kind}({self._write_type(element, bodies)})[{self._write(count, bodies)}]"
            case _:
                assert_never(type_)

    def _write(self, e: Expr, bodies: tuple[Description, ...]) -> str:
        match e:
            case Literal(value=value):
                return str(value)
            case Let(value=value):
                return self._write(value, bodies)
            case Member(up=up, name=name):
                return f"{up}.{_find_position(bodies[up], name)}"
            case Select(value=value, name=name):
                return f"{self._write(value, bodies)}.{self._write_selected(value.type, name)}"
            case Item(value=value, index=index):
                return f"{self._write(value, bodies)}[{self._write(index, bodies)}]"
            case Version():
                return "version"
            case ElementIndex():
                return "index"
            case Variable(name=name):
                return f"${name}"
            case ExternPresence() | ReceiverValue():
                raise AssertionError("only comparisons make this node")
            case Unary(operator=operator, operand=operand):
                return f"({operator.name} {self._write(operand, bodies)})"
            case Binary(operator=operator, left=left, right=right):
                first, second = self._write(left, bodies), self._write(right, bodies)
                return f"({first} {operator.name} {second})"
            case Call(function=function, arguments=arguments):
                inner = ",".join(self._write(a, bodies) for a in arguments)
                return f"{function.value}({inner})"
            case Quantifier(quantity=quantity, variable=variable, over=over, body=body):
                first, second = self._write(over, bodies), self._write(body, bodies)
                return f"{quantity.value}(${variable} {first}: {second})"
            case Conditional(condition=condition, yes=yes, no=no):
                parts = (condition, yes, no)
                return "(" + " ? ".join(self._write(part, bodies) for part in parts) + ")"
            case _:
                assert_never(e)

    def _write_selected(self, type_: ValueType, name: str) -> str:
        """A member of what is selected from, by place."""
        match type_:
            case StructValue(name=struct):
                return _find_position(self._schema.descriptions[struct], name)
            case SubsectionValue(path=path):
                description = self._schema.descriptions[path[0]]
                for part in path[1:]:
                    description = next(s for s in description.subsections if s.name == part)
                return _find_position(description, name)
            case _:
                return name


def _find_position(body: Description, name: str) -> str:
    """A member as its place: a rename moves no bytes."""
    names = find_member_names(body)
    return str(names.index(name)) if name in names else name


def _compute_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
