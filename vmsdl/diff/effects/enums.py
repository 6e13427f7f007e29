"""From the arms of an enum on both sides to the values that are refused, or mean something else."""

from collections.abc import Iterator

from vmsdl.expr.logic import compare, either, negation, number
from vmsdl.expr.nodes import Binary, Expr, IntValue, Operator
from vmsdl.schema.description import Arm, EnumDefinition


def unknown(value: Expr, wanted: EnumDefinition, sent: EnumDefinition | None) -> Expr:
    """When the receiver has no arm for it. `sent`: what the sender can send; None: any number."""
    known = {arm.value for arm in wanted.arms}
    if wanted.is_flags:
        return _has_any(value, _possible(value, sent) & ~_union(wanted))
    if sent is not None and not sent.is_flags:
        gone = [arm.value for arm in sent.arms if arm.value not in known]
        return either(*(compare(Operator.EQUAL, value, number(each)) for each in gone))
    fine = [compare(Operator.EQUAL, value, number(each)) for each in known]
    return negation(either(*fine))


def remeant(
    value: Expr, wanted: EnumDefinition, sent: EnumDefinition
) -> Iterator[tuple[Expr, bool]]:
    """When the number is another arm's; and whether that may be the same by another name."""
    known = {arm.value: arm.name for arm in wanted.arms}
    theirs = {arm.name for arm in sent.arms}
    for arm in sent.arms:
        name = known.get(arm.value)
        if name is None or name == arm.name:
            continue
        is_renamed = arm.name not in known.values() and name not in theirs
        yield _is(value, arm, wanted), is_renamed


def _is(value: Expr, arm: Arm, wanted: EnumDefinition) -> Expr:
    if wanted.is_flags:
        return _has_any(value, arm.value)
    return compare(Operator.EQUAL, value, number(arm.value))


def _has_any(value: Expr, mask: int) -> Expr:
    bits = Binary(type=value.type, operator=Operator.AND_BITS, left=value, right=number(mask))
    return compare(Operator.NOT_EQUAL, bits, number(0)) if mask else number(False)


def _union(flags: EnumDefinition) -> int:
    mask = 0
    for arm in flags.arms:
        mask |= arm.value
    return mask


def _possible(value: Expr, sent: EnumDefinition | None) -> int:
    """The bits that can be set."""
    if sent is not None and sent.is_flags:
        return _union(sent)
    match value.type:
        case IntValue(low=int(low), high=int(high)) if low >= 0:
            return (1 << high.bit_length()) - 1
        case _:
            return -1
