"""From a decoded device to the object that a generated class is to load its bytes into.

Bytes alone do not say which `extern` fields are there, which pointers are null, or how long a
buffer is whose length only the machine knows: a loader asks its own object (`base`). Where there
is no such machine, the stream's own description says what that object must have been like.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from vmsdl.qemu.identifiers import make_identifier, strip_number
from vmsdl.qemu.stream.values import DecodedElements, DecodedRecord, Node, RecordItem

_NULLS = ("nullptr", "ptr-marker", "struct")
_NOTHING = object()


def make_load_target(cls: type[Any], record: DecodedRecord) -> Any:
    """An object of the class, shaped as the record; None where the class can do without."""
    if not _asks(cls, set()):
        return None
    o = cls()
    _fill((o,), record)
    return o


def _asks(cls: type[Any], known: set[type[Any]]) -> bool:
    """Does the class, or anything below it, hold what bytes alone do not decide?"""
    if cls in known:
        return False
    known.add(cls)
    layout = cls._layout()
    locals_ = {local.attribute for local in layout.locals}
    for step in layout.steps:
        if type(step).__name__ != "Field":
            continue
        if type(step.when).__name__ == "Extern":
            return True
        kind = step.kind
        while kind is not None:
            if type(kind).__name__ == "PointersOf" and not kind.marked:
                return True
            place = _local_length(kind)
            if place is not None and place[1] in locals_:
                return True
            if type(kind).__name__ == "StructOf" and _asks(kind.cls, known):
                return True
            kind = getattr(kind, "element", None)
    return any(_asks(entry.cls, known) for entry in layout.subsections)


# Filling ---------------------------------------------------------------------------------------


def _fill(chain: tuple[Any, ...], record: DecodedRecord) -> None:
    """Shape an object, which its owners follow in the chain, as the record."""
    o = chain[0]
    layout = type(o)._layout()
    for step, node in _pairs(layout.steps, record.fields):
        if type(step).__name__ != "Field":
            continue
        value = _value(step.kind, node)
        if value is not _NOTHING:
            setattr(o, step.attribute, value)
        _set_length(chain, step.kind, node)
    entries = {entry.cls._layout().name: entry for entry in layout.subsections}
    for inner in record.subsections:
        entry = entries.get(inner.title.encode())
        if entry is not None:
            subsection = entry.cls()
            _fill((subsection, *chain), inner)
            setattr(o, entry.attribute, subsection)


def _value(kind: Any, node: Node) -> Any:
    """What the object holds there; `_NOTHING` where its default serves."""
    word = type(kind).__name__
    match node:
        case DecodedRecord() if word == "StructOf":
            inner = kind.cls()
            _fill((inner,), node)
            return inner
        case DecodedElements(elements=elements) if word in ("ArrayOf", "PointersOf"):
            return [_element(kind.element, each) for each in elements]
        case DecodedRecord() if word in ("ArrayOf", "PointersOf"):  # of one element
            return [_element(kind.element, node)]
        case RecordItem(value=bool() | int() | float() as value):
            return value if word in ("Number", "Bool", "Float", "EnumOf") else [value]
        case RecordItem(value=str() as text) if word in ("Bytes", "Rest", "Blob"):
            return bytes.fromhex(text)
        case RecordItem():  # it is there, and that is all that matters
            return 0 if word == "Bitmap" else []
        case _:
            return _NOTHING


def _element(kind: Any, node: DecodedRecord | RecordItem) -> Any:
    if isinstance(node, RecordItem) and node.type in _NULLS:
        return None
    value = _value(kind, node)
    return None if value is _NOTHING else value


def _set_length(chain: tuple[Any, ...], kind: Any, node: Node) -> None:
    """A length that is a local of the object or of an owner is what was seen."""
    place = _local_length(kind)
    if place is None or place[0] >= len(chain):
        return
    level, attribute = place
    if attribute in (local.attribute for local in type(chain[level])._layout().locals):
        match node:
            case DecodedElements(elements=elements):
                setattr(chain[level], attribute, len(elements))
            case RecordItem(value=list() as values):
                setattr(chain[level], attribute, len(values))
            case RecordItem(size=size):
                setattr(chain[level], attribute, size)
            case DecodedRecord():
                setattr(chain[level], attribute, 1)


class _Probe:
    """Stands for an object and tells which attribute is asked for."""

    def __init__(self, level: int) -> None:
        self._level = level

    def __getattr__(self, name: str) -> tuple[int, str]:
        return self._level, name


def _local_length(kind: Any) -> tuple[int, str] | None:
    """The owner (0: the object itself) and the attribute that a length is, if it is just that."""
    for name in ("length", "count"):
        code = getattr(kind, name, None)
        if callable(code):
            arity = code.__code__.co_argcount
            try:
                found = code(*map(_Probe, range(arity - 1)), 0)
            except (TypeError, ArithmeticError, LookupError):
                return None  # more than a name: it reads what is sent
            return found if isinstance(found, tuple) else None
    return None


# Pairing ---------------------------------------------------------------------------------------


def _pairs(steps: Sequence[Any], nodes: Sequence[Node]) -> Iterator[tuple[Any, Node]]:
    """The steps that were sent, with what was sent for each; both are in wire order."""
    asked = [step for step in steps if type(step).__name__ != "Validate"]
    flat = list(_flat(nodes, asked))
    at = 0
    for position, node in enumerate(flat):
        left = len(flat) - position - 1
        found = _next(asked, at, node, left)
        if found is not None:
            yield asked[found], node
            at = found + 1


def _next(steps: Sequence[Any], at: int, node: Node, left: int) -> int | None:
    """The step that a node stands for: the next of its name, else the next one if it must be."""
    for position in range(at, len(steps)):
        if _is_named(steps[position], node):
            return position
    is_due = at < len(steps) and not _may_lack(steps[at]) and len(steps) - at > left
    return at if is_due and _is_alike(steps[at], node) else None


def _flat(nodes: Sequence[Node], steps: Sequence[Any]) -> Iterator[Node]:
    """A temporary (WITH_TMP) is no struct of its own where the schema has none."""
    for node in nodes:
        match node:
            case DecodedRecord(name="tmp") if not any(_is_named(step, node) for step in steps):
                yield from node.fields
            case _:
                yield node


def _is_named(step: Any, node: Node) -> bool:
    if type(step).__name__ == "Unused":
        return isinstance(node, RecordItem) and node.type == "unused_buffer"
    return step.name in (strip_number(node.name), make_identifier(node.name))


def _may_lack(step: Any) -> bool:
    return step.when is not None or step.since > 0


def _is_alike(step: Any, node: Node) -> bool:
    if type(step).__name__ == "Unused":
        return False
    word = type(step.kind).__name__
    match node:
        case DecodedRecord():
            return word in ("StructOf", "ArrayOf", "PointersOf")
        case DecodedElements():
            return word in ("ArrayOf", "PointersOf")
        case RecordItem():
            return word not in ("StructOf", "PointersOf")
