"""A schema compared with a stream's own description: the JSON that QEMU writes.

QEMU's JSON knows names, sizes and types of what was sent. Here every field that it names has to be
the next one of the schema, with the same size and a type that fits; what the schema has besides
must be conditional.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, assert_never

from vmsdl.expr.nodes import Literal
from vmsdl.schema.description import Description, Field, Schema, Unused, Validate
from vmsdl.schema.scalars import SCALARS
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

# JSON types by ours. `equal` and `bounded` fields have their own: `uint8 equal`, `int32 le`.
_TYPES = {
    "bool": {"bool", "uint8"},
    "timer": {"timer"},
    "f64": {"CPU_Double_U"},
    **{f"u{bits}": {f"uint{bits}", f"uint{bits} equal"} for bits in (8, 16, 32, 64)},
    **{f"i{bits}": {f"int{bits}", f"int{bits} equal", f"int{bits} le"} for bits in (8, 16, 32, 64)},
}


def disagreements(
    schema: Schema, description: Description, json: dict[str, Any], path: str = ""
) -> Iterator[str]:
    """Where the schema and a JSON description say different things."""
    path = path or description.name
    if description.wire_name != json["vmsd_name"]:
        yield f"{path}: `{description.wire_name}` is `{json['vmsd_name']}` in the stream"
    steps = _numbered(description)
    for name, run in groupby(json.get("fields", []), key=lambda entry: entry["name"]):
        entries = list(run)
        while steps and name not in steps[0][0]:
            names, missed = steps.pop(0)
            if not _may_be_absent(missed):
                yield f"{path}: `{min(names)}` is not in the stream"
        if not steps:
            yield f"{path}: `{name}` is not in the schema"
            return
        yield from _field(schema, steps.pop(0)[1], entries, f"{path}.{name}")
    for names, step in steps:
        if not _may_be_absent(step):
            yield f"{path}: `{min(names)}` is not in the stream"
    known = {subsection.wire_name: subsection for subsection in description.subsections}
    for sent in json.get("subsections", []):
        if sent["vmsd_name"] not in known:
            yield f"{path}: subsection `{sent['vmsd_name']}` is not in the schema"
        else:
            inner = known[sent["vmsd_name"]]
            if sent["version"] != inner.version_id:
                yield f"{path}/{inner.name}: version {inner.version_id} is {sent['version']}"
            yield from disagreements(schema, inner, sent, f"{path}/{inner.name}")


def _numbered(description: Description) -> list[tuple[set[str], Field | Unused]]:
    """The fields with the names that QEMU may give them: those that occur twice are numbered."""
    steps = [step for step in description.steps if not isinstance(step, Validate)]
    declared = [step.wire_name if isinstance(step, Field) else "unused" for step in steps]
    found: list[tuple[set[str], Field | Unused]] = []
    for position, (name, step) in enumerate(zip(declared, steps, strict=True)):
        is_alone = declared.count(name) == 1
        own = name if is_alone else f"{name}[{declared[:position].count(name)}]"
        found.append(({own, *(step.formerly if isinstance(step, Field) else ())}, step))
    return found


def _may_be_absent(step: Field | Unused) -> bool:
    """Left out by a condition or a version, or an array whose elements are not there."""
    return (
        step.condition is not None
        or step.since > 0
        or (isinstance(step, Field) and isinstance(step.type, Array))
    )


def _field(
    schema: Schema, step: Field | Unused, entries: list[dict[str, Any]], path: str
) -> Iterator[str]:
    sent = sum(entry["size"] * entry.get("array_len", 1) for entry in entries)
    if isinstance(step, Unused):
        if entries[0]["type"] != "unused_buffer" or _constant(step.length) != sent:
            yield f"{path}: unused differs"
        return
    element, count = _element(step.type)
    described = sum(entry.get("array_len", 1) for entry in entries)
    is_buffer = isinstance(element, Bytes | Opaque)  # its length may be told as a count
    if count is not None and count != described and not is_buffer:
        yield f"{path}: {count} elements, and {described} in the stream"
    size = _size(element)
    if size is not None and count is not None and size * count != sent:
        yield f"{path}: {size * count} bytes, and {sent} in the stream"
    for entry in entries:
        if not _fits(schema, element, entry["type"]):
            yield f"{path}: a {entry['type']} in the stream does not fit {element}"
        if isinstance(element, StructType) and "struct" in entry:
            struct = schema.descriptions[element.name]
            yield from disagreements(schema, struct, entry["struct"], path)


def _element(of: Type) -> tuple[Type, int | None]:
    """The innermost element and how many there are; None where the schema cannot know."""
    count: int | None = 1
    while isinstance(of, Array):
        times = _constant(of.count)
        count = None if times is None or count is None else count * times
        of = of.element
    return of, count


def _constant(length: object) -> int | None:
    match length:
        case Literal(value=value):
            return int(value)
        case _:
            return None


def _size(of: Type) -> int | None:
    match of:
        case Scalar(name=name):
            return SCALARS[name].size
        case Bytes(length=length):
            return _constant(length)
        case Opaque(length=length):
            return None if length is None else _constant(length)
        case EnumType() | Blob() | Bitmap() | StructType() | ListType() | MapType() | Array():
            return None
        case _:
            assert_never(of)


def _fits(schema: Schema, of: Type, json_type: str) -> bool:
    match of:
        case Scalar(name=name):
            return json_type in _TYPES[name]
        case EnumType(name=name):
            return json_type in _TYPES[schema.enums[name].scalar]
        case Bytes():
            return json_type in ("buffer", "uint8")
        case Opaque(codec=codec):
            return json_type == codec
        case StructType():
            return json_type in ("struct", "vstruct", "tmp")
        case Blob():
            return json_type == "GByteArray"
        case Bitmap():
            return json_type == "bitmap"
        case ListType():
            return json_type in ("qtailq", "qlist")
        case MapType():
            return json_type == "gtree"
        case Array():
            return False
        case _:
            assert_never(of)
