"""The bytes of any element of a list, array or map, of which nothing but its schema is known."""

from collections.abc import Sequence

from vmsdl.diff.layout.flatten import Flattener
from vmsdl.diff.layout.nodes import AnyNode, BlockNode, SubsectionsNode
from vmsdl.diff.simulate.outcomes import find_size
from vmsdl.diff.simulate.subsections import find_header_size
from vmsdl.diff.simulate.totals.reachable_sums import Multiple
from vmsdl.diff.simulate.totals.total import Total
from vmsdl.expr.logic import and_, is_false, is_true
from vmsdl.schema.sizes import WORD
from vmsdl.schema.types import Array, Bitmap, Blob, ListType, MapType, StructType, Type

_KEY_SIZE = 8  # of a map whose keys are numbers
_ANYTHING = Multiple(1, None)


def measure_element(flattener: Flattener, block: BlockNode, element: Type) -> Total:
    """The bytes of any element; parts that it need not have are free."""
    if isinstance(element, StructType):
        return _measure_nodes(flattener, flattener.flatten_any_element(block, element))
    size = flattener.sizes.measure(element)
    return Total(free=[_ANYTHING]) if size is None else Total(fixed=size)


def measure_map_element(flattener: Flattener, block: BlockNode, map_: MapType) -> Total:
    """The bytes of a key and its value."""
    value = measure_element(flattener, block, map_.value)
    if map_.key is None:
        return Total(fixed=_KEY_SIZE + value.fixed, free=value.free)
    key = measure_element(flattener, block, map_.key)
    return Total(fixed=key.fixed + value.fixed, free=[*key.free, *value.free])


def _measure_nodes(flattener: Flattener, nodes: Sequence[AnyNode]) -> Total:
    total = Total()
    for node in nodes:
        guard = and_(node.guard, node.sender_guard)
        if is_false(guard):
            continue
        size = _measure_node(flattener, node)
        if is_true(guard):
            total.fixed += size.fixed
        else:
            total.add_free(size.fixed, 0, 1)
        total.free += size.free
    return total


def _measure_node(flattener: Flattener, node: AnyNode) -> Total:
    match node:
        case SubsectionsNode(entries=entries):
            total = Total()
            for entry in entries:
                nodes = flattener.flatten_subsection(entry, entry.description.version_id)
                body = _measure_nodes(flattener, nodes)
                total.add_free(find_header_size(entry.description.wire_name) + body.fixed, 0, 1)
                total.free += body.free
            return total
        case BlockNode():
            return _measure_block(flattener, node)
        case _:
            size = find_size(node)
            return Total(free=[_ANYTHING]) if size is None else Total(fixed=size)


def _measure_block(flattener: Flattener, node: BlockNode) -> Total:
    """A list, array or blob inside an element. Its own elements are measured if they have one
    size: to open them up as well could take for ever."""
    match node.type:
        case Bitmap():
            return Total(free=[Multiple(WORD, None)])
        case Blob():
            return Total(fixed=4, free=[_ANYTHING])
        case ListType(element=element):
            size = flattener.sizes.measure(element)
            return Total(fixed=1, free=[_ANYTHING if size is None else Multiple(1 + size, None)])
        case Array(element=element, nullable=False, marked=False):
            size = flattener.sizes.measure(element)
            return Total(free=[Multiple(size, None) if size else _ANYTHING])
        case _:
            return Total(free=[_ANYTHING])
