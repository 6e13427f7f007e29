"""What the receiver reads into a node, compared with the value that the node should get.

A value is wrong where it differs from the value of the sender's counterpart and from the default,
which is what the receiver would have without the read. The wire has no names, so a field that is
read from another field's bytes is no error to QEMU.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from vmsdl.diff.effects.context import EffectContext, find_last_name
from vmsdl.diff.effects.enums import find_changed_meanings, find_unknown_values
from vmsdl.diff.layout.nodes import (
    AnyNode,
    BlockNode,
    ScalarArrayNode,
    ScalarNode,
    ValueNode,
    unroll_array,
)
from vmsdl.diff.matching.splits import find_offset
from vmsdl.diff.simulate.lists import find_length, is_marker
from vmsdl.diff.simulate.reasons import EffectReason, Unknown, UnknownReason, make_unknown
from vmsdl.diff.simulate.records import Effect, EffectKind, LoadOutcome, ReadNode
from vmsdl.diff.simulate.reinterpret import (
    ByteSlice,
    NotAnInteger,
    find_resigned,
    read_value,
)
from vmsdl.diff.simulate.subsections import HEADER
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import (
    FALSE,
    TRUE,
    FieldPath,
    and_,
    exists,
    is_false,
    is_true,
    make_comparison,
    make_literal,
    not_,
    or_,
)
from vmsdl.expr.nodes import BOOL, Expr, Item, Operator, Variable
from vmsdl.schema.description import EnumDefinition
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.types import Bitmap, EnumType, ListType, MapType, Opaque

# A kind of effect, when it happens, and why.
_Finding: TypeAlias = tuple[EffectKind, Expr, EffectReason | Unknown]
MOST_COMPARED = 8  # elements of an array that are compared one by one
_RENAMED = make_unknown(UnknownReason.FIELD_RENAMED)


def find_read_effects(
    context: EffectContext, read: ReadNode, outcome: LoadOutcome
) -> Iterator[Effect]:
    """What one read does to the state."""
    for effect in read.element_effects or ():
        condition = and_(outcome.condition, read.guard, effect.condition)
        yield replace(effect, condition=condition)
    leaves = (piece.leaf for piece in read.pieces if piece.leaf is not None)
    sent = read.source or next(leaves, None)  # of several the first
    for kind, condition, reason in _find(context, read):
        yield Effect(
            kind=kind,
            condition=and_(outcome.condition, read.guard, condition),
            reason=reason,
            sent=sent,
            expected=read.node,
            divergence=outcome.divergence,
            reads=outcome.reads,
            offset=read.offset,
        )


def _find(context: EffectContext, read: ReadNode) -> Iterator[_Finding]:
    match read.node:
        case ScalarNode():
            yield from _find_in_scalar(context, read, read.node)
        case ScalarArrayNode():
            yield from _find_in_array(context, read, read.node)
        case BlockNode():
            yield from _find_in_block(context, read, read.node)


# Numbers of elements ----------------------------------------------------------------------------


def find_length_effects(context: EffectContext, outcome: LoadOutcome) -> Iterator[Effect]:
    """Lists that were read one element after another, and have another number of them than were
    sent. A list without elements is as after reset: that is a loss."""
    for each in outcome.lengths:
        key = each.block.key
        if not each.length or _is_any_element_renamed(context, outcome, key):
            continue
        counterpart = context.sent.get(context.pairing.counterpart(key) or ("",))
        condition: Expr = TRUE
        if counterpart is not None:
            length = make_literal(each.length)
            condition = make_comparison(Operator.NOT_EQUAL, _count_elements(counterpart), length)
        yield Effect(
            kind=EffectKind.CORRUPT,
            condition=and_(outcome.condition, condition),
            reason=EffectReason.MISCOUNTED,
            sent=counterpart,
            expected=each.block,
            divergence=outcome.divergence,
            reads=outcome.reads,
        )


def _count_elements(node: ValueNode) -> Expr:
    match node:
        case BlockNode():
            return find_length(node)
        case ScalarArrayNode(count=count):
            return make_literal(count)
        case ScalarNode():
            return make_literal(1)


def _is_any_element_renamed(context: EffectContext, outcome: LoadOutcome, key: FieldPath) -> bool:
    """Whether it may be a list of another name whose elements are read."""
    inside = (read for read in outcome.reads if read.node.key[: len(key)] == key)
    return any(_is_undeclared_rename(context, read) for read in inside)


# Scalars ----------------------------------------------------------------------------------------


def _find_in_scalar(context: EffectContext, read: ReadNode, node: ScalarNode) -> Iterator[_Finding]:
    counterpart = _find_counterpart(context, node, read.source)
    value = read.value
    source = read.source if isinstance(read.source, ScalarNode) else None
    is_own = counterpart is not None and source is not None and source.key == counterpart.key
    if value is None:
        if not (is_own and counterpart is not None and counterpart.scalar == node.scalar):
            yield EffectKind.OPEN, TRUE, make_unknown(UnknownReason.NOT_AN_INTEGER, node.key)
        return
    if isinstance(node.type, EnumType):
        sent = None
        if source is not None and isinstance(source.type, EnumType):
            sent = context.sender_enum(source.type)
        yield from _find_in_enum(value, context.receiver_enum(node.type), sent, is_own)
    yield from _find_constraint_violations(node, counterpart, value)
    if is_in_split_place(context, read):
        place = context.pairing.find_split(node.key)
        if place is not None and not place.split.is_order_known:
            name = tuple(part for part in node.key if isinstance(part, str))
            yield EffectKind.OPEN, TRUE, make_unknown(UnknownReason.BYTE_ORDER_UNKNOWN, name)
        return
    default = make_literal(node.default)
    if counterpart is None:
        if _is_undeclared_rename(context, read):
            yield EffectKind.OPEN, TRUE, _RENAMED
        else:
            is_wrong = make_comparison(Operator.NOT_EQUAL, value, default)
            yield EffectKind.CORRUPT, is_wrong, EffectReason.SHIFTED
        return
    if is_own:
        yield _find_misread(node, counterpart, value)
        return
    is_wrong = make_comparison(Operator.NOT_EQUAL, value, default)
    if not context.is_never_sent(counterpart):
        is_wrong = and_(make_comparison(Operator.NOT_EQUAL, value, counterpart.expr), is_wrong)
    yield EffectKind.CORRUPT, is_wrong, EffectReason.SHIFTED


def _find_counterpart(
    context: EffectContext, node: ScalarNode, source: AnyNode | None
) -> ScalarNode | None:
    """The sender's scalar that a scalar of the receiver should get its value from."""
    path = context.pairing.counterpart(node.key)
    if path is not None:
        return context.find_sent_scalar(path)
    # Nesting is not on the wire: a field that was moved has the same name, and no counterpart.
    if (
        isinstance(source, ScalarNode)
        and find_last_name(node.key) == find_last_name(source.key)
        and context.reverse_pairing.counterpart(source.key) is None
    ):
        return source
    return None


def _find_misread(node: ScalarNode, sent: ScalarNode, value: Expr) -> _Finding:
    """What happens to a number whose own bytes are read as another type."""
    is_not_default = make_comparison(Operator.NOT_EQUAL, value, make_literal(node.default))
    row, sent_row = SCALARS[node.scalar], SCALARS[sent.scalar]
    if row.is_bool and not sent_row.is_bool:
        is_bit = or_(
            make_comparison(Operator.EQUAL, sent.expr, make_literal(0)),
            make_comparison(Operator.EQUAL, sent.expr, make_literal(1)),
        )
        return EffectKind.LOSSY, not_(is_bit), EffectReason.COLLAPSED
    if row.is_timer != sent_row.is_timer:
        # The same bytes; but the number of one side is a deadline, or none, to the other.
        return EffectKind.CORRUPT, is_not_default, EffectReason.TIMER
    if row.is_signed != sent_row.is_signed and node.width == sent.width:
        return _find_resigned(sent, node)
    differs = make_comparison(Operator.NOT_EQUAL, value, sent.expr)
    return EffectKind.CORRUPT, and_(differs, is_not_default), EffectReason.REINTERPRETED


def _find_resigned(sent: ScalarNode, node: ScalarNode) -> _Finding:
    """A change of the sign alone. Most devices never have the numbers that it changes: these count
    as lost, and not as wrong. Not so where such a number is there after reset."""
    after_reset = replace(sent, expr=make_literal(sent.default))
    if is_true(find_resigned(after_reset, node)):
        return EffectKind.CORRUPT, find_resigned(sent, node), EffectReason.REINTERPRETED
    return EffectKind.LOSSY, find_resigned(sent, node), EffectReason.RESIGNED


def _find_constraint_violations(
    node: ScalarNode, counterpart: ScalarNode | None, value: Expr
) -> Iterator[_Finding]:
    """Values that `equal` and `bounded` refuse.

    The receiver's own value is taken to be its default, as after reset. What both sides demand
    with one default is no effect of the change.
    """
    own = make_literal(node.default)
    before = None
    if counterpart is not None and counterpart.default == node.default:
        before = counterpart.field
    if node.field.equal and not (before is not None and before.equal):
        differs = make_comparison(Operator.NOT_EQUAL, value, own)
        yield EffectKind.REFUSED, differs, EffectReason.NOT_EQUAL
    if node.field.bounded and not (before is not None and before.bounded):
        outside = or_(
            make_comparison(Operator.LESS, value, make_literal(0)),
            make_comparison(Operator.GREATER, value, own),
        )
        yield EffectKind.REFUSED, outside, EffectReason.OUT_OF_RANGE


def _find_in_enum(
    value: Expr, expected: EnumDefinition, sent: EnumDefinition | None, is_own: bool
) -> Iterator[_Finding]:
    yield EffectKind.REFUSED, find_unknown_values(value, expected, sent), EffectReason.BAD_ENUM
    if sent is None or not is_own:
        return
    for condition, is_renamed in find_changed_meanings(value, expected, sent):
        if is_renamed:
            unknown = make_unknown(UnknownReason.ENUM_VALUE_RENAMED)
            yield EffectKind.OPEN, condition, unknown
        else:
            yield EffectKind.CORRUPT, condition, EffectReason.RENUMBERED


# Arrays of scalars ------------------------------------------------------------------------------


def _find_in_array(
    context: EffectContext, read: ReadNode, node: ScalarArrayNode
) -> Iterator[_Finding]:
    counterpart = context.sent.get(context.pairing.counterpart(node.key) or ("",))
    source = read.source
    if not isinstance(source, ScalarArrayNode):
        if source is not None and node.zero != 0:
            yield EffectKind.CORRUPT, TRUE, EffectReason.SHIFTED
        return
    if counterpart is not None and counterpart.key == source.key:
        if not _have_same_meaning(context, node, source):
            yield from _find_in_elements(context, node, source)
        return
    if counterpart is None and _is_undeclared_rename(context, read):
        if find_last_name(node.key) != find_last_name(source.key):
            yield EffectKind.OPEN, TRUE, _RENAMED
        return
    # Of a long array the first elements show it for all: the conditions have the same form.
    own = unroll_array(counterpart) if isinstance(counterpart, ScalarArrayNode) else []
    wrong: list[Expr] = []
    for i, leaf in enumerate(unroll_array(source)[:MOST_COMPARED]):
        is_wrong = make_comparison(Operator.NOT_EQUAL, leaf.expr, make_literal(node.zero))
        if i < len(own):
            is_wrong = and_(is_wrong, make_comparison(Operator.NOT_EQUAL, leaf.expr, own[i].expr))
        wrong.append(is_wrong)
    yield EffectKind.CORRUPT, or_(*wrong), EffectReason.SHIFTED


def _have_same_meaning(
    context: EffectContext, node: ScalarArrayNode, source: ScalarArrayNode
) -> bool:
    if source.scalar != node.scalar or source.type != node.type:
        return False
    if not isinstance(node.type, EnumType) or not isinstance(source.type, EnumType):
        return True
    return context.receiver_enum(node.type) == context.sender_enum(source.type)


def _find_in_elements(
    context: EffectContext, node: ScalarArrayNode, source: ScalarArrayNode
) -> Iterator[_Finding]:
    """What happens to any element of an array that is read as another type."""
    if not source.count:
        return
    any_element = replace(
        unroll_array(source)[0],
        guard=TRUE,
        sender_guard=TRUE,
        expr=Variable(type=unroll_array(source)[0].expr.type, name="x"),
    )
    target = unroll_array(node)[0]
    try:
        value = read_value((ByteSlice(any_element, 0, any_element.width),), target.scalar)
    except NotAnInteger:
        yield EffectKind.OPEN, TRUE, make_unknown(UnknownReason.NOT_AN_INTEGER, node.key)
        return
    found: list[_Finding] = []
    if isinstance(target.type, EnumType):
        sent = None
        if isinstance(any_element.type, EnumType):
            sent = context.sender_enum(any_element.type)
        found += _find_in_enum(value, context.receiver_enum(target.type), sent, True)
    found.append(_find_misread(target, any_element, value))
    for kind, condition, reason in found:
        if not is_false(condition):
            yield kind, exists(source.expr, "x", condition), reason


# Blocks -----------------------------------------------------------------------------------------


def _find_in_block(context: EffectContext, read: ReadNode, node: BlockNode) -> Iterator[_Finding]:
    source = read.source
    path = context.pairing.counterpart(node.key)
    something_else = make_unknown(UnknownReason.READ_FROM_SOMETHING_ELSE, node.key)
    if not isinstance(source, BlockNode):
        yield EffectKind.OPEN, TRUE, something_else
    elif path != source.key:
        is_renamed = path is None and _is_undeclared_rename(context, read)
        if is_renamed and find_last_name(node.key) == find_last_name(source.key):
            return
        if not is_renamed and isinstance(source.type, ListType | MapType):
            yield from _find_in_other_list(context.sent.get(path or ()), source, something_else)
            return
        yield EffectKind.OPEN, TRUE, _RENAMED if is_renamed else something_else
    elif isinstance(node.type, Bitmap) and isinstance(source.type, Bitmap):
        is_cut = _find_cut_off_bits(source, source.type, node.type)
        yield EffectKind.LOSSY, is_cut, EffectReason.COLLAPSED
    elif source.form != node.form and read.element_effects is None:
        is_coded = isinstance(node.type, Opaque)
        why = UnknownReason.CODEC_CHANGED if is_coded else UnknownReason.MEANING_CHANGED
        yield EffectKind.OPEN, TRUE, make_unknown(why, node.key)


def _find_in_other_list(
    counterpart: ValueNode | None, source: BlockNode, unknown: Unknown
) -> Iterator[_Finding]:
    """A list or map that is read from another one. An empty one is as after reset."""
    is_filled = make_comparison(Operator.NOT_EQUAL, find_length(source), make_literal(0))
    if counterpart is None:
        yield EffectKind.CORRUPT, is_filled, EffectReason.SHIFTED
        return
    own = _count_elements(counterpart)
    is_same = make_comparison(Operator.EQUAL, find_length(source), own)
    yield EffectKind.CORRUPT, and_(is_filled, not_(is_same)), EffectReason.MISCOUNTED
    yield EffectKind.OPEN, and_(is_filled, is_same), unknown


def _find_cut_off_bits(source: BlockNode, sent: Bitmap, expected: Bitmap) -> Expr:
    """When a bit is set that a shorter bitmap of as many words does not have."""
    sent_bits, expected_bits = fold_constant(sent.bits), fold_constant(expected.bits)
    if sent_bits is None or expected_bits is None:
        return FALSE
    bits = [
        Item(type=BOOL, value=source.expr, index=make_literal(i))
        for i in range(expected_bits, sent_bits)
    ]
    return or_(*bits)


# Where it was read from -------------------------------------------------------------------------


def is_in_split_place(context: EffectContext, read: ReadNode) -> bool:
    """The fields are declared to be the same bytes split otherwise, and these are the bytes."""
    place = context.pairing.find_split(read.node.key)
    if place is None or not read.pieces:
        return False
    at = find_offset(place.split.here, read.node.key[place.at :])
    for piece in read.pieces:
        path = () if piece.leaf is None else piece.leaf.key
        depth = len(place.there)
        start = None
        if path[:depth] == place.there:
            start = find_offset(place.split.there, path[depth:])
        if at is None or start is None or start + piece.start != at:
            return False
        at += piece.size
    return True


def _is_undeclared_rename(context: EffectContext, read: ReadNode) -> bool:
    """A field of another name is in the same place, and neither name is anywhere else."""
    if context.pairing.counterpart(read.node.key) is not None:
        return False  # it is an element that the sender's array does not have
    if read.pieces:
        leaves = [piece.leaf for piece in read.pieces]
        if any(leaf is not None and _is_elsewhere(context, read, leaf) for leaf in leaves):
            return False
        if all(leaf is None or leaf.key[0] == HEADER for leaf in leaves):
            return False
        return all(
            leaf is None or context.reverse_pairing.counterpart(leaf.key) is None for leaf in leaves
        )
    source = read.source
    return isinstance(source, ValueNode) and context.find_receiver_counterpart(source.key) is None


def _is_elsewhere(context: EffectContext, read: ReadNode, leaf: ScalarNode) -> bool:
    """One of the two is an element of a list that the other is not an element of, or the byte
    before one: no rename puts it there."""
    if is_marker(leaf.key):
        return True
    here = _find_list(context.expected, read.node.key)
    there = _find_list(context.sent, leaf.key)
    if here is None or there is None:
        return here is not there
    counterpart = context.pairing.counterpart(here)
    return counterpart not in (None, there)


def _find_list(nodes: Mapping[FieldPath, ValueNode], key: FieldPath) -> FieldPath | None:
    """The list that a place is in."""
    for end in range(1, len(key)):
        node = nodes.get(key[:end])
        if isinstance(node, BlockNode) and isinstance(node.type, ListType):
            return node.key
    return None
