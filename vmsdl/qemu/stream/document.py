"""From a migration stream to a JSON document that people edit, and back to a stream.

Device state is in the document by name. RAM, and what has no description, is a
reference: a place in the source stream, which `encode_document` copies from. What was not
edited comes back byte for byte; the description at the stream's end follows the edits.
"""

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vmsdl.qemu.stream.framing import (
    Command,
    Configuration,
    End,
    Header,
    Part,
    Section,
    SectionType,
    Surplus,
    read_stream,
)
from vmsdl.qemu.stream.schema_state import (
    RefusedState,
    SchemaDevice,
    decode_state,
    encode_state,
    state_to_json,
)
from vmsdl.qemu.stream.values import (
    DecodedRecord,
    ValuesError,
    decode_record,
    encode_record,
    to_json,
)
from vmsdl.qemu.stream.vmdesc import Vmdesc

if TYPE_CHECKING:
    from typing_extensions import Buffer

FORMAT_VERSION = 1


class DocumentError(ValueError):
    """A document that is no stream's, or an edit that has no bytes; the message says where."""


@dataclass(slots=True)
class Descriptions:
    """What a stream says of each device; equal names are handed out in stream order."""

    devices: dict[tuple[str, int], list[dict[str, Any]]] = field(default_factory=dict)

    @classmethod
    def of(cls, vmdesc: Vmdesc | None) -> "Descriptions":
        result = cls()
        devices = vmdesc.json.get("devices") if vmdesc else None
        for device in devices if isinstance(devices, list) else ():
            if isinstance(device, dict):
                key = (str(device.get("name")), int(device.get("instance_id", 0)))
                result.devices.setdefault(key, []).append(device)
        return result

    def take(self, idstr: str, instance_id: int) -> dict[str, Any] | None:
        found = self.devices.get((idstr, instance_id))
        return found.pop(0) if found else None


def decode_document(
    data: "Buffer", source: str, known: Sequence[SchemaDevice] = ()
) -> dict[str, Any]:
    """The document of a stream; a section that does not fit its description has a "problem".

    A device that a schema in `known` describes has that schema's "state".
    """
    view = memoryview(data).cast("B")
    parts = list(read_stream(data))
    vmdesc = next((part for part in parts if isinstance(part, Vmdesc)), None)
    descriptions = Descriptions.of(vmdesc)
    return {
        "vmsdl_stream": FORMAT_VERSION,
        "source": {"file": source, "size": len(view)},
        "parts": [_part_to_json(part, view, descriptions, known) for part in parts],
    }


def _part_to_json(
    part: Part, view: memoryview, descriptions: Descriptions, known: Sequence[SchemaDevice]
) -> dict[str, Any]:
    match part:
        case Header(version=version):
            return {"part": "header", "version": version}
        case Configuration():
            return {
                "part": "configuration",
                "machine": part.machine,
                "page_bits": part.page_bits,
                "capabilities": list(part.capabilities),
                "uuid": part.uuid.hex() if part.uuid else None,
            }
        case Section():
            return _section_to_json(part, view, descriptions, known)
        case Command():
            payload = bytes(view[part.payload]).hex()
            packaged = part.packaged
            return {
                "part": "command",
                "number": part.number,
                "payload": payload,
                "packaged": _refer_to(packaged.start, packaged.stop) if packaged else None,
            }
        case End():
            return {"part": "end"}
        case Vmdesc(offset=offset, end=end):
            return {"part": "description", "bytes": _refer_to(offset, end)}
        case Surplus(offset=offset, end=end):
            return {"part": "surplus", "bytes": _refer_to(offset, end)}


def _section_to_json(
    section: Section, view: memoryview, descriptions: Descriptions, known: Sequence[SchemaDevice]
) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "part": "section",
        "kind": section.kind.name.lower(),
        "section_id": section.section_id,
        "idstr": section.idstr,
    }
    if section.kind in (SectionType.START, SectionType.FULL):
        entry |= {"instance_id": section.instance_id, "version_id": section.version_id}
    if not section.has_footer:
        entry["footer"] = False
    description = (
        descriptions.take(section.idstr, section.instance_id)
        if section.kind is SectionType.FULL
        else None
    )
    bytes_ = {"bytes": _refer_to(section.start, section.stop)}
    record: DecodedRecord | None = None
    problem: ValuesError | None = None
    if description is not None:
        try:
            record = decode_record(description, view, section.start, section.stop, section.idstr)
        except ValuesError as error:
            problem = error
    described = bytes_ if record is None else to_json(record)
    if section.kind is SectionType.FULL:
        state = decode_state(section, view, record, known)
        if isinstance(state, RefusedState):
            return entry | {"problem": str(state.problem)} | described
        if state is not None:
            values = state_to_json(state, section, view, record)
            reference = {"schema": state.device.reference}
            if values is not None:
                return entry | reference | {"state": values}
            entry["note"] = (
                f"{state.device.file} would write different bytes: decoded by the stream's "
                "own description"
            )
    return entry | ({"problem": str(problem)} if problem else {}) | described


def _refer_to(start: int, stop: int) -> dict[str, int]:
    return {"offset": start, "size": stop - start}


# Back to a stream ------------------------------------------------------------------------------


def encode_document(
    document: object, data: "Buffer", known: Sequence[SchemaDevice] = ()
) -> Iterator[memoryview | bytes]:
    """The chunks of the stream; `data` is the source that the document refers to, `known` has the
    devices of schemas that its states are of.

    DocumentError where an edit has no bytes.
    """
    view = memoryview(data).cast("B")
    parts = _find_parts(document, len(view))
    return _StreamEncoder(view, list(read_stream(data)), known).chunks(parts)


def find_section_names(document: object) -> set[str]:
    """The names of the sections of a document."""
    parts = document.get("parts") if isinstance(document, dict) else None
    names = [
        part.get("idstr")
        for part in (parts if isinstance(parts, list) else ())
        if isinstance(part, dict)
    ]
    return {name for name in names if isinstance(name, str)}


def find_schema_names(document: object) -> set[str]:
    """The names of the schema files that a document's states are of."""
    parts = document.get("parts") if isinstance(document, dict) else None
    references = [
        part["schema"].get("file")
        for part in (parts if isinstance(parts, list) else ())
        if isinstance(part, dict) and isinstance(part.get("schema"), dict)
    ]
    return {name for name in references if isinstance(name, str)}


def _find_parts(document: object, size: int) -> list[dict[str, Any]]:
    if not isinstance(document, dict) or document.get("vmsdl_stream") != FORMAT_VERSION:
        raise DocumentError("not a document of `vmsdl stream decode --json`")
    source = document.get("source")
    parts = document.get("parts")
    if not isinstance(source, dict) or not isinstance(parts, list):
        raise DocumentError('missing "source" or "parts"')
    if source.get("size") != size:
        raise DocumentError(
            f"the source stream has {size} bytes, but the document was made from a stream "
            f"of {source.get('size')}"
        )
    for index, part in enumerate(parts):
        if not isinstance(part, dict):
            raise DocumentError(f"part {index} is not an object")
    return parts


class _StreamEncoder:
    def __init__(self, view: memoryview, source: list[Part], known: Sequence[SchemaDevice]) -> None:
        self.view = view
        self.vmdesc = next((part for part in source if isinstance(part, Vmdesc)), None)
        self.sections = [part for part in source if isinstance(part, Section)]
        self.known = known
        self.descriptions = Descriptions.of(self.vmdesc)
        self.devices: list[dict[str, Any]] = []

    def chunks(self, parts: list[dict[str, Any]]) -> Iterator[memoryview | bytes]:
        for index, part in enumerate(parts):
            try:
                yield from self._encode_part(part)
            except (ValueError, KeyError, TypeError, OverflowError) as problem:
                what = f"missing {problem}" if isinstance(problem, KeyError) else str(problem)
                name = part.get("idstr", part.get("part"))
                raise DocumentError(f"part {index} ({name}): {what}") from None

    def _encode_part(self, part: Mapping[str, Any]) -> Iterator[memoryview | bytes]:
        match part.get("part"):
            case "header":
                yield b"QEVM" + _encode_number(part, "version", 4)
            case "configuration":
                yield _encode_configuration(part)
            case "section":
                yield from self._encode_section(part)
            case "command":
                payload = bytes.fromhex(part["payload"])
                yield b"\x08" + _encode_number(part, "number", 2)
                yield len(payload).to_bytes(2, "big") + payload
                if part.get("packaged"):
                    yield self._copy_source(part["packaged"])
            case "end":
                yield b"\0"
            case "description":
                yield self._encode_description(part)
            case "surplus":
                yield self._copy_source(part["bytes"])
            case other:
                raise DocumentError(f"unknown part {other!r:.60}")

    def _encode_section(self, part: Mapping[str, Any]) -> Iterator[memoryview | bytes]:
        kinds = {kind.name.lower(): kind for kind in SectionType}
        kind = kinds.get(part["kind"])
        if kind is None:
            raise DocumentError(
                f"expected {', '.join(kinds)} as the kind of a section, found "
                f"{part['kind']!r:.60}"
            )
        section_id = _encode_number(part, "section_id", 4)
        yield bytes((kind,)) + section_id
        if kind in (SectionType.START, SectionType.FULL):
            yield _encode_name(part["idstr"])
            yield _encode_number(part, "instance_id", 4) + _encode_number(part, "version_id", 4)
        yield self._encode_body(part, kind)
        if part.get("footer", True):
            yield b"\x7e" + section_id

    def _encode_body(self, part: Mapping[str, Any], kind: SectionType) -> memoryview | bytes:
        idstr = part["idstr"]
        description = (
            self.descriptions.take(idstr, part["instance_id"]) if kind is SectionType.FULL else None
        )
        if "bytes" in part or "hex" in part:
            if description is not None:
                self.devices.append(description)
            if "hex" in part and "bytes" not in part:
                return bytes.fromhex(part["hex"])
            return self._copy_source(part["bytes"])
        if "state" in part:
            return self._encode_state(part, description)
        if description is None:
            raise DocumentError("the source stream does not describe this section: give its bytes")
        values = {key: part[key] for key in ("fields", "subsections") if key in part}
        data, changed = encode_record(description, values, idstr)
        if "version" in changed:
            changed["version"] = part["version_id"]
        self.devices.append(changed)
        return data

    def _encode_state(self, part: Mapping[str, Any], description: dict[str, Any] | None) -> bytes:
        idstr, reference = part["idstr"], part["schema"]
        found = [one for one in self.known if one.reference == reference]
        if not found:
            raise DocumentError(
                f"its state requires schema {reference['file']}, which was not given"
            )
        key = (SectionType.FULL, idstr, part["instance_id"])
        source = next(
            (one for one in self.sections if (one.kind, one.idstr, one.instance_id) == key), None
        )
        record: DecodedRecord | None = None
        if source is not None:
            self.sections.remove(source)
            if description is not None:
                with contextlib.suppress(ValuesError):
                    record = decode_record(description, self.view, source.start, source.stop, idstr)
        data = encode_state(found[0], part["state"], part["version_id"], record)
        if description is not None:
            self.devices.append(update_description(description, data))
        return data

    def _encode_description(self, part: Mapping[str, Any]) -> memoryview | bytes:
        if self.vmdesc is None or self.devices == self.vmdesc.json.get("devices"):
            return self._copy_source(part["bytes"])
        text = bytes(self.view[self.vmdesc.start : self.vmdesc.end]).decode()
        changed = write_in_style(text, self.vmdesc.json | {"devices": self.devices}).encode()
        return b"\x06" + len(changed).to_bytes(4, "big") + changed

    def _copy_source(self, place: Mapping[str, Any]) -> memoryview:
        offset, size = place["offset"], place["size"]
        if not 0 <= offset <= offset + size <= len(self.view):
            raise DocumentError(f"bytes {offset} to {offset + size} are outside the source stream")
        return self.view[offset : offset + size]


def update_description(description: Mapping[str, Any], data: bytes) -> dict[str, Any]:
    """The description of a device where it still fits; else it is bytes, as an old-style one."""
    updated = dict(description)
    try:
        decode_record(updated, memoryview(data), 0, len(data), str(updated.get("name")))
    except ValuesError:
        updated = {key: updated[key] for key in ("name", "instance_id") if key in updated}
        whole = {"name": "data", "size": len(data), "type": "buffer"}
        return updated | {"size": len(data), "fields": [whole]}
    return updated


def write_in_style(text: str, value: object) -> str:
    """JSON in the white space of `text`: QEMU 5.2 wrote `{ "a" : 1 }`, later ones `{"a": 1}`."""
    return _write_spaced(value) if text.startswith("{ ") else json.dumps(value)


def _write_spaced(value: object) -> str:
    match value:
        case dict():
            inner = ", ".join(f"{json.dumps(key)} : {_write_spaced(value[key])}" for key in value)
            return f"{{ {inner} }}" if inner else "{ }"
        case list():
            inner = ", ".join(map(_write_spaced, value))
            return f"[ {inner} ]" if inner else "[ ]"
        case _:
            return json.dumps(value)


def _encode_configuration(part: Mapping[str, Any]) -> bytes:
    machine = str(part["machine"]).encode()
    data = b"\x07" + len(machine).to_bytes(4, "big") + machine
    if part.get("page_bits") is not None:
        data += _encode_subsection_header("target-page-bits") + _encode_number(part, "page_bits", 4)
    if part.get("capabilities"):
        data += _encode_subsection_header("capabilities")
        data += len(part["capabilities"]).to_bytes(4, "big")
        data += b"".join(map(_encode_name, part["capabilities"]))
    if part.get("uuid"):
        data += _encode_subsection_header("uuid") + bytes.fromhex(str(part["uuid"]))
    return data


def _encode_subsection_header(name: str) -> bytes:
    return b"\x05" + _encode_name(f"configuration/{name}") + (1).to_bytes(4, "big")


def _encode_number(part: Mapping[str, Any], key: str, size: int) -> bytes:
    value = part[key]
    if type(value) is not int or not 0 <= value < 1 << 8 * size:
        raise DocumentError(f'"{key}" must be an integer of {size} bytes, found {value!r:.60}')
    return value.to_bytes(size, "big")


def _encode_name(name: object) -> bytes:
    if not isinstance(name, str) or len(name.encode()) > 255:
        raise DocumentError(f"expected a name of at most 255 bytes, found {name!r:.60}")
    return bytes((len(name.encode()),)) + name.encode()
