"""From the arms of an enum on both sides to the values that are refused, or mean something else."""

from collections.abc import Iterator

from vmsdl.expr.logic import make_comparison, make_literal, not_, or_
from vmsdl.expr.nodes import Binary, Expr, IntValue, Operator
from vmsdl.schema.description import Arm, EnumDefinition


def find_unknown_values(value: Expr, wanted: EnumDefinition, sent: EnumDefinition | None) -> Expr:
    """When the receiver has no arm for it. `sent`: what the sender can send; None: any number."""
    known = {arm.value for arm in wanted.arms}
    if wanted.is_flags:
        return _has_any(value, _possible(value, sent) & ~_union(wanted))
    if sent is not None and not sent.is_flags:
        gone = [arm.value for arm in sent.arms if arm.value not in known]
        return or_(*(make_comparison(Operator.EQUAL, value, make_literal(each)) for each in gone))
    fine = [make_comparison(Operator.EQUAL, value, make_literal(each)) for each in known]
    return not_(or_(*fine))


def find_changed_meanings(
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
    return make_comparison(Operator.EQUAL, value, make_literal(arm.value))


def _has_any(value: Expr, mask: int) -> Expr:
    bits = Binary(type=value.type, operator=Operator.AND_BITS, left=value, right=make_literal(mask))
    return (
        make_comparison(Operator.NOT_EQUAL, bits, make_literal(0)) if mask else make_literal(False)
    )


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
