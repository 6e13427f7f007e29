"""From a device's body and the stream's own description of it to values by name, and back to bytes.

The description is what QEMU's JSON says of one device (migration/vmstate.c): every field with its
type and size, every subsection that was sent. Known defects of it are corrected here. Where it does
not fit the bytes, ValuesError says so, and callers keep the body as raw bytes.
"""

import math
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, assert_never

from vmsdl.schema.scalars import SCALARS, ScalarKind, ScalarRow

_MAXIMUM_DEPTH = 64

# QEMU 11.1 and later: a null pointer; and, as 0x31, what is before each pointer that is not null
# in an array whose elements the loader allocates.
_MARKER = "ptr-marker"
_IS_THERE = "31"

Value = bool | int | float | str | None


class ValuesError(ValueError):
    """Bytes or values that a description does not fit: `path`, byte `offset`, and why."""

    def __init__(self, path: str, offset: int, message: str) -> None:
        super().__init__(path, offset, message)
        self.path = path
        self.offset = offset
        self.message = message

    def __str__(self) -> str:
        return f"{self.path}: {self.message} (at byte {self.offset}, 0x{self.offset:x})"


@dataclass(frozen=True, slots=True)
class RecordItem:
    """One value, or an array of scalars: `offset` within the buffer, `size` in bytes.

    `count`: of the elements of an array. A stream's type can have any text, brackets too.
    """

    name: str
    type: str  # with the count, as people read it
    offset: int
    size: int
    value: "Value | list[Value]"
    count: int | None = None

    @property
    def element_type(self) -> str:
        return self.type if self.count is None else self.type.removesuffix(f"[{self.count}]")


@dataclass(frozen=True, slots=True)
class DecodedRecord:
    """A description on the wire: a device, an embedded struct or a subsection."""

    name: str
    title: str
    version_id: int
    offset: int
    size: int
    fields: "tuple[Node, ...]"
    subsections: "tuple[DecodedRecord, ...]" = ()


@dataclass(frozen=True, slots=True)
class DecodedElements:
    """The elements of an array or list. `is_marked`: a marker byte is before each of them."""

    name: str
    offset: int
    size: int
    elements: "tuple[DecodedRecord | RecordItem, ...]"
    is_marked: bool = False


Node: TypeAlias = RecordItem | DecodedRecord | DecodedElements


def decode_record(
    description: Mapping[str, Any], data: memoryview, start: int, stop: int, path: str
) -> DecodedRecord:
    """A device's body `start`..`stop` by its description. ValuesError where they do not fit."""
    record = _Decoder(data, stop).record(description, start, path, path, 0)
    if record.offset + record.size != stop:
        missing = stop - record.offset - record.size
        raise ValuesError(
            path,
            stop - missing,
            f"the description ends {missing} bytes before the end of the section",
        )
    return record


def to_json(record: DecodedRecord) -> dict[str, Any]:
    """Values by name: fields, and subsections under "subsections" by their full name."""
    values: dict[str, Any] = {"fields": {node.name: _node_to_json(node) for node in record.fields}}
    if record.subsections:
        values["subsections"] = {inner.title: to_json(inner) for inner in record.subsections}
    return values


def _node_to_json(node: Node) -> Any:
    match node:
        case RecordItem(value=value):
            return value
        case DecodedRecord():
            return to_json(node)
        case DecodedElements(elements=elements):
            return [_node_to_json(element) for element in elements]


def encode_record(
    description: Mapping[str, Any], values: object, path: str
) -> tuple[bytes, dict[str, Any]]:
    """The bytes for values of this form, and the description with the sizes they now have."""
    return _encode(description, values, path)


# Fields of one description, grouped --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _FieldGroup:
    """Entries of one name, each with its number of elements: one value, or one array."""

    name: str
    entries: tuple[tuple[Mapping[str, Any], int], ...]
    is_array: bool


def _group_fields(description: Mapping[str, Any], path: str) -> Iterator[_FieldGroup]:
    fields = _list_objects(description.get("fields"))
    index = 0
    while index < len(fields):
        name = fields[index].get("name")
        if not isinstance(name, str):
            raise ValuesError(path, 0, "the description has a field without a name")
        last = index
        while last + 1 < len(fields) and fields[last + 1].get("name") == name:
            last += 1
        run = fields[index : last + 1]
        is_array = len(run) > 1 or "array_len" in run[0] or "index" in run[0]
        yield _FieldGroup(name, _count_elements(run), is_array)
        index = last + 1


def _count_elements(run: list[dict[str, Any]]) -> tuple[tuple[Mapping[str, Any], int], ...]:
    counts = [_read_natural(field.get("array_len", 1)) for field in run]
    later = sum(counts[1:])
    # QEMU 10.0 and later: where the first element of an array is there and a later one is null, the
    # first entry has the number of all elements, and further entries follow for the later ones.
    # Where the first element is null, each entry has the number of its own run.
    is_total = not _is_marker(run[0]) and any(map(_is_marker, run))
    if is_total and counts[0] > 1 and later < counts[0]:
        counts[0] -= later
    return tuple(zip(run, counts, strict=True))


def _is_marker(field: Mapping[str, Any]) -> bool:
    return field.get("type") in ("nullptr", _MARKER)


# Decoding --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Decoder:
    data: memoryview
    stop: int

    def record(
        self, description: Mapping[str, Any], offset: int, name: str, path: str, depth: int
    ) -> DecodedRecord:
        if depth > _MAXIMUM_DEPTH:
            raise ValuesError(
                path, offset, f"descriptions are nested more than {_MAXIMUM_DEPTH} levels deep"
            )
        start = offset
        fields: list[Node] = []
        for group in _group_fields(description, path):
            node = self._decode_group(group, offset, f"{path}.{group.name}", depth)
            fields.append(node)
            offset = node.offset + node.size
        subsections: list[DecodedRecord] = []
        for inner in _list_objects(description.get("subsections")):
            subsection = self._decode_subsection(inner, offset, path, depth)
            subsections.append(subsection)
            offset = subsection.offset + subsection.size
        return DecodedRecord(
            name,
            str(description.get("vmsd_name", name)),
            _read_natural(description.get("version", 0)),
            start,
            offset - start,
            tuple(fields),
            tuple(subsections),
        )

    def _decode_group(self, group: _FieldGroup, offset: int, path: str, depth: int) -> Node:
        if not group.is_array:
            return self._decode_element(group.name, group.entries[0][0], offset, path, depth)
        start = offset
        field, count = group.entries[0]
        if len(group.entries) == 1 and not _is_record(field):
            return self._decode_scalars(group.name, field, count, offset, path)
        elements: list[DecodedRecord | RecordItem] = []
        is_marked = False
        for field, count in group.entries:
            size = _read_natural(field.get("size", 0))
            self._require(offset, size * count, path)
            for _ in range(count if size else 0):
                element_path = f"{path}[{len(elements)}]"
                element = self._decode_element(group.name, field, offset, element_path, depth)
                offset += size
                if isinstance(element, RecordItem) and _says_it_is_there(element):
                    is_marked = True  # it belongs to the element behind it
                else:
                    elements.append(element)
        return DecodedElements(group.name, start, offset - start, tuple(elements), is_marked)

    def _decode_scalars(
        self, name: str, field: Mapping[str, Any], count: int, offset: int, path: str
    ) -> RecordItem:
        size = _read_natural(field.get("size", 0))
        kind = str(field.get("type"))
        self._require(offset, size * count, path)
        chunk = bytes(self.data[offset : offset + size * count])
        if kind == "uint8":  # an array of bytes reads best as one string of them
            return RecordItem(name, f"{kind}[{count}]", offset, len(chunk), chunk.hex(), count)
        read = find_format(kind, size).read
        values = [read(chunk[at : at + size]) for at in range(0, len(chunk), size or 1)]
        return RecordItem(name, f"{kind}[{count}]", offset, len(chunk), values, count)

    def _decode_element(
        self, name: str, field: Mapping[str, Any], offset: int, path: str, depth: int
    ) -> DecodedRecord | RecordItem:
        size = _read_natural(field.get("size", 0))
        self._require(offset, size, path)
        if _is_record(field):
            record = self.record(_find_inner(field), offset, name, path, depth + 1)
            if record.size != size:
                message = f"the description has {size} bytes, but its parts have {record.size}"
                raise ValuesError(path, offset, message)
            return record
        kind = str(field.get("type"))
        value = find_format(kind, size).read(bytes(self.data[offset : offset + size]))
        return RecordItem(name, kind, offset, size, value)

    def _decode_subsection(
        self, description: Mapping[str, Any], offset: int, path: str, depth: int
    ) -> DecodedRecord:
        name = str(description.get("vmsd_name"))
        header = _make_subsection_header(name, 0)[:-4]
        element_path = f"{path}/{name}"
        self._require(offset, len(header) + 4, element_path)
        body_start = offset + len(header)
        if bytes(self.data[offset:body_start]) != header:
            raise ValuesError(
                element_path, offset, "the description has this subsection, but the bytes do not"
            )
        version = int.from_bytes(self.data[body_start : body_start + 4], "big")
        record = self.record(description, body_start + 4, name, element_path, depth + 1)
        size = record.size + len(header) + 4
        return replace(record, version_id=version, offset=offset, size=size)

    def _require(self, offset: int, size: int, path: str) -> None:
        if size > self.stop - offset:
            missing = max(self.stop - offset, 0)
            raise ValuesError(path, offset, f"needs {size} bytes, but only {missing} left")


def _make_subsection_header(name: str, version: int) -> bytes:
    text = name.encode()
    return bytes((5, len(text) & 0xFF)) + text + version.to_bytes(4, "big")


def _says_it_is_there(item: RecordItem) -> bool:
    return item.type == _MARKER and item.value == _IS_THERE


def _is_record(field: Mapping[str, Any]) -> bool:
    # WITH_TMP and VSTRUCT write the keys of their description into the open field object. A null
    # pointer to a struct is described before 10.0 as an empty struct of one byte.
    inner = _find_inner(field)
    return isinstance(inner.get("fields"), list) and field.get("type") not in (
        "qtailq",
        "qlist",
        "gtree",
    )


def _find_inner(field: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = field.get("struct", field)
    return inner if isinstance(inner, dict) else {}


def _list_objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _read_natural(value: object) -> int:
    return value if type(value) is int and value >= 0 else 0


# Encoding --------------------------------------------------------------------------------------


def _encode(
    description: Mapping[str, Any], values: object, path: str
) -> tuple[bytes, dict[str, Any]]:
    record = _check_object(values, {"fields", "subsections"}, path)
    field_values = record.get("fields", {})
    groups = list(_group_fields(description, path))
    fields = _check_object(field_values, {group.name for group in groups}, path)
    parts: list[bytes] = []
    entries: list[dict[str, Any]] = []
    for group in groups:
        if group.name not in fields:
            raise ValuesError(path, 0, f"missing `{group.name}`")
        for data, entry in _encode_group(group, fields[group.name], f"{path}.{group.name}"):
            parts.append(data)
            entries.append(entry)
    result = dict(description, fields=entries)
    subsections = _list_objects(description.get("subsections"))
    names = {str(inner.get("vmsd_name")) for inner in subsections}
    sent = _check_object(record.get("subsections", {}), names, path)
    sent_descriptions: list[dict[str, Any]] = []
    for inner in subsections:
        name = str(inner.get("vmsd_name"))
        if name in sent:
            data, changed = _encode(inner, sent[name], f"{path}/{name}")
            parts += (_make_subsection_header(name, _read_natural(inner.get("version", 0))), data)
            sent_descriptions.append(changed)
    if "subsections" in result:
        result["subsections"] = sent_descriptions
        if not sent_descriptions:
            del result["subsections"]
    return b"".join(parts), result


def _encode_group(
    group: _FieldGroup, value: object, path: str
) -> Iterator[tuple[bytes, dict[str, Any]]]:
    field, count = group.entries[0]
    if not group.is_array:
        yield _encode_element(field, value, path)
        return
    size = _read_natural(field.get("size", 0))
    if len(group.entries) == 1 and not _is_record(field):
        yield _encode_scalars(field, count, size, value, path)
        return
    elements = iter(_list_elements(group, value, path))
    element_path = 0
    for field, count in group.entries:
        parts: list[bytes] = []
        entry = dict(field)
        for _ in range(count):
            data, entry = _encode_element(field, next(elements), f"{path}[{element_path}]")
            if parts and len(data) != len(parts[0]):
                raise ValuesError(
                    f"{path}[{element_path}]",
                    0,
                    "its size differs from the size of the elements before it",
                )
            parts.append(data)
            element_path += 1
        yield b"".join(parts), entry


def _list_elements(group: _FieldGroup, value: object, path: str) -> list[Any]:
    """One value for each entry: markers stand before what they say is there."""
    total = sum(count for _, count in group.entries)
    kinds = [field.get("type") == _MARKER for field, _ in group.entries]
    if not any(kinds) or (isinstance(value, list) and len(value) == total):
        return _check_list(value, total, path)
    elements = iter(_check_list(value, sum(kinds), path))
    is_there = [*(not is_marker for is_marker in kinds[1:]), False]
    listed: list[Any] = []
    for is_marker, has_element in zip(kinds, is_there, strict=True):
        if is_marker:
            element = next(elements)
            listed += [_IS_THERE, element] if has_element else [element]
    return listed


def _encode_scalars(
    field: Mapping[str, Any], count: int, size: int, value: object, path: str
) -> tuple[bytes, dict[str, Any]]:
    kind = str(field.get("type"))
    write = find_format(kind, size).write
    if kind == "uint8":
        data = _write_value(find_format("", count).write, value, size * count, path)
    else:
        elements = _check_list(value, count, path)
        parts = (
            _write_value(write, element, size, f"{path}[{index}]")
            for index, element in enumerate(elements)
        )
        data = b"".join(parts)
    return data, dict(field)


def _encode_element(
    field: Mapping[str, Any], value: object, path: str
) -> tuple[bytes, dict[str, Any]]:
    size = _read_natural(field.get("size", 0))
    if not _is_record(field):
        write = find_format(str(field.get("type")), size).write
        return _write_value(write, value, size, path), dict(field)
    data, changed = _encode(_find_inner(field), value, path)
    entry = dict(field, struct=changed) if "struct" in field else dict(changed)
    entry["size"] = len(data)
    return data, entry


def _write_value(write: Any, value: object, size: int, path: str) -> bytes:
    try:
        data: bytes = write(value, size)
    except ValueProblem as problem:
        raise ValuesError(path, 0, str(problem)) from None
    if len(data) != size:
        raise ValuesError(path, 0, f"has {len(data)} bytes, but the description has {size}")
    return data


def _check_object(value: object, known: set[str], path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValuesError(path, 0, f"expected an object, found {value!r:.60}")
    for key in value:
        if key not in known:
            raise ValuesError(path, 0, f"unknown name `{key}`")
    return value


def _check_list(value: object, count: int, path: str) -> list[Any]:
    if not isinstance(value, list) or len(value) != count:
        found = f"{len(value)}" if isinstance(value, list) else f"{value!r:.60}"
        raise ValuesError(path, 0, f"expected a list of {count}, found {found}")
    return value


# One value -------------------------------------------------------------------------------------
#
# A value is written as exactly its bytes again: what has no exact plain value (a bool of 2, a float
# that is no number, an unknown type) is a hex string.


class ValueProblem(ValueError):
    """A value that has no bytes of this type; the message says why."""


@dataclass(frozen=True, slots=True)
class ScalarFormat:
    """How one type of the description is read and written; `size` None: any size."""

    size: int | None
    read: Callable[[bytes], Value]
    write: Callable[[object, int], bytes]


def find_format(name: str, size: int) -> ScalarFormat:
    """The format for a JSON "type" of that size; raw bytes for a type that is not known."""
    known = _FORMATS.get(name.removesuffix(" equal").removesuffix(" le"))
    # The unsigned 64-bit type is called "int64 equal" (VMSTATE_UINT64_EQUAL).
    if name == "int64 equal":
        known = _FORMATS["uint64"]
    return known if known is not None and known.size in (None, size) else _RAW


def _make_integer_format(size: int, signed: bool) -> ScalarFormat:
    low = -(1 << 8 * size - 1) if signed else 0
    high = (1 << 8 * size - (1 if signed else 0)) - 1

    def read(data: bytes) -> Value:
        return int.from_bytes(data, "big", signed=signed)

    def write(value: object, _: int) -> bytes:
        if type(value) is not int:
            raise ValueProblem(f"expected an integer, found {value!r:.60}")
        if not low <= value <= high:
            raise ValueProblem(f"{value} is out of range {low}..{high}")
        return value.to_bytes(size, "big", signed=signed)

    return ScalarFormat(size, read, write)


def _read_bool(data: bytes) -> Value:
    return data == b"\1" if data in (b"\0", b"\1") else data.hex()


def _write_bool(value: object, size: int) -> bytes:
    return bytes([value]) if type(value) is bool else _write_raw(value, size)


def _make_float_format(code: str, size: int) -> ScalarFormat:
    packed = struct.Struct(f">{code}")

    def read(data: bytes) -> Value:
        value: float = packed.unpack(data)[0]
        return value if math.isfinite(value) else data.hex()

    def write(value: object, size: int) -> bytes:
        if type(value) not in (int, float):
            return _write_raw(value, size)
        try:
            return packed.pack(value)
        except OverflowError:
            raise ValueProblem(f"{value!r:.60} is too large") from None

    return ScalarFormat(size, read, write)


def _read_raw(data: bytes) -> Value:
    return data.hex()


def _write_raw(value: object, size: int) -> bytes:
    if not isinstance(value, str):
        raise ValueProblem(f"expected {size} bytes as hex digits, found {value!r:.60}")
    try:
        return bytes.fromhex(value)
    except ValueError:
        raise ValueProblem(f"{value!r:.60} is not a string of hex digits") from None


def _read_null(data: bytes) -> Value:
    return None if data == b"0" else data.hex()


def _write_null(value: object, size: int) -> bytes:
    return b"0" if value is None else _write_raw(value, size)


_RAW = ScalarFormat(None, _read_raw, _write_raw)


def _make_format(row: ScalarRow) -> ScalarFormat:
    match row.kind:
        case ScalarKind.BOOL:
            return ScalarFormat(row.size, _read_bool, _write_bool)
        case ScalarKind.FLOAT:
            return _make_float_format(row.code, row.size)
        case ScalarKind.INTEGER | ScalarKind.TIMER:
            return _make_integer_format(row.size, row.is_signed)
        case _:
            assert_never(row.kind)


_FORMATS = {
    "nullptr": ScalarFormat(1, _read_null, _write_null),
    _MARKER: ScalarFormat(1, _read_null, _write_null),
    "struct": ScalarFormat(1, _read_null, _write_null),  # of no fields: a null, before 10.0
    **{row.qemu_name: _make_format(row) for row in SCALARS.values() if row.qemu_name},
}
