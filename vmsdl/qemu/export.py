"""From a schema to the JSON of QEMU's -dump-vmstate, readable by QEMU's own checker.

Sizes are sizes in memory, which a schema does not know: `@memory` gives them where they were
imported; elsewhere a type's size on the wire stands for it.
"""

from collections.abc import Iterator
from typing import Any

from vmsdl.schema.description import Annotation, Description, Field, Role, Schema, Unused
from vmsdl.schema.expression import Expr, Literal
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


class ExportError(ValueError):
    """A schema that has no dump; the message says why."""


def export_dump(schemas: tuple[Schema, ...], machine: str | None = None) -> dict[str, Any]:
    """The dump of all devices; `machine` where the schemas declare more or less than one."""
    if machine is None:
        names = sorted({name for schema in schemas for name in schema.machines})
        if len(names) != 1:
            found = "none is declared" if not names else f"these are declared: {', '.join(names)}"
            raise ExportError(f"a dump is made for one machine type, and {found}")
        machine = names[0]
    dump: dict[str, Any] = {"vmschkmachine": {"Name": machine}}
    for schema in schemas:
        for description in schema.descriptions.values():
            if description.role is Role.DEVICE:
                for qom in _strings(description.annotations, "qom") or [description.wire_name]:
                    dump[qom] = {
                        "Name": qom,
                        "version_id": description.version_id,
                        "minimum_version_id": description.minimum_version_id,
                        "Description": _description(schema, description),
                    }
    return dump


def _description(schema: Schema, description: Description) -> dict[str, Any]:
    record: dict[str, Any] = {
        "name": description.wire_name,
        "version_id": description.version_id,
        "minimum_version_id": description.minimum_version_id,
    }
    if not description.unmigratable:
        record["Fields"] = list(_fields(schema, description))
    if description.subsections:
        record["Subsections"] = [_description(schema, inner) for inner in description.subsections]
    return record


def _fields(schema: Schema, description: Description) -> Iterator[dict[str, Any]]:
    for step in description.steps:
        match step:
            case Field():
                yield _field(schema, step)
            case Unused():
                yield {
                    "field": "unused",
                    "version_id": _version(step),
                    "field_exists": step.condition is not None,
                    "size": _constant(step.length),
                }


def _field(schema: Schema, field: Field) -> dict[str, Any]:
    record: dict[str, Any] = {
        "field": field.wire_name,
        "version_id": _version(field),
        "field_exists": field.condition is not None,
    }
    element = field.type
    if isinstance(element, Array):
        count = 1
        while isinstance(element, Array):
            count *= _constant(element.count)
            element = element.element
        if count:  # a count that another field gives is in no dump
            record["num"] = count
    memory = _integers(field.annotations, "memory")
    record["size"] = memory[0] if memory else _size(schema, element)
    if isinstance(element, StructType):
        record["Description"] = _description(schema, schema.descriptions[element.name])
    return record


def _version(step: Field | Unused) -> int:
    # A test replaces the version; what the dump said of it all the same stands in @version.
    kept = _integers(step.annotations, "version")
    return kept[0] if kept else step.since


def _size(schema: Schema, element: Type) -> int:
    match element:
        case Scalar(name):
            return SCALARS[name].size
        case EnumType(name):
            return SCALARS[schema.enums[name].scalar].size
        case Bytes(length):
            return _constant(length)
        case Opaque(length=length):
            return 0 if length is None else _constant(length)
        case StructType(name):
            steps = schema.descriptions[name].steps
            return sum(_field(schema, step)["size"] for step in steps if isinstance(step, Field))
        case Blob() | Bitmap() | ListType() | MapType() | Array():
            return 0


def _constant(expression: Expr) -> int:
    return int(expression.value) if isinstance(expression, Literal) else 0


def _strings(annotations: tuple[Annotation, ...], name: str) -> list[str]:
    return [
        argument
        for annotation in annotations
        if annotation.name == name
        for argument in annotation.arguments
        if isinstance(argument, str)
    ]


def _integers(annotations: tuple[Annotation, ...], name: str) -> list[int]:
    return [
        argument
        for annotation in annotations
        if annotation.name == name
        for argument in annotation.arguments
        if isinstance(argument, int)
    ]
