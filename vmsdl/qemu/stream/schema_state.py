"""From a section's bytes to a state by a schema, as JSON has it, and back to bytes.

The schema's class decodes and checks; what bytes alone do not decide, the stream's own description
tells. A state stands for its bytes exactly, or it is not used: what only a reader tolerates (a bool
of 2, unused bytes that are not zero) would be written otherwise.
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

    typed: SchemaDevice
    instance: Any


def find_matching(idstr: str, known: Iterable[SchemaDevice]) -> list[SchemaDevice]:
    """The devices that a section could be of, by QEMU's rule for names; the longest first."""
    found = [
        typed
        for typed in known
        if idstr.endswith(typed.description.wire_name)
        and idstr.removesuffix(typed.description.wire_name)[-1:] in ("", "/")
    ]
    return sorted(found, key=lambda typed: -len(typed.description.wire_name))


def decode_state(
    section: Section, view: memoryview, record: DecodedRecord | None, known: Sequence[SchemaDevice]
) -> SchemaState | None:
    """The state by the first schema that fits; None where there is no schema of that name.

    ValuesError, with the place in the stream, where there are schemas and none fits.
    """
    problem: ValuesError | None = None
    body = bytes(view[section.body])
    for typed in find_matching(section.idstr, known):
        cls = typed.load()
        if cls is None:
            continue
        try:
            base = None if record is None else make_load_target(cls, record)
            return SchemaState(typed, cls.decode(body, version_id=section.version_id, base=base))
        except ValueError as error:
            problem = problem or _placed(section, error, typed)
    if problem is not None:
        raise problem
    return None


def _placed(section: Section, error: ValueError, typed: SchemaDevice) -> ValuesError:
    path = getattr(error, "path", typed.description.name)
    offset = section.start + (getattr(error, "offset", 0) or 0)
    words = getattr(error, "message", None) or str(error)
    reason = getattr(error, "reason", "bad-value")
    return ValuesError(f"{section.idstr}: {path}", offset, f"{words} [{reason}, by {typed.file}]")


def state_to_json(
    state: SchemaState, section: Section, view: memoryview, record: DecodedRecord | None
) -> Any:
    """The state by names; None where it would not be written as the same bytes again."""
    values = state.instance.to_dict()
    try:
        data = encode_state(state.typed, values, section.version_id, record)
    except ValueError:
        return None
    return values if data == view[section.body] else None


def encode_state(
    typed: SchemaDevice, values: object, version_id: int, record: DecodedRecord | None
) -> bytes:
    """The bytes for a state of this form; ValueError (with its path) where there are none."""
    cls = typed.load()
    if cls is None:
        raise ValueError(f"{typed.file}: device {typed.description.name} has no codec")
    if not isinstance(values, Mapping):
        raise ValueError(f"expected an object, got {values!r:.60}")
    base = None if record is None else make_load_target(cls, record)
    if base is not None:
        _prune(base, values)
    state = cls.from_dict(values, base=base)
    data: bytes = state.encode(version_id=version_id, subsections="present")
    return data


def _prune(o: Any, values: Mapping[str, Any]) -> None:
    """Take from a base what the values leave out: it would be kept."""
    layout = type(o)._layout()
    for step in layout.steps:
        if type(step).__name__ != "Field":
            continue
        given = values.get(step.name)
        if type(step.when).__name__ == "Extern" and given is None:
            setattr(o, step.attribute, None)
            continue
        own = getattr(o, step.attribute, None)
        if isinstance(given, Mapping) and own is not None:
            _prune(own, given)
        elif isinstance(given, list) and isinstance(own, list):
            for inner, one in zip(own, given, strict=False):
                if isinstance(one, Mapping) and hasattr(type(inner), "_layout"):
                    _prune(inner, one)
    for entry in layout.subsections:
        given = values.get(entry.name)
        own = getattr(o, entry.attribute, None)
        if given is None:
            setattr(o, entry.attribute, None)
        elif isinstance(given, Mapping) and own is not None:
            _prune(own, given)
