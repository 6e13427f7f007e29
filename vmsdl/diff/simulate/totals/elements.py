"""The bytes of any element of a list, array or map, of which nothing but its schema is known."""

from vmsdl.diff.layout.flatten import Flattener
from vmsdl.diff.layout.nodes import (
    AnyNode,
    BlockNode,
    CheckNode,
    MoreElementsNode,
    PaddingNode,
    ScalarArrayNode,
    ScalarNode,
    SubsectionsNode,
)
from vmsdl.diff.simulate.totals.reachable_sums import Multiple
from vmsdl.diff.simulate.totals.total import Total
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import (
    and_,
    is_false,
    is_true,
)
from vmsdl.expr.nodes import (
    StructValue,
    Variable,
)
from vmsdl.schema.sizes import WORD
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

HEADER_SIZE = 6  # of a subsection: marker, length of the name, version; the name comes on top
_KEY_SIZE = 8  # of a map whose keys are numbers
_ANY_ELEMENT = "(element)"  # a name that no variable of a schema has
_MOST_DEPTH = 8  # of structs in lists in structs


def measure_element(flattener: Flattener, block: BlockNode, depth: int) -> Total | None:
    """The bytes of any element of a list; None: that is not known."""
    assert isinstance(block.type, ListType | Array)
    return measure_type(flattener, block, block.type.element, depth)


def measure_map_element(
    flattener: Flattener, block: BlockNode, key: StructType | None
) -> Total | None:
    assert isinstance(block.type, MapType)
    value = measure_type(flattener, block, block.type.value)
    first = Total(fixed=_KEY_SIZE) if key is None else measure_type(flattener, block, key)
    if value is None or first is None:
        return None
    return Total(fixed=first.fixed + value.fixed, free=[*first.free, *value.free])


def measure_type(
    flattener: Flattener, block: BlockNode, element: Type, depth: int = 0
) -> Total | None:
    match element:
        case Scalar(row=row):
            return Total(fixed=row.size)
        case EnumType():
            return Total(fixed=flattener.measure_scalar(element))
        case Bytes(length=length) | Opaque(length=length) if (
            length is not None and (size := fold_constant(length)) is not None
        ):
            return Total(fixed=int(size))
        case StructType():
            any_element = Variable(type=StructValue(element.name), name=_ANY_ELEMENT)
            body = flattener.place_element(block, element, any_element, 0)
            return _measure_nodes(flattener, flattener.flatten(body), depth + 1)
        case _:
            return None


def _measure_nodes(flattener: Flattener, nodes: list[AnyNode], depth: int = 0) -> Total | None:
    """The bytes of a body of which nothing but its schema is known."""
    if depth > _MOST_DEPTH:
        return None
    total = Total()
    for node in nodes:
        size: Total | None
        match node:
            case CheckNode() | MoreElementsNode():
                continue
            case ScalarNode(width=width):
                size = Total(fixed=width)
            case ScalarArrayNode(width=width, count=count):
                size = Total(fixed=width * count)
            case PaddingNode(length=length):
                value = fold_constant(length)
                size = Total(free=[Multiple(1, None)])
                size = size if value is None else Total(fixed=int(value))
            case SubsectionsNode(entries=entries):
                size = Total()
                for entry in entries:
                    name = entry.description.wire_name
                    inner = flattener.flatten_subsection(entry, entry.description.version_id)
                    body = _measure_nodes(flattener, inner, depth + 1)
                    if body is None:
                        return None
                    header = HEADER_SIZE + len(name.encode())
                    size.free += [Multiple(header + body.fixed, 1), *body.free]
            case BlockNode():
                size = _measure_inner_block(flattener, node, depth)
        if size is None:
            return None
        guard = and_(node.guard, node.sender_guard)
        if is_false(guard):
            continue
        if is_true(guard):
            total.fixed += size.fixed
        elif size.fixed:
            total.free.append(Multiple(size.fixed, 1))
        total.free += size.free
    return total


def _measure_inner_block(flattener: Flattener, node: BlockNode, depth: int) -> Total | None:
    match node.type:
        case Bytes() | Opaque():
            return Total(free=[Multiple(1, None)])
        case Bitmap():
            return Total(free=[Multiple(WORD, None)])
        case Blob():
            return Total(fixed=4, free=[Multiple(1, None)])
        case ListType():
            element = measure_element(flattener, node, depth)
            return None if element is None else Total(1, free=_repeat(element, 1))
        case Array(nullable=False, marked=False):
            element = measure_element(flattener, node, depth)
            return None if element is None else Total(free=_repeat(element, 0))
        case _:
            return None


def _repeat(element: Total, marker: int) -> list[Multiple]:
    found = [Multiple(each.size, None) for each in element.free]
    size = element.fixed + marker
    return [Multiple(size, None), *found] if size else found
