"""From a section's bytes to a state by a schema, as JSON has it, and back to bytes.

The schema's class decodes and checks. What bytes alone do not decide comes from the stream's own
description. A state is used only if it is written as the same bytes again: what a reader only
tolerates (a bool of 2, unused bytes that are not zero) would be written otherwise.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vmsdl.qemu.stream.framing import Section
from vmsdl.qemu.stream.load_target import make_load_target
from vmsdl.qemu.stream.values import DecodedRecord, ValuesError
from vmsdl.schema.description import Description, Schema


@dataclass(frozen=True, slots=True)
class SchemaDevice:
    """A device of a schema; `load` makes its class, None where it has no codec."""

    file: str  # the schema's, without a folder
    schema: Schema = field(repr=False)
    description: Description = field(repr=False)
    load: Callable[[], Any] = field(repr=False)

    @property
    def reference(self) -> dict[str, str]:
        return {"file": self.file, "device": self.description.name}


@dataclass(frozen=True, slots=True)
class SchemaState:
    """An instance of a generated class, and what it is an instance of."""

    device: SchemaDevice
    instance: Any


@dataclass(frozen=True, slots=True)
class RefusedState:
    """Bytes that a class refused: why and where, and the objects on the way there.

    `loaded` has the outermost object first, each with all that was read into it.
    """

    device: SchemaDevice
    problem: ValuesError  # its path begins with the section's name
    path: str
    loaded: tuple[Any, ...]


def find_matching(
    idstr: str, instance_id: int, known: Iterable[SchemaDevice]
) -> list[SchemaDevice]:
    """The devices that a section could be of, by QEMU's rule for names; the longest first."""
    found = [
        (len(name), device)
        for device in known
        for name in device.description.wire_names
        if idstr.endswith(name)
        and idstr.removesuffix(name)[-1:] in ("", "/")
        and device.description.accepts_instance(instance_id)
    ]
    return [device for _, device in sorted(found, key=lambda each: -each[0])]


def decode_state(
    section: Section, view: memoryview, record: DecodedRecord | None, known: Sequence[SchemaDevice]
) -> SchemaState | RefusedState | None:
    """The state by the first schema that fits, else why the first one does not fit.

    None where there is no schema of that name.
    """
    refused: RefusedState | None = None
    body = bytes(view[section.body])
    for device in find_matching(section.idstr, section.instance_id, known):
        cls = device.load()
        if cls is None:
            continue
        try:
            base = None if record is None else make_load_target(cls, record)
            return SchemaState(device, cls.decode(body, version_id=section.version_id, base=base))
        except ValueError as error:
            refused = refused or _refuse(section, error, device)
    return refused


def _refuse(section: Section, error: ValueError, device: SchemaDevice) -> RefusedState:
    path = getattr(error, "path", device.description.name)
    offset = section.start + (getattr(error, "offset", 0) or 0)
    message = getattr(error, "message", None) or str(error)
    reason = getattr(error, "reason", "bad-value")
    problem = ValuesError(
        f"{section.idstr}: {path}", offset, f"{message} [{reason}, by {device.file}]"
    )
    return RefusedState(device, problem, path, getattr(error, "loaded", ()))


def state_to_json(
    state: SchemaState, section: Section, view: memoryview, record: DecodedRecord | None
) -> Any:
    """The state by names; None where it would not be written as the same bytes again."""
    values = state.instance.to_dict()
    try:
        data = encode_state(state.device, values, section.version_id, record)
    except ValueError:
        return None
    return values if data == view[section.body] else None


def encode_state(
    device: SchemaDevice, values: object, version_id: int, record: DecodedRecord | None
) -> bytes:
    """The bytes for a state of this form; ValueError (with its path) where there are none."""
    cls = device.load()
    if cls is None:
        raise ValueError(f"{device.file}: device {device.description.name} has no codec")
    if not isinstance(values, Mapping):
        raise ValueError(f"expected an object, found {values!r:.60}")
    base = None if record is None else make_load_target(cls, record)
    if base is not None:
        _remove_missing(base, values)
    state = cls.from_dict(values, base=base)
    data: bytes = state.encode(version_id=version_id, subsections="present")
    return data


def _remove_missing(target: Any, values: Mapping[str, Any]) -> None:
    """Take from a base what the values leave out: it would be kept."""
    layout = type(target)._layout()
    for step in layout.steps:
        if type(step).__name__ != "FieldLayout":
            continue
        given = values.get(step.name)
        if type(step.when).__name__ == "ExternCondition" and given is None:
            setattr(target, step.attribute, None)
            continue
        present = getattr(target, step.attribute, None)
        if isinstance(given, Mapping) and present is not None:
            _remove_missing(present, given)
        elif isinstance(given, list) and isinstance(present, list):
            for inner, one in zip(present, given, strict=False):
                if isinstance(one, Mapping) and hasattr(type(inner), "_layout"):
                    _remove_missing(inner, one)
    for entry in layout.subsections:
        given = values.get(entry.name)
        present = getattr(target, entry.attribute, None)
        if given is None:
            setattr(target, entry.attribute, None)
        elif isinstance(given, Mapping) and present is not None:
            _remove_missing(present, given)
