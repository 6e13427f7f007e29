"""From a decoded record to lines that a person reads."""

from collections.abc import Iterator

from vmsdl.qemu.stream.values import DecodedElements, DecodedRecord, Node, RecordItem
from vmsdl.schema.scalars import SCALARS

_LONGEST = 64
# As the language and as a stream's description call them.
_TIMERS = {name for row in SCALARS.values() if row.is_timer for name in (row.name, row.qemu_name)}


def show_state(
    record: DecodedRecord, title: str, data: memoryview | None = None, *, with_offsets: bool = False
) -> Iterator[str]:
    """A title and a line for each field; `data`, the whole stream, adds their bytes."""
    writer = _TreeWriter(memoryview(data).cast("B") if data is not None else None, with_offsets)
    yield writer.prefix(record) + title
    yield from writer.body(record, 1)


class _TreeWriter:
    def __init__(self, data: memoryview | None, with_offsets: bool) -> None:
        self.data = data
        self.with_offsets = with_offsets

    def prefix(self, node: Node) -> str:
        return f"{node.offset:10x}  " if self.with_offsets else ""

    def body(self, record: DecodedRecord, depth: int) -> Iterator[str]:
        for node in record.fields:
            yield from self.node(node, node.name, depth)
        for inner in record.subsections:
            heading = f"subsection {inner.title} version {inner.version_id}"
            yield self.line(inner, heading, depth)
            yield from self.body(inner, depth + 1)

    def node(self, node: Node, name: str, depth: int) -> Iterator[str]:
        match node:
            case RecordItem():
                yield self.line(node, f"{name} = {format_value(node)}{self.bytes_of(node)}", depth)
            case DecodedRecord(title=title):
                yield self.line(node, f"{name}: {title}", depth)
                yield from self.body(node, depth + 1)
            case DecodedElements(elements=elements):
                for index, element in enumerate(elements):
                    yield from self.node(element, f"{name}[{index}]", depth)

    def line(self, node: Node, text: str, depth: int) -> str:
        return f"{self.prefix(node)}{'  ' * depth}{text}"

    def bytes_of(self, item: RecordItem) -> str:
        return "" if self.data is None else format_bytes(item, self.data)


def format_bytes(item: RecordItem, data: memoryview) -> str:
    """The bytes of a value, where its text does not show them already."""
    if not isinstance(item.value, int | float | list):
        return ""
    raw = bytes(data[item.offset : item.offset + min(item.size, _LONGEST // 2)])
    return f"  [{raw.hex(' ')}{' …' if item.size > len(raw) else ''}]"


def format_value(item: RecordItem) -> str:
    """A value as text."""
    match item.value:
        case bool() as value:
            return "true" if value else "false"
        case int() as value if abs(value) > 9 and item.type not in _TIMERS:
            return f"{value} (0x{value & (1 << 8 * item.size) - 1:x})"
        case -1 if item.type in _TIMERS:
            return "not armed"
        case str() as text:
            return _shorten(text, item)
        case list() as values:
            first = ", ".join(map(str, values[:16]))
            return f"[{first}{f', … {len(values)} in all' if len(values) > 16 else ''}]"
        case None:
            return "null"
        case value:
            return str(value)


def _shorten(text: str, item: RecordItem) -> str:
    if item.size > 8 and not text.strip("0"):
        return f"{item.size} zero bytes ({item.type})"
    shortened = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… {item.size} bytes in all"
    return f"{shortened} ({item.type})"
