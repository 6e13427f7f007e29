"""From a state by a schema to lines for people, with what the schema says of each field."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import IntEnum, IntFlag
from typing import Any

from vmsdl.expr.nodes import Expr, Extern
from vmsdl.qemu.show.tree import format_bytes, format_value
from vmsdl.qemu.stream.schema_state import RefusedState, SchemaState
from vmsdl.qemu.stream.values import DecodedElements, DecodedRecord, Node, RecordItem
from vmsdl.schema.description import Description, Field, Schema
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.traverse import find_struct
from vmsdl.schema.types import Array, Scalar, StructType, Type


def explain_state(
    state: SchemaState,
    title: str,
    record: DecodedRecord | None,
    data: memoryview | None = None,
    *,
    with_offsets: bool = False,
) -> Iterator[str]:
    """A title and a line for each field.

    `record` has their places in the stream; `data`, the whole stream, adds their bytes.
    """
    description = state.device.description
    writer = _ExplainedTreeWriter(state.device.schema, with_offsets and record is not None, data)
    yield from writer.docs(description.doc, 0)
    yield writer.line(record, f"{title}: {description.name} of {state.device.file}", 0)
    yield from writer.body(description, state.instance, record, 1)


def explain_refused_state(refused: RefusedState, title: str) -> Iterator[str]:
    """A title and a line for each field that was read, up to the one that was refused."""
    description = refused.device.description
    writer = _ExplainedTreeWriter(refused.device.schema, False, None)
    yield f"{title}: {description.name} of {refused.device.file}, up to what it refuses"
    segments = _PATH_SEGMENT.findall(refused.path.removeprefix(description.name))
    yield from writer.part(description, refused.loaded, segments, 1)
    yield f"  refused: {refused.problem.message}"


_PATH_SEGMENT = re.compile(r"([./])([A-Za-z_]\w*)((?:\[[^]]*\])*)")


class _ExplainedTreeWriter:
    def __init__(self, schema: Schema, with_offsets: bool, data: memoryview | None) -> None:
        self.schema = schema
        self.data = data
        self.with_offsets = with_offsets

    def body(
        self, description: Description, instance: Any, record: DecodedRecord | None, depth: int
    ) -> Iterator[str]:
        layout = type(instance)._layout()
        attributes = {
            step.name: step.attribute
            for step in layout.steps
            if type(step).__name__ == "FieldLayout"
        }
        nodes = _find_nodes(description, record)
        # If a schema is arranged otherwise than the stream, a missing node proves nothing.
        is_described = record is not None and all(
            field.name in nodes or _is_optional(field) for field in description.fields
        )
        for field in description.fields:
            yield from self.docs(field.doc, depth)
            node = nodes.get(field.name)
            note = "" if field.condition is None else f"  if {_format_condition(field.condition)}"
            value = getattr(instance, attributes[field.name])
            if value is None or (is_described and node is None and _is_optional(field)):
                yield self.line(None, f"{field.name}: not sent{note}", depth)
            else:
                yield from self.value(field.type, field.name, value, node, depth, note)
        nodes_by_title = (
            {node.title: node for node in record.subsections} if record is not None else {}
        )
        entries = {entry.name: entry.attribute for entry in layout.subsections}
        for inner in description.subsections:
            sub = getattr(instance, entries[inner.name])
            if sub is not None:
                yield from self.docs(inner.doc, depth)
                place = nodes_by_title.get(inner.wire_name)
                heading = f"subsection {inner.name} ({inner.wire_name}) version {inner.version_id}"
                yield self.line(
                    place, f"{heading}  needed {_format_condition(inner.needed)}", depth
                )
                yield from self.body(inner, sub, place, depth + 1)

    def part(
        self,
        description: Description,
        loaded: Sequence[Any],
        segments: Sequence[tuple[str, str, str]],
        depth: int,
    ) -> Iterator[str]:
        """The fields of the first object before the place where the path goes on."""
        if not loaded:
            return
        instance, *inner = loaded
        separator, name, index = segments[0] if segments else ("", "", "")
        for field in description.fields:
            if separator == "." and field.name == name:
                struct = find_struct(field.type)
                if struct is not None and inner:
                    yield self.line(None, f"{name}{index}: {struct.name}", depth)
                    owner = self.schema.descriptions[struct.name]
                    yield from self.part(owner, inner, segments[1:], depth + 1)
                return
            yield from self.docs(field.doc, depth)
            note = "" if field.condition is None else f"  if {_format_condition(field.condition)}"
            value = getattr(instance, _find_attribute(instance, field.name), None)
            yield from self.value(field.type, field.name, value, None, depth, note)
        for sub in description.subsections:
            if separator == "/" and sub.name == name and inner:
                yield self.line(None, f"subsection {sub.name} ({sub.wire_name})", depth)
                yield from self.part(sub, inner, segments[1:], depth + 1)

    def value(
        self, kind: Type, name: str, value: Any, node: Node | None, depth: int, note: str = ""
    ) -> Iterator[str]:
        match kind:
            case _ if value is None:
                yield self.line(node, f"{name} = null{note}", depth)
            case StructType(name=struct):
                description = self.schema.descriptions[struct]
                inner = node if isinstance(node, DecodedRecord) else None
                yield self.line(node, f"{name}: {struct}{note}", depth)
                yield from self.body(description, value, inner, depth + 1)
            case Array(element=element) if not isinstance(element, Scalar) and not isinstance(
                value, bytes
            ):
                parts = node.elements if isinstance(node, DecodedElements) else ()
                for index, one in enumerate(value):
                    part = parts[index] if index < len(parts) else None
                    yield from self.value(element, f"{name}[{index}]", one, part, depth, note)
            case _ if isinstance(value, list | tuple) and _holds_objects(value):
                for index, one in enumerate(value):
                    yield from self.object(f"{name}[{index}]", one, depth)
            case _ if isinstance(value, dict):
                for key, one in value.items():
                    yield from self.object(f"{name}[{key}]", one, depth)
            case _:
                nodes_by_title = ""
                if self.data is not None and isinstance(node, RecordItem):
                    nodes_by_title = format_bytes(node, self.data)
                yield self.line(
                    node, f"{name} = {_format_value(kind, value)}{nodes_by_title}{note}", depth
                )

    def object(self, name: str, value: Any, depth: int) -> Iterator[str]:
        """An element of a list or map, whose struct is known by its layout."""
        if isinstance(value, tuple):  # key and value of a map
            yield from self.object(f"{name}.key", value[0], depth)
            yield from self.object(f"{name}.value", value[1], depth)
            return
        struct = type(value)._layout().name
        yield self.line(None, f"{name}: {struct}", depth)
        yield from self.body(self.schema.descriptions[struct], value, None, depth + 1)

    def docs(self, doc: str, depth: int) -> Iterator[str]:
        for line in doc.splitlines():
            yield self.line(None, f"/// {line}".rstrip(), depth)

    def line(self, node: Node | None, text: str, depth: int) -> str:
        prefix = ""
        if self.with_offsets:
            prefix = f"{node.offset:10x}  " if node is not None else " " * 12
        return f"{prefix}{'  ' * depth}{text}"


def _find_attribute(instance: Any, name: str) -> str:
    steps = type(instance)._layout().steps
    return next(str(step.attribute) for step in steps if getattr(step, "name", "") == name)


def _find_nodes(description: Description, record: DecodedRecord | None) -> dict[str, Node]:
    """The node of each field, by its name. A stream numbers a name that occurs more than once."""
    if record is None:
        return {}
    given = {node.name: node for node in record.fields}
    total = Counter(field.wire_name for field in description.fields)
    count: Counter[str] = Counter()
    found: dict[str, Node] = {}
    for field in description.fields:
        wire_name = field.wire_name
        name = f"{wire_name}[{count[wire_name]}]" if total[wire_name] > 1 else wire_name
        count[wire_name] += 1
        if name in given:
            found[field.name] = given[name]
    return found


def _is_optional(field: Field) -> bool:
    return field.condition is not None or field.since > 0


def _holds_objects(value: Any) -> bool:
    return any(hasattr(type(one), "_layout") or isinstance(one, tuple) for one in value)


def _format_value(kind: Type, value: Any) -> str:
    if isinstance(value, IntFlag):
        names = "|".join(str(flag.name) for flag in value) or "no flag"
        return f"{names} (0x{int(value):x})"
    if isinstance(value, IntEnum):
        return f"{type(value).__name__}.{value.name} ({int(value)})"
    if isinstance(value, bytes | bytearray):
        return format_value(RecordItem("", "bytes", 0, len(value), bytes(value).hex()))
    if isinstance(value, int | float):
        type_name = kind.name if isinstance(kind, Scalar) else "bitmap"
        size = (
            SCALARS[type_name].size
            if type_name in SCALARS
            else max(1, (int(value).bit_length() + 7) // 8)
        )
        return format_value(RecordItem("", type_name, 0, size, value))
    values = list(value)
    return format_value(RecordItem("", "array", 0, 0, values))


def _format_condition(condition: Expr | Extern | None) -> str:
    """A condition as it is written in the file."""
    if condition is None or isinstance(condition, Extern):
        return "extern"
    return " ".join(condition.span.text.split())
