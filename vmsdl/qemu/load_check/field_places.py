"""Where a generated class reads each field of a section: which value lands in another field.

A class tells no places, but where its data end: cut before a field, they are refused for want of
the field that begins there.
"""

import re
from dataclasses import dataclass
from typing import Any

from vmsdl.qemu.load_check.field_alignment import find_sent_name
from vmsdl.qemu.load_check.program import KnownDevice
from vmsdl.qemu.load_check.section_comparison import SectionComparison, compare_section
from vmsdl.qemu.load_check.verdict import FieldNames, LoadFindings, WrongValue
from vmsdl.qemu.stream.stream import Device
from vmsdl.qemu.stream.values import RecordItem, ValuesError
from vmsdl.schema.description import Description
from vmsdl.schema.traverse import strip_arrays
from vmsdl.schema.types import StructType, Type

_PATH_SEGMENT = re.compile(r"([./])([A-Za-z_]\w*)")


@dataclass(frozen=True, slots=True)
class FieldReader:
    """A class and the object that it loads a section into."""

    device: Device
    cls: Any
    view: memoryview
    base: Any

    def find_path(self, offset: int) -> str | None:
        """The path of the field that begins at an offset in the stream; None: none begins there."""
        section = self.device.section
        try:
            self.cls.decode_from(
                self.view[:offset], section.start, version_id=section.version_id, base=self.base
            )
        except ValueError as error:
            is_cut = getattr(error, "reason", None) == "truncated"
            if is_cut and getattr(error, "offset", None) == offset:
                return str(getattr(error, "path", ""))
        return None


def find_wrong_values(device: Device, known: KnownDevice, reader: FieldReader) -> LoadFindings:
    """Values of a section that loads which the schema has in another field by their name."""
    try:
        record = device.record() if device.is_described else None
    except ValuesError:
        return
    if record is None:
        return
    comparison = compare_section(record, known.description, known.schema)
    for item, path in _find_doubtful(comparison):
        found = reader.find_path(item.offset)
        if found is None:
            continue
        owner, names = follow_path(known, found)
        sent, local = find_sent_name(item), names[0][1] if names else ""
        if sent != local and any(each.wire_name == sent for each in owner.fields):
            yield WrongValue(
                section=device.idstr,
                offset=item.offset,
                path=path,
                arrives_as=f"{path.rpartition('.')[0]}.{local}".lstrip("."),
                value=item.value if isinstance(item.value, int) else None,
            )


def _find_doubtful(comparison: SectionComparison) -> list[tuple[RecordItem, str]]:
    """The fields of those structs that both sides have in different ways."""
    owners = {one.path.rpartition(".")[0] for one in comparison.differences}
    return [
        (one.sent, one.sent_path)
        for one in comparison.fields
        if one.sent is not None and one.sent_path.rpartition(".")[0] in owners
    ]


def follow_path(known: KnownDevice, path: str) -> tuple[Description, FieldNames]:
    """The description that a path leads to, and the fields on the way in QEMU's names."""
    description = known.description
    fields: list[tuple[str, str]] = []
    for separator, name in _PATH_SEGMENT.findall(path):
        if separator == "/":
            found = [one for one in description.subsections if name in (one.name, one.wire_name)]
            description = found[0] if found else description
            continue
        each = next((one for one in description.fields if one.name == name), None)
        if each is None:
            break
        fields.append((description.wire_name, each.wire_name))
        struct = _find_struct(each.type)
        if struct is not None:
            description = known.schema.descriptions[struct]
    return description, tuple(reversed(fields))


def _find_struct(type_: Type) -> str | None:
    element = strip_arrays(type_)
    return element.name if isinstance(element, StructType) else None
