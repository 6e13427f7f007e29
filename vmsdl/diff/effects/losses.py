"""Values of the sender that an accepted load leaves behind.

A value is lost where the receiver does not read it into its counterpart, and ends up with another
value: its default. What the old version loses from itself is no effect of the change, so a loss
counts only in states in which the old version sends the value to itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from vmsdl.diff.effects.context import EffectContext, find_last_name
from vmsdl.diff.effects.reads import MOST_COMPARED, is_in_split_place
from vmsdl.diff.layout.nodes import (
    AnyNode,
    BlockNode,
    ScalarArrayNode,
    ScalarNode,
    ValueNode,
    unroll_array,
)
from vmsdl.diff.simulate.reasons import (
    EffectReason,
    UnknownReason,
    Untranslatable,
    make_unknown,
)
from vmsdl.diff.simulate.records import (
    UNKNOWN_BYTES,
    Content,
    Effect,
    EffectKind,
    Inexpressible,
    LoadOutcome,
)
from vmsdl.diff.simulate.reinterpret import ByteSlice
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
from vmsdl.expr.nodes import BOOL, INTEGER, Call, Expr, Function, Item, Operator, Variable
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.types import Array, Blob, Bytes, ListType, MapType, Opaque, Scalar


def find_losses(context: EffectContext, outcome: LoadOutcome) -> Iterator[Effect]:
    received = _collect_received(context, outcome)
    skipped = {node.key: guard for guard, node in outcome.skipped if isinstance(node, ValueNode)}
    for path, node in context.sent.items():
        arrives = _find_arrival_condition(node, received)
        if is_true(arrives):
            continue
        try:
            migrates = _find_own_migration_condition(context, node, skipped)
            if is_false(migrates) or migrates == arrives:
                continue
            missing = and_(outcome.condition, migrates, not_(arrives), *_has_elements(node))
            if _is_omitted(context, path):
                # Where the sender leaves it out, nobody misses it.
                missing = and_(missing, node.sender_guard, node.guard)
            if is_false(missing):
                continue
            differs = _find_difference(context, node, outcome, received)
        except Untranslatable as problem:
            if not is_false(and_(outcome.condition, not_(arrives))):
                yield Effect(
                    kind=EffectKind.OPEN,
                    condition=outcome.condition,
                    reason=problem.unknown,
                    sent=node,
                )
            continue
        if context.is_rebuilt(path):
            unknown = make_unknown(UnknownReason.REBUILT_BY_HOOK, path)
            yield Effect(kind=EffectKind.OPEN, condition=missing, reason=unknown, sent=node)
            continue
        if differs is None:
            unknown = make_unknown(UnknownReason.LOSS_UNDECIDED, path)
            yield Effect(kind=EffectKind.OPEN, condition=missing, reason=unknown, sent=node)
            continue
        yield Effect(
            kind=EffectKind.LOSSY,
            condition=and_(missing, differs),
            reason=EffectReason.NOT_SENT,
            sent=node,
        )


# What arrives -----------------------------------------------------------------------------------


def _collect_received(context: EffectContext, outcome: LoadOutcome) -> dict[FieldPath, Expr]:
    """The sender's places that are read into what they are for, and when."""
    received: dict[FieldPath, Expr] = {}
    for read in outcome.reads:
        sources: list[AnyNode] = [] if read.source is None else [read.source]
        sources += [piece.leaf for piece in read.pieces if piece.leaf is not None]
        for source in sources:
            if isinstance(source, ValueNode) and (
                is_in_split_place(context, read) or _is_counterpart(context, read.node, source)
            ):
                before = received.get(source.key, FALSE)
                received[source.key] = or_(before, read.guard)
    for each in outcome.lengths:
        # What has another number of elements than were sent is wrong, and not lost.
        path = context.pairing.counterpart(each.block.key)
        if path is not None and each.length:
            received[path] = TRUE
    return received


def _is_counterpart(context: EffectContext, expected: ValueNode, source: ValueNode) -> bool:
    """A node of the receiver is for the value of a node of the sender."""
    path = context.pairing.counterpart(expected.key)
    if path is None:
        return (
            find_last_name(expected.key) == find_last_name(source.key)
            or context.find_receiver_counterpart(source.key) is None
        )
    # A scalar takes the place of the first element of an array.
    whole = source.key
    array = context.sent.get(whole[:-1]) if whole and whole[-1] == 0 else None
    if isinstance(array, ScalarArrayNode) and path == array.key:
        whole = whole[:-1]
    return path[: len(whole)] == whole


def _find_arrival_condition(node: ValueNode, received: Mapping[FieldPath, Expr]) -> Expr:
    """When a node was read into what it is for; an array also where all its elements were."""
    condition = received.get(node.key)
    if condition is None and isinstance(node, ScalarArrayNode) and node.count:
        elements = [received.get((*node.key, i)) for i in range(node.count)]
        known = [each for each in elements if each is not None]
        condition = and_(*known) if len(known) == len(elements) else None
    return FALSE if condition is None else condition


def _find_own_migration_condition(
    context: EffectContext, node: ValueNode, skipped: Mapping[FieldPath, Expr]
) -> Expr:
    """When the old version migrates this value from itself to itself. Raises Untranslatable."""
    if context.counts_own_losses:
        return TRUE
    counterpart = context.find_receiver_counterpart(node.key)
    if context.sender_is_old:
        sent = and_(context.section_condition, node.sender_guard, node.guard)
        if (
            isinstance(node, ScalarNode)
            and isinstance(counterpart, ScalarNode)
            and counterpart.default != node.default
        ):
            # Where the old version does not send it, and it has its default, it has it again.
            is_default = make_comparison(Operator.EQUAL, node.expr, make_literal(node.default))
            return or_(sent, is_default)
        return sent
    if counterpart is None:
        return skipped.get(node.key, FALSE)
    conditions = (context.section_condition, counterpart.sender_guard, counterpart.guard)
    return and_(*map(context.translate_by_pairing, conditions))


def _has_elements(node: ValueNode) -> Iterator[Expr]:
    """Of an array without elements nothing is lost."""
    if isinstance(node, BlockNode) and isinstance(node.type, Bytes | Array):
        yield make_comparison(Operator.NOT_EQUAL, node.sizes[0], make_literal(0))
    if isinstance(node, BlockNode) and isinstance(node.type, Opaque) and node.type.length is None:
        length = Call(type=INTEGER, function=Function.LEN, arguments=(node.expr,))
        yield make_comparison(Operator.NOT_EQUAL, length, make_literal(0))


def _is_omitted(context: EffectContext, path: FieldPath) -> bool:
    return any(path[:n] in context.omitted for n in range(1, len(path) + 1))


# What the receiver has instead ------------------------------------------------------------------


def _find_difference(
    context: EffectContext,
    node: ValueNode,
    outcome: LoadOutcome,
    received: Mapping[FieldPath, Expr],
) -> Expr | None:
    """When the receiver has another value than the sender; None: that cannot be said."""
    other = context.reverse_pairing.counterpart(node.key)
    match node:
        case ScalarNode():
            content = outcome.values.get(other) if other is not None else None
            return _find_scalar_difference(context, node, content)
        case ScalarArrayNode():
            return _find_array_difference(_limit_to_old(context, node), other, outcome, received)
        case BlockNode():
            return _find_block_difference(node)


def _find_scalar_difference(
    context: EffectContext, node: ScalarNode, content: Content | None
) -> Expr | None:
    if content is UNKNOWN_BYTES:
        return None
    counterpart = context.find_receiver_counterpart(node.key)
    if not isinstance(counterpart, ScalarNode):
        return make_comparison(Operator.NOT_EQUAL, node.expr, make_literal(node.default))
    default = make_literal(counterpart.default)
    if content is None or isinstance(content, Inexpressible):
        return make_comparison(Operator.NOT_EQUAL, node.expr, default)
    # Any other value than the default was read into it: that is an effect of the read.
    return and_(
        make_comparison(Operator.NOT_EQUAL, node.expr, content),
        make_comparison(Operator.EQUAL, content, default),
    )


def _limit_to_old(context: EffectContext, node: ScalarArrayNode) -> ScalarArrayNode:
    """Without the elements that the old version does not have: it loses none of them."""
    counterpart = context.find_receiver_counterpart(node.key)
    if context.sender_is_old or not isinstance(counterpart, ScalarArrayNode):
        return node
    return replace(node, count=min(node.count, counterpart.count))


def _find_array_difference(
    node: ScalarArrayNode,
    other: FieldPath | None,
    outcome: LoadOutcome,
    received: Mapping[FieldPath, Expr],
) -> Expr | None:
    if SCALARS[node.scalar].is_float:
        return None
    if other is not None and (*other, 0) in outcome.values and node.count:
        return _find_difference_in_elements(node, other, outcome)
    zero = make_literal(node.zero)
    whole = outcome.values.get(other) if other is not None else None
    if isinstance(whole, Expr) and node.count <= MOST_COMPARED:
        return or_(*_find_lost_elements(node, whole, zero))
    if any(_is_element(piece, node) for read in outcome.reads for piece in read.pieces):
        # Its elements were read one by one, as something else.
        return or_(
            *(
                and_(
                    make_comparison(Operator.NOT_EQUAL, each.expr, zero),
                    not_(received.get(each.key, FALSE)),
                )
                for each in unroll_array(node)
            )
        )
    element = Variable(type=unroll_array(node)[0].expr.type if node.count else BOOL, name="x")
    return exists(node.expr, "x", make_comparison(Operator.NOT_EQUAL, element, zero))


def _find_lost_elements(node: ScalarArrayNode, content: Expr, zero: Expr) -> Iterator[Expr]:
    """An array was read as a whole into this one: where it has zeros, other values are lost."""
    for leaf in unroll_array(node):
        assert isinstance(leaf.expr, Item)
        arrived = replace(leaf.expr, value=content)
        yield and_(
            make_comparison(Operator.NOT_EQUAL, leaf.expr, zero),
            make_comparison(Operator.EQUAL, arrived, zero),
        )


def _find_difference_in_elements(
    node: ScalarArrayNode, other: FieldPath, outcome: LoadOutcome
) -> Expr | None:
    """The array was read element by element: one has its default, and the sender's is another."""
    found: list[Expr] = []
    for i, leaf in enumerate(unroll_array(node)):
        content = outcome.values.get((*other, i))
        if content is UNKNOWN_BYTES:
            return None
        default = make_literal(leaf.default)
        value = default if content is None or isinstance(content, Inexpressible) else content
        found.append(
            and_(
                make_comparison(Operator.NOT_EQUAL, leaf.expr, value),
                make_comparison(Operator.EQUAL, value, default),
            )
        )
    return or_(*found)


def _find_block_difference(node: BlockNode) -> Expr | None:
    zero = make_literal(0)
    match node.type:
        case Bytes() | Opaque() | Blob():
            pass
        case Array(element=Scalar(row=row)) if row.is_integer:
            pass
        case ListType() | MapType():
            size = Call(type=INTEGER, function=Function.LEN, arguments=(node.expr,))
            return make_comparison(Operator.NOT_EQUAL, size, zero)
        case _:
            return None
    element = Variable(type=INTEGER, name="x")
    return exists(node.expr, "x", make_comparison(Operator.NOT_EQUAL, element, zero))


def _is_element(piece: ByteSlice, array: ScalarArrayNode) -> bool:
    return piece.leaf is not None and piece.leaf.key[:-1] == array.key
