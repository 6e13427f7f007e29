"""From a stream's end to the JSON description there, and to the sizes of sections in it."""

import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from vmsdl.qemu.stream.check_vmdesc import BadDescription, check_vmdesc
from vmsdl.qemu.stream.reader import ByteReader, StreamError

_MARK = b"\x06"


@dataclass(frozen=True, slots=True)
class Vmdesc:
    """The description: `offset` is that of its type byte, `start` that of the text."""

    offset: int
    start: int
    end: int
    json: dict[str, Any] = field(repr=False)

    @property
    def page_size(self) -> int | None:
        size = self.json.get("page_size")
        is_power = type(size) is int and 0 < size < 1 << 32 and size & (size - 1) == 0
        return size if is_power else None


def find_vmdesc(reader: ByteReader) -> Vmdesc | None:
    """The description, found from behind so that it can guide the reading; None if there is none.

    JSON has no zero byte and nothing follows it: the last zero of the file is the end mark or
    within the length. Text that is no JSON is left for the reader of the stream to refuse.
    """
    last = reader.find_last_zero()
    for start in range(last - 2, last + 7):
        if start < 6 or not reader.starts_with(start - 6, b"\0" + _MARK):
            continue
        if reader.number(start - 4, 4, "the description's length") == reader.size - start:
            try:
                return read_vmdesc(reader, start - 5)
            except StreamError:
                return None
    return None


def read_vmdesc(reader: ByteReader, offset: int) -> Vmdesc:
    """The description whose type byte is at `offset`."""
    length = reader.number(offset + 1, 4, "the description's length")
    start = offset + 5
    end = reader.skip(start, length, "the description")
    try:
        value = json.loads(bytes(reader.view[start:end]), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise StreamError(start, f"the description is not valid JSON: {error}") from None
    if not isinstance(value, dict):
        raise StreamError(start, "the description is not a JSON object")
    try:
        check_vmdesc(value)
    except BadDescription as error:
        raise StreamError(start, f"the description is not one that QEMU writes: {error}") from None
    return Vmdesc(offset, start, end, value)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


class DescribedSizes:
    """The sizes of devices in a description, in stream order.

    They can be wrong: QEMU describes arrays of pointers wrongly when some are null.
    """

    def __init__(self, vmdesc: Vmdesc | None) -> None:
        self._sizes: dict[tuple[str, int], deque[int | None]] = {}
        devices = vmdesc.json.get("devices") if vmdesc else None
        for device in devices if isinstance(devices, list) else ():
            if isinstance(device, dict):
                key = (str(device.get("name")), _integer(device.get("instance_id")) or 0)
                self._sizes.setdefault(key, deque()).append(_size_of_device(device))

    def __contains__(self, key: tuple[str, int]) -> bool:
        return key in self._sizes

    def take(self, idstr: str, instance_id: int) -> int | None:
        """The size of the next section of this name; None where it is not described."""
        sizes = self._sizes.get((idstr, instance_id))
        return sizes.popleft() if sizes else None


def _size_of_device(device: dict[str, Any]) -> int | None:
    try:
        return find_described_size(device)
    except RecursionError:  # subsections nested too deep
        return None


def find_described_size(description: dict[str, Any]) -> int | None:
    """Bytes of a device or subsection by its description; None where it does not add up."""
    total = 0
    for entry in _objects(description.get("fields")):
        size = _integer(entry.get("size"))
        count = _integer(entry.get("array_len", 1))
        if size is None or count is None:
            return None
        total += size * count
    for subsection in _objects(description.get("subsections")):
        body = find_described_size(subsection)
        name = subsection.get("vmsd_name")
        if body is None or not isinstance(name, str):
            return None
        total += 2 + len(name.encode()) + 4 + body
    return total


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _integer(value: object) -> int | None:
    return value if type(value) is int and value >= 0 else None
