"""From a device's body and the stream's own description of it to values by name, and back to bytes.

The description is what QEMU's JSON says of one device (wire document 1.5): every field with its
type and size, every subsection that was sent. Its known defects are mended here and said; where
it does not add up with the bytes, the rest of the body is kept as raw bytes, so that nothing is
lost.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from vmsdl.qemu.stream.scalars import Value, ValueProblem, find_format

_DEPTH = 64


class ValuesError(ValueError):
    """Bytes or values that a description does not fit: where (`path`, byte `offset`), and why."""

    def __init__(self, path: str, offset: int, message: str) -> None:
        super().__init__(path, offset, message)
        self.path = path
        self.offset = offset
        self.message = message

    def __str__(self) -> str:
        return f"{self.path}: {self.message} (at byte {self.offset}, 0x{self.offset:x})"


@dataclass(frozen=True, slots=True)
class RecordItem:
    """A leaf on the wire: `offset` within the buffer, `size` in bytes."""

    name: str
    type: str
    offset: int
    size: int
    value: "Value | list[Value]"


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
    """The elements of an array or list."""

    name: str
    offset: int
    size: int
    elements: "tuple[DecodedRecord | RecordItem, ...]"


Node: TypeAlias = RecordItem | DecodedRecord | DecodedElements


def decode_record(
    description: Mapping[str, Any], data: memoryview, start: int, stop: int, path: str
) -> DecodedRecord:
    """A device's body `start`..`stop` by its description. ValuesError where they do not fit."""
    record = _Decoder(data, stop).record(description, start, path, path, 0)
    if record.offset + record.size != stop:
        left = stop - record.offset - record.size
        raise ValuesError(
            path, stop - left, f"the description ends {left} bytes before the section"
        )
    return record


def to_json(record: DecodedRecord) -> dict[str, Any]:
    """Values by name: fields, and subsections under "subsections" by their full name."""
    values: dict[str, Any] = {"fields": {node.name: _node_json(node) for node in record.fields}}
    if record.subsections:
        values["subsections"] = {inner.title: to_json(inner) for inner in record.subsections}
    return values


def _node_json(node: Node) -> Any:
    match node:
        case RecordItem(value=value):
            return value
        case DecodedRecord():
            return to_json(node)
        case DecodedElements(elements=elements):
            return [_node_json(element) for element in elements]


def encode_record(
    description: Mapping[str, Any], values: object, path: str
) -> tuple[bytes, dict[str, Any]]:
    """The bytes for values of this form, and the description with the sizes they now have."""
    return _encode(description, values, path)


# Fields of one description, grouped --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Group:
    """Entries of one name: one value, or the elements of one array (`count` of each entry)."""

    name: str
    entries: tuple[tuple[Mapping[str, Any], int], ...]
    is_array: bool


def _groups(description: Mapping[str, Any], path: str) -> Iterator[_Group]:
    fields = _objects(description.get("fields"))
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
        yield _Group(name, _counts(run), is_array)
        index = last + 1


def _counts(run: list[dict[str, Any]]) -> tuple[tuple[Mapping[str, Any], int], ...]:
    counts = [_natural(field.get("array_len", 1)) for field in run]
    later = sum(counts[1:])
    # QEMU 10.0 and later: an array whose first element is there and a later one null claims all its
    # elements for the first run, and names the later runs too.
    if len(run) > 1 and counts[0] > 1 and later < counts[0] and _mixes_nulls(run):
        counts[0] -= later
    return tuple(zip(run, counts, strict=True))


def _mixes_nulls(run: Iterable[Mapping[str, Any]]) -> bool:
    kinds = {field.get("type") in ("nullptr", "ptr-marker") for field in run}
    return len(kinds) == 2


# Decoding --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Decoder:
    data: memoryview
    stop: int

    def record(
        self, description: Mapping[str, Any], offset: int, name: str, path: str, depth: int
    ) -> DecodedRecord:
        if depth > _DEPTH:
            raise ValuesError(path, offset, f"descriptions are nested more than {_DEPTH} deep")
        start = offset
        fields: list[Node] = []
        for group in _groups(description, path):
            node = self._group(group, offset, f"{path}.{group.name}", depth)
            fields.append(node)
            offset = node.offset + node.size
        subsections: list[DecodedRecord] = []
        for inner in _objects(description.get("subsections")):
            subsection = self._subsection(inner, offset, path, depth)
            subsections.append(subsection)
            offset = subsection.offset + subsection.size
        return DecodedRecord(
            name,
            str(description.get("vmsd_name", name)),
            _natural(description.get("version", 0)),
            start,
            offset - start,
            tuple(fields),
            tuple(subsections),
        )

    def _group(self, group: _Group, offset: int, path: str, depth: int) -> Node:
        if not group.is_array:
            return self._element(group.name, group.entries[0][0], offset, path, depth)
        start = offset
        field, count = group.entries[0]
        if len(group.entries) == 1 and not _is_record(field):
            return self._scalars(group.name, field, count, offset, path)
        elements: list[DecodedRecord | RecordItem] = []
        for field, count in group.entries:
            size = _natural(field.get("size", 0))
            self._need(offset, size * count, path)
            for _ in range(count if size else 0):
                place = f"{path}[{len(elements)}]"
                element = self._element(group.name, field, offset, place, depth)
                elements.append(element)
                offset += size
        return DecodedElements(group.name, start, offset - start, tuple(elements))

    def _scalars(
        self, name: str, field: Mapping[str, Any], count: int, offset: int, path: str
    ) -> RecordItem:
        size = _natural(field.get("size", 0))
        kind = str(field.get("type"))
        self._need(offset, size * count, path)
        chunk = bytes(self.data[offset : offset + size * count])
        if kind == "uint8":  # an array of bytes reads best as one string of them
            return RecordItem(name, f"{kind}[{count}]", offset, len(chunk), chunk.hex())
        read = find_format(kind, size).read
        values = [read(chunk[at : at + size]) for at in range(0, len(chunk), size or 1)]
        return RecordItem(name, f"{kind}[{count}]", offset, len(chunk), values)

    def _element(
        self, name: str, field: Mapping[str, Any], offset: int, path: str, depth: int
    ) -> DecodedRecord | RecordItem:
        size = _natural(field.get("size", 0))
        self._need(offset, size, path)
        if _is_record(field):
            record = self.record(_inner(field), offset, name, path, depth + 1)
            if record.size != size:
                message = f"the description says {size} bytes, and its parts make {record.size}"
                raise ValuesError(path, offset, message)
            return record
        kind = str(field.get("type"))
        value = find_format(kind, size).read(bytes(self.data[offset : offset + size]))
        return RecordItem(name, kind, offset, size, value)

    def _subsection(
        self, description: Mapping[str, Any], offset: int, path: str, depth: int
    ) -> DecodedRecord:
        name = str(description.get("vmsd_name"))
        head = _subsection_header(name, 0)[:-4]
        place = f"{path}/{name}"
        self._need(offset, len(head) + 4, place)
        body = offset + len(head)
        if bytes(self.data[offset:body]) != head:
            raise ValuesError(
                place, offset, "the description has this subsection, the bytes have not"
            )
        version = int.from_bytes(self.data[body : body + 4], "big")
        record = self.record(description, body + 4, name, place, depth + 1)
        size = record.size + len(head) + 4
        return replace(record, version_id=version, offset=offset, size=size)

    def _need(self, offset: int, size: int, path: str) -> None:
        if size > self.stop - offset:
            left = max(self.stop - offset, 0)
            raise ValuesError(path, offset, f"needs {size} bytes, and {left} are left")


def _subsection_header(name: str, version: int) -> bytes:
    text = name.encode()
    return bytes((5, len(text) & 0xFF)) + text + version.to_bytes(4, "big")


def _is_record(field: Mapping[str, Any]) -> bool:
    # WITH_TMP and VSTRUCT write the keys of their description into the open field object. A null
    # pointer to a struct is described before 10.0 as an empty struct of one byte.
    inner = _inner(field)
    return isinstance(inner.get("fields"), list) and field.get("type") not in (
        "qtailq",
        "qlist",
        "gtree",
    )


def _inner(field: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = field.get("struct", field)
    return inner if isinstance(inner, dict) else {}


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _natural(value: object) -> int:
    return value if type(value) is int and value >= 0 else 0


# Encoding --------------------------------------------------------------------------------------


def _encode(
    description: Mapping[str, Any], values: object, path: str
) -> tuple[bytes, dict[str, Any]]:
    record = _mapping(values, {"fields", "subsections"}, path)
    given = record.get("fields", {})
    groups = list(_groups(description, path))
    fields = _mapping(given, {group.name for group in groups}, path)
    parts: list[bytes] = []
    entries: list[dict[str, Any]] = []
    for group in groups:
        if group.name not in fields:
            raise ValuesError(path, 0, f"`{group.name}` is missing")
        for data, entry in _encode_group(group, fields[group.name], f"{path}.{group.name}"):
            parts.append(data)
            entries.append(entry)
    result = dict(description, fields=entries)
    subsections = _objects(description.get("subsections"))
    names = {str(inner.get("vmsd_name")) for inner in subsections}
    sent = _mapping(record.get("subsections", {}), names, path)
    kept: list[dict[str, Any]] = []
    for inner in subsections:
        name = str(inner.get("vmsd_name"))
        if name in sent:
            data, changed = _encode(inner, sent[name], f"{path}/{name}")
            parts += (_subsection_header(name, _natural(inner.get("version", 0))), data)
            kept.append(changed)
    if "subsections" in result:
        result["subsections"] = kept
        if not kept:
            del result["subsections"]
    return b"".join(parts), result


def _encode_group(
    group: _Group, value: object, path: str
) -> Iterator[tuple[bytes, dict[str, Any]]]:
    field, count = group.entries[0]
    if not group.is_array:
        yield _encode_element(field, value, path)
        return
    size = _natural(field.get("size", 0))
    if len(group.entries) == 1 and not _is_record(field):
        yield _encode_scalars(field, count, size, value, path)
        return
    elements = iter(_sequence(value, sum(count for _, count in group.entries), path))
    place = 0
    for field, count in group.entries:
        parts: list[bytes] = []
        entry = dict(field)
        for _ in range(count):
            data, entry = _encode_element(field, next(elements), f"{path}[{place}]")
            if parts and len(data) != len(parts[0]):
                raise ValuesError(
                    f"{path}[{place}]", 0, "its size differs from the elements' before it"
                )
            parts.append(data)
            place += 1
        yield b"".join(parts), entry


def _encode_scalars(
    field: Mapping[str, Any], count: int, size: int, value: object, path: str
) -> tuple[bytes, dict[str, Any]]:
    kind = str(field.get("type"))
    write = find_format(kind, size).write
    if kind == "uint8":
        data = _leaf_bytes(find_format("", count).write, value, size * count, path)
    else:
        elements = _sequence(value, count, path)
        parts = (
            _leaf_bytes(write, element, size, f"{path}[{index}]")
            for index, element in enumerate(elements)
        )
        data = b"".join(parts)
    return data, dict(field)


def _encode_element(
    field: Mapping[str, Any], value: object, path: str
) -> tuple[bytes, dict[str, Any]]:
    size = _natural(field.get("size", 0))
    if not _is_record(field):
        write = find_format(str(field.get("type")), size).write
        return _leaf_bytes(write, value, size, path), dict(field)
    data, changed = _encode(_inner(field), value, path)
    entry = dict(field, struct=changed) if "struct" in field else dict(changed)
    entry["size"] = len(data)
    return data, entry


def _leaf_bytes(write: Any, value: object, size: int, path: str) -> bytes:
    try:
        data: bytes = write(value, size)
    except ValueProblem as problem:
        raise ValuesError(path, 0, str(problem)) from None
    if len(data) != size:
        raise ValuesError(path, 0, f"has {len(data)} bytes, and the description says {size}")
    return data


def _mapping(value: object, known: set[str], path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValuesError(path, 0, f"expected an object, got {value!r:.60}")
    for key in value:
        if key not in known:
            raise ValuesError(path, 0, f"there is no `{key}` here")
    return value


def _sequence(value: object, count: int, path: str) -> list[Any]:
    if not isinstance(value, list) or len(value) != count:
        found = f"{len(value)}" if isinstance(value, list) else f"{value!r:.60}"
        raise ValuesError(path, 0, f"expected a list of {count}, got {found}")
    return value
