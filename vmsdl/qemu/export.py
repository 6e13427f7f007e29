"""From a schema to the JSON of QEMU's -dump-vmstate, readable by QEMU's own checker.

Sizes are sizes in memory, which a schema does not have: `@memory` gives them where they were
imported. Elsewhere a type's size on the wire is used.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vmsdl.schema.description import Annotation, Description, Field, Role, Schema, Unused
from vmsdl.schema.recorded import NO_COUNTS
from vmsdl.schema.sizes import Sizes, fold_length, measure_type
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
            found = "none is declared" if not names else f"several are declared: {', '.join(names)}"
            raise ExportError(f"a dump requires one machine type, and {found}")
        machine = names[0]
    dump: dict[str, Any] = {"vmschkmachine": {"Name": machine}}
    has_counts = not any(
        NO_COUNTS in _find_strings(schema.machines[machine].annotations, "info")
        for schema in schemas
        if machine in schema.machines
    )
    for schema in schemas:
        for description in schema.descriptions.values():
            if description.role is Role.DEVICE:
                for qom in find_qom_types(description):
                    dump[qom] = {
                        "Name": qom,
                        "version_id": description.version_id,
                        "minimum_version_id": description.minimum_version_id,
                        "Description": describe_device(schema, description, has_counts),
                    }
    return dump


def describe_device(schema: Schema, device: Description, has_counts: bool) -> dict[str, Any]:
    """The part of a dump that describes a device."""
    return _Exporter(schema, has_counts).description(device)


def find_qom_types(description: Description) -> list[str]:
    """The QOM types of a device; `@qom` without any: QEMU has it in no dump."""
    if any(annotation.name == "qom" for annotation in description.annotations):
        return _find_strings(description.annotations, "qom")
    return list(description.wire_names)


@dataclass(frozen=True, slots=True)
class _Exporter:
    schema: Schema
    has_counts: bool  # dumps of QEMU before 8.1 have no numbers of elements

    def description(self, description: Description) -> dict[str, Any]:
        record: dict[str, Any] = {
            "name": description.wire_name,
            "version_id": description.version_id,
            "minimum_version_id": description.minimum_version_id,
        }
        if description.steps or not description.unmigratable:
            record["Fields"] = list(self._export_fields(description))
        if description.subsections:
            record["Subsections"] = [self.description(inner) for inner in description.subsections]
        return record

    def _export_fields(self, description: Description) -> Iterator[dict[str, Any]]:
        for step in description.steps:
            match step:
                case Field():
                    yield self._export_field(step)
                case Unused():
                    yield {
                        "field": "unused",
                        "version_id": self._find_version(step),
                        "field_exists": step.condition is not None,
                        "size": fold_length(step.length) or 0,
                    }

    def _export_field(self, field: Field) -> dict[str, Any]:
        record: dict[str, Any] = {
            "field": field.wire_name,
            "version_id": self._find_version(field),
            "field_exists": field.condition is not None,
        }
        # @memory: the size of an element in memory, and their number where it is not that of the
        # type (0: the dump has none).
        memory = _find_integers(field.annotations, "memory")
        element = field.type
        count = 1 if isinstance(element, Array) else 0
        while isinstance(element, Array):
            count *= fold_length(element.count) or 0
            element = element.element
        if len(memory) > 1:
            count = memory[1]
        if count and self.has_counts:  # a count that another field gives is in no dump
            record["num"] = count
        record["size"] = memory[0] if memory else self._find_size(element)
        inner = _find_inner(element)
        if inner is not None:
            record["Description"] = self.description(self.schema.descriptions[inner.name])
        return record

    def _find_version(self, step: Field | Unused) -> int:
        # A test replaces the version gate. @version keeps the version that the dump had with it.
        annotated = _find_integers(step.annotations, "version")
        if annotated:
            return annotated[0]
        match step:
            case Field(type=ListType(element=inner) | MapType(value=inner)):
                # QEMU has one number for the gate of a list and for the version of its elements.
                own = self.schema.descriptions[inner.name].version_id
                return max(step.since, own if inner.version is None else inner.version)
            case _:
                return step.since

    def _find_size(self, element: Type) -> int:
        match element:
            case Scalar() | EnumType() | Bytes() | Opaque():
                return measure_type(element, self.schema) or 0
            case StructType(name):
                sizes = Sizes(self.schema)
                return sizes.measure_struct(name) or sizes.measure_minimum(element)
            case ListType(element=inner) | MapType(value=inner):
                return self._find_size(inner)
            case Blob() | Bitmap() | Array():
                return 0


def _find_inner(element: Type) -> StructType | None:
    """What QEMU's dump describes inside: of a list its elements, of a map its values."""
    match element:
        case StructType():
            return element
        case ListType(element=inner) | MapType(value=inner):
            return inner
        case _:
            return None


def _find_strings(annotations: tuple[Annotation, ...], name: str) -> list[str]:
    return [
        argument
        for annotation in annotations
        if annotation.name == name
        for argument in annotation.arguments
        if isinstance(argument, str)
    ]


def _find_integers(annotations: tuple[Annotation, ...], name: str) -> list[int]:
    return [
        argument
        for annotation in annotations
        if annotation.name == name
        for argument in annotation.arguments
        if isinstance(argument, int)
    ]
