"""Two enums of one field: the values that are refused, and those that mean something else."""

from collections.abc import Iterator

from vmsdl.expr.logic import make_comparison, make_literal, not_, or_
from vmsdl.expr.nodes import Binary, Expr, IntValue, Operator
from vmsdl.schema.description import EnumDefinition, EnumMember


def find_unknown_values(value: Expr, expected: EnumDefinition, sent: EnumDefinition | None) -> Expr:
    """When the receiver's enum does not have the value. `sent`: the sender's enum; None: any
    number can be sent."""
    known = {member.value for member in expected.members}
    if expected.is_flags:
        return _has_any_bit(value, _find_possible_bits(value, sent) & ~_unite_bits(expected))
    if sent is not None and not sent.is_flags:
        gone = [member.value for member in sent.members if member.value not in known]
        return or_(*(_equals(value, each) for each in gone))
    return not_(or_(*(_equals(value, each) for each in known)))


def find_changed_meanings(
    value: Expr, expected: EnumDefinition, sent: EnumDefinition
) -> Iterator[tuple[Expr, bool]]:
    """For each number that has another name: when it is sent, and whether it may be a rename."""
    expected_names = {member.value: member.name for member in expected.members}
    sent_names = {member.name for member in sent.members}
    for member in sent.members:
        name = expected_names.get(member.value)
        if name is None or name == member.name:
            continue
        is_renamed = member.name not in expected_names.values() and name not in sent_names
        yield _is_value(value, member, expected), is_renamed


def _is_value(value: Expr, member: EnumMember, expected: EnumDefinition) -> Expr:
    return _has_any_bit(value, member.value) if expected.is_flags else _equals(value, member.value)


def _equals(value: Expr, number: int) -> Expr:
    return make_comparison(Operator.EQUAL, value, make_literal(number))


def _has_any_bit(value: Expr, mask: int) -> Expr:
    if not mask:
        return make_literal(False)
    bits = Binary(type=value.type, operator=Operator.AND_BITS, left=value, right=make_literal(mask))
    return make_comparison(Operator.NOT_EQUAL, bits, make_literal(0))


def _unite_bits(flags: EnumDefinition) -> int:
    mask = 0
    for member in flags.members:
        mask |= member.value
    return mask


def _find_possible_bits(value: Expr, sent: EnumDefinition | None) -> int:
    """The bits that can be set."""
    if sent is not None and sent.is_flags:
        return _unite_bits(sent)
    match value.type:
        case IntValue(low=int(low), high=int(high)) if low >= 0:
            return (1 << high.bit_length()) - 1
        case _:
            return -1
