"""What a count can be: by its type, and by the checks of the receiver."""

from vmsdl.diff.layout.nodes import (
    AnyNode,
    CheckNode,
)
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import (
    and_,
    collect_operands,
    is_true,
)
from vmsdl.expr.nodes import (
    Binary,
    Conditional,
    EnumValue,
    Expr,
    IntValue,
    Literal,
    Operator,
)

# The least and the most; None: no most.
Range = tuple[int, int | None]


def find_type_range(count: Expr) -> Range:
    """What a count can be by its type. A negative one is refused."""
    match count.type:
        case IntValue(low=low, high=high):
            return max(0, low or 0), high
        case EnumValue():
            return 0, None
        case _:
            return 0, None


def find_range(e: Expr) -> Range:
    match e:
        case Conditional(yes=yes, no=no):
            one, other = find_range(yes), find_range(no)
            most = None if one[1] is None or other[1] is None else max(one[1], other[1])
            return min(one[0], other[0]), most
        case Literal(value=value):
            return int(value), int(value)
        case _:
            return find_type_range(e)


def collect_check_ranges(nodes: list[AnyNode]) -> dict[Expr, Range]:
    """What the receiver's counts can be by its checks: it refuses any other."""
    found: dict[Expr, Range] = {}
    for node in nodes:
        if not isinstance(node, CheckNode) or not is_true(and_(node.guard, node.sender_guard)):
            continue
        for part in collect_operands(node.condition, Operator.AND):
            match part:
                case Binary(operator=operator, left=left, right=right):
                    limit = fold_constant(right)
                    if limit is None or isinstance(limit, bool):
                        continue
                    least, most = found.get(left) or find_type_range(left)
                    found[left] = _narrow(operator, limit, least, most)
                case _:
                    pass
    return found


def _narrow(operator: Operator, limit: int, least: int, most: int | None) -> Range:
    match operator:
        case Operator.LESS | Operator.LESS_EQUAL:
            highest = limit - (operator is Operator.LESS)
            return least, highest if most is None else min(most, highest)
        case Operator.GREATER | Operator.GREATER_EQUAL:
            return max(least, limit + (operator is Operator.GREATER)), most
        case Operator.EQUAL:
            return max(0, limit), limit
        case _:
            return least, most
