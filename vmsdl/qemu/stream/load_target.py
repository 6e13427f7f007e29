"""From a decoded device to the object that a generated class is to load its bytes into.

Bytes alone do not say which `extern` fields are there, which pointers are null, or how long a
buffer is whose length only the machine knows: a loader asks its own object (`base`). Without such a
machine, the object is made from the stream's own description.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from vmsdl.qemu.identifiers import make_identifier, strip_number
from vmsdl.qemu.stream.values import DecodedElements, DecodedRecord, Node, RecordItem

_NULLS = ("nullptr", "ptr-marker", "struct")
_USE_DEFAULT = object()


def make_load_target(cls: type[Any], record: DecodedRecord) -> Any:
    """An object of the class, shaped as the record; None where the class can do without."""
    if not _needs_target(cls, (), set()):
        return None
    target = cls()
    _fill((target,), record)
    return target


def _needs_target(cls: type[Any], owners: tuple[set[str], ...], known: set[type[Any]]) -> bool:
    """Does the class, or anything below it, hold what bytes alone do not decide?

    `owners`: the locals of the descriptions that a subsection is in, the nearest first.
    """
    if cls in known:
        return False
    known.add(cls)
    layout = cls._layout()
    chain = ({local.attribute for local in layout.locals}, *owners)
    for step in layout.steps:
        if type(step).__name__ != "FieldLayout":
            continue
        if type(step.when).__name__ == "ExternCondition":
            return True
        kind = step.kind
        while kind is not None:
            if type(kind).__name__ == "PointersOf" and not kind.marked:
                return True
            length = _find_local_length(kind)
            if length is not None and length[0] < len(chain) and length[1] in chain[length[0]]:
                return True
            if type(kind).__name__ == "StructOf" and _needs_target(kind.cls, (), known):
                return True
            kind = getattr(kind, "element", None)
    return any(_needs_target(entry.cls, chain, known) for entry in layout.subsections)


# Filling ---------------------------------------------------------------------------------------


def _fill(chain: tuple[Any, ...], record: DecodedRecord) -> None:
    """Shape an object, which its owners follow in the chain, as the record."""
    target = chain[0]
    layout = type(target)._layout()
    for step, node in _pair_steps(layout.steps, record.fields):
        if type(step).__name__ != "FieldLayout":
            continue
        value = _make_value(step.kind, node)
        if value is not _USE_DEFAULT:
            setattr(target, step.attribute, value)
        _set_length(chain, step.kind, node)
        _set_nulls(chain, step.kind, node)
    entries = {entry.cls._layout().wire_name: entry for entry in layout.subsections}
    for inner in record.subsections:
        entry = entries.get(inner.title.encode())
        if entry is not None:
            subsection = entry.cls()
            _fill((subsection, *chain), inner)
            setattr(target, entry.attribute, subsection)


def _make_value(kind: Any, node: Node) -> Any:
    """What the object holds there; `_USE_DEFAULT` where its default serves.

    A schema may have a struct or a list where the stream knows only the size, and the reverse.
    """
    match type(kind).__name__:
        case "StructOf":
            inner = kind.cls()
            if isinstance(node, DecodedRecord):
                _fill((inner,), node)
            return inner
        case "ArrayOf" | "PointersOf":
            return [_make_element(kind.element, each) for each in _find_elements(node)]
        case "Number" | "Bool" | "Float" | "EnumOf":
            value = node.value if isinstance(node, RecordItem) else None
            return value if isinstance(value, int | float) else _USE_DEFAULT
        case "BytesOf" | "Rest" | "BlobOf":
            found = node.value if isinstance(node, RecordItem) else None
            if isinstance(found, int):  # of one byte
                return bytes([found & 0xFF])
            return bytes.fromhex(found) if isinstance(found, str) else _USE_DEFAULT
        case "BitmapOf":
            return 0
        case "MapOf":  # it is there, and that is all that matters
            return {}
        case _:
            return []


def _find_elements(node: Node) -> Sequence[DecodedRecord | RecordItem]:
    match node:
        case DecodedElements(elements=elements):
            return elements
        case DecodedRecord() | RecordItem(value=bool() | int() | float()):  # an array of one
            return (node,)
        case RecordItem(type=kind) if kind in _NULLS:
            return (node,)
        case _:
            return ()


def _make_element(kind: Any, node: DecodedRecord | RecordItem) -> Any:
    if isinstance(node, RecordItem) and node.type in _NULLS:
        return None
    value = _make_value(kind, node)
    return None if value is _USE_DEFAULT else value


def _set_length(chain: tuple[Any, ...], kind: Any, node: Node) -> None:
    """Set a length that is a local of the object or of an owner."""
    length = _find_local_length(kind)
    if length is None or length[0] >= len(chain):
        return
    level, attribute = length
    if attribute in (local.attribute for local in type(chain[level])._layout().locals):
        match node:
            case DecodedElements(elements=elements):
                setattr(chain[level], attribute, len(elements))
            case RecordItem(value=list() as values):
                setattr(chain[level], attribute, len(values))
            case RecordItem(size=size) if not _is_of_one_element(kind, node):
                bits = 8 if type(kind).__name__ == "BitmapOf" else 1
                setattr(chain[level], attribute, size * bits)
            case _:
                setattr(chain[level], attribute, 1)


def _set_nulls(chain: tuple[Any, ...], kind: Any, node: Node) -> None:
    """Set the local of the object or of an owner that says which pointers are null."""
    there = getattr(kind, "there", None)
    if there is None:
        return
    try:
        arity = there.__code__.co_argcount
        found = there(*map(_ElementProbe, range(arity - 2)), 0, _INDEX)
    except (TypeError, ArithmeticError, LookupError):
        return  # more than an element of a local: it reads what is sent
    if not isinstance(found, tuple) or found[0] >= len(chain):
        return
    level, attribute = found
    if attribute in (local.attribute for local in type(chain[level])._layout().locals):
        values = [
            not (isinstance(each, RecordItem) and each.type in _NULLS)
            for each in _find_elements(node)
        ]
        setattr(chain[level], attribute, values)


def _is_of_one_element(kind: Any, item: RecordItem) -> bool:
    """Is it an array that is described as its only element?"""
    return type(kind).__name__ == "PointersOf" or (
        type(kind).__name__ == "ArrayOf" and isinstance(item.value, bool | int | float)
    )


class _AttributeProbe:
    """Takes the place of an object, and returns the name of the attribute that is read."""

    def __init__(self, level: int) -> None:
        self._level = level

    def __getattr__(self, name: str) -> tuple[int, str]:
        return self._level, name


_INDEX = 1 << 62  # the number of an element, whichever it is


class _ElementProbe:
    """Takes the place of an object, and returns the name of the attribute whose element is read."""

    def __init__(self, level: int) -> None:
        self._level = level

    def __getattr__(self, name: str) -> "_Elements":
        return _Elements(self._level, name)


class _Elements:
    """The attribute that is read."""

    def __init__(self, level: int, name: str) -> None:
        self._found = level, name

    def __getitem__(self, index: int) -> tuple[int, str]:
        if index != _INDEX:
            raise LookupError
        return self._found


def _find_local_length(kind: Any) -> tuple[int, str] | None:
    """The owner (0: the object itself) and the attribute that a length is, if it is just that."""
    for name in ("length", "count", "bits"):
        code = getattr(kind, name, None)
        if callable(code):
            arity = code.__code__.co_argcount
            try:
                found = code(*map(_AttributeProbe, range(arity - 1)), 0)
            except (TypeError, ArithmeticError, LookupError):
                return None  # more than a name: it reads what is sent
            return found if isinstance(found, tuple) else None
    return None


# Pairing ---------------------------------------------------------------------------------------


def _pair_steps(steps: Sequence[Any], nodes: Sequence[Node]) -> Iterator[tuple[Any, Node]]:
    """The steps that were sent, with what was sent for each; both are in wire order."""
    candidates = [step for step in steps if type(step).__name__ != "ValidateLayout"]
    flat = list(_flatten_temporaries(nodes, candidates))
    start = 0
    for position, node in enumerate(flat):
        left = len(flat) - position - 1
        found = _find_step(candidates, start, node, left)
        if found is not None:
            yield candidates[found], node
            start = found + 1


def _find_step(steps: Sequence[Any], start: int, node: Node, left: int) -> int | None:
    """The step of a node: the next one of its name, else the next one if it cannot be absent."""
    for position in range(start, len(steps)):
        if _has_name(steps[position], node):
            return position
    is_next = start < len(steps) and not _is_optional(steps[start]) and len(steps) - start > left
    return start if is_next and _has_shape_of(steps[start], node) else None


def _flatten_temporaries(nodes: Sequence[Node], steps: Sequence[Any]) -> Iterator[Node]:
    """A temporary (WITH_TMP) is no struct of its own where the schema has none."""
    for node in nodes:
        match node:
            case DecodedRecord(name="tmp") if not any(_has_name(step, node) for step in steps):
                yield from node.fields
            case _:
                yield node


def _has_name(step: Any, node: Node) -> bool:
    if type(step).__name__ == "UnusedLayout":
        return isinstance(node, RecordItem) and node.type == "unused_buffer"
    return step.name in (strip_number(node.name), make_identifier(node.name))


def _is_optional(step: Any) -> bool:
    return step.when is not None or step.since > 0


def _has_shape_of(step: Any, node: Node) -> bool:
    if type(step).__name__ == "UnusedLayout":
        return False
    kind_name = type(step.kind).__name__
    match node:
        case DecodedRecord():
            return kind_name in ("StructOf", "ArrayOf", "PointersOf")
        case DecodedElements():
            return kind_name in ("ArrayOf", "PointersOf")
        case RecordItem():
            return kind_name not in ("StructOf", "PointersOf")
