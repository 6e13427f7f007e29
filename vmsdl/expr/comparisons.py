"""A comparison with a number, in simpler terms: of places and their bits, without conversions."""

from vmsdl.expr.bit_runs import (
    BitRun,
    cut_runs,
    find_signed_word,
    find_whole,
    find_width,
    make_mask,
    read_word,
)
from vmsdl.expr.integer_sets import IntegerSet, find_solutions
from vmsdl.expr.logic import (
    TRUE,
    and_,
    count_nodes,
    find_path,
    fold_expression,
    is_bool,
    make_comparison,
    make_literal,
    not_,
    or_,
)
from vmsdl.expr.nodes import (
    BOOL,
    MIRRORED,
    Binary,
    Conditional,
    Expr,
    Literal,
    Operator,
    Unary,
)
from vmsdl.expr.word_equality import compare_with_number, compare_words, mask_bits

_EQUALITIES = (Operator.EQUAL, Operator.NOT_EQUAL)


def simplify_comparison(e: Binary) -> Expr:
    """The same truth with fewer operations; several comparisons where bytes of several places are
    compared at once."""
    operator, left, right = e.operator, e.left, e.right
    if isinstance(left, Literal):
        operator, left, right = MIRRORED[operator], right, left
    left, right = find_whole(left) or left, find_whole(right) or right
    if isinstance(right, Literal) and not is_bool(left):
        return _simplify_against_number(operator, left, right)
    if operator in _EQUALITIES:
        equal = compare_words(left, right)
        if equal is not None and count_nodes(equal) <= count_nodes(e):
            return equal if operator is Operator.EQUAL else not_(equal)
    multiples = _find_multiples(left, right)
    if multiples is not None:
        place, factor, other = multiples
        if factor < other:
            operator = MIRRORED[operator]
        return make_comparison(operator, place, make_literal(0))
    return make_comparison(operator, left, right)


def _find_multiples(left: Expr, right: Expr) -> tuple[Expr, int, int] | None:
    """`x * 2` and `x * 4`: `x`, 2 and 4."""
    match left, right:
        case (
            Binary(operator=Operator.MULTIPLY, left=one, right=Literal(value=factor)),
            Binary(operator=Operator.MULTIPLY, left=other, right=Literal(value=another)),
        ) if (
            one == other and factor != another
        ):
            return one, int(factor), int(another)
        case _:
            return None


def _simplify_against_number(operator: Operator, left: Expr, right: Literal) -> Expr:
    value = int(right.value)
    match left:
        case Binary(operator=Operator.ADD, left=inner, right=Literal(value=by)):
            return _compare(operator, inner, value - by)
        case Binary(operator=Operator.SUBTRACT, left=inner, right=Literal(value=by)):
            return _compare(operator, inner, value + by)
        case Unary(operator=Operator.NEGATE, operand=inner):
            return _compare(MIRRORED[operator], inner, -value)
        case Conditional() if (signed := find_signed_word(left)) is not None:
            return _compare_signed(operator, left, right, *signed)
        case _:
            return _compare_bits(operator, left, right) or _build(operator, left, right)


def _compare(operator: Operator, left: Expr, value: int) -> Expr:
    compared = fold_expression(_build(operator, left, make_literal(value)))
    return simplify_comparison(compared) if isinstance(compared, Binary) else compared


def _build(operator: Operator, left: Expr, right: Expr) -> Binary:
    return Binary(type=BOOL, operator=operator, left=left, right=right)


def compare_branches(e: Binary) -> Expr | None:
    """The comparison of either branch of a choice with a number, each where it is chosen."""
    match e:
        case Binary(
            operator=operator,
            left=Conditional(condition=condition, yes=yes, no=no),
            right=Literal(value=value),
        ) if not is_bool(yes):
            one, other = (_compare(operator, each, int(value)) for each in (yes, no))
            return or_(and_(condition, one), and_(not_(condition), other))
        case _:
            return None


def _compare_signed(
    operator: Operator, left: Conditional, right: Literal, word: Expr, width: int
) -> Expr:
    """A number read with a sign: compared as the number without a sign that it is read from."""
    top = 1 << width - 1
    values = find_solutions(operator, int(right.value))
    positive = values.meet(IntegerSet(((0, top - 1),)))
    negative = values.meet(IntegerSet(((-top, -1),))).shift(2 * top)
    found = _compare_word(word, positive.join(negative))
    return _build(operator, left, right) if found is None else found


def _compare_bits(operator: Operator, left: Expr, right: Literal) -> Expr | None:
    match left:
        case Binary(
            operator=Operator.AND_BITS
            | Operator.OR_BITS
            | Operator.XOR_BITS
            | Operator.SHIFT_LEFT
            | Operator.SHIFT_RIGHT,
        ):
            if _is_as_written(left):
                return None
            return _compare_word(left, find_solutions(operator, int(right.value)))
        case _:
            return None


def _is_as_written(left: Binary) -> bool:
    """A mask of a place, such as a schema has: there is no simpler form."""
    if isinstance(left.right, Literal) and left.right.name is not None:
        return True
    return left.operator is Operator.AND_BITS and find_path(left.left) is not None


def _compare_word(word: Expr, values: IntegerSet) -> Expr | None:
    """When the word is one of the values; None: there is no short way to say it."""
    read = read_word(word)
    if read is None:
        return None
    runs, width = read
    whole = IntegerSet(((0, make_mask(width)),))
    values = values.meet(whole)
    others = values.complement.meet(whole)
    if values.is_empty or others.is_empty:
        return make_literal(others.is_empty)
    for those, is_among in ((values, True), (others, False)):
        found = _compare_runs(runs, width, those)
        if found is not None:
            return found if is_among else not_(found)
    match runs:
        case (BitRun(source=source, start=start, at=0) as run,) if run.width == width:
            if start == 0:
                masked = mask_bits(source, run.mask)
                return _compare_ranges(find_whole(masked) or masked, values)
            if find_width(source) == start + width:
                low = make_mask(start)
                wide = (((a or 0) << start, (b or 0) << start | low) for a, b in values.ranges)
                return _compare_ranges(source, IntegerSet(tuple(wide)))
            return None
        case _:
            return None


def _compare_runs(runs: tuple[BitRun, ...], width: int, values: IntegerSet) -> Expr | None:
    """When the bits are those of the only value, or when none of the upper bits is set."""
    low, high = values.ranges[0]
    if len(values.ranges) != 1 or low is None or high is None:
        return None
    if low == high:
        return compare_with_number(runs, low)
    if low == 0 and not high & (high + 1):
        first = high.bit_length()
        return compare_with_number(cut_runs(runs, first, width), 0)
    return None


def _compare_ranges(word: Expr, values: IntegerSet) -> Expr | None:
    """One range of a word without a sign, by its ends."""
    if len(values.ranges) != 1:
        return None
    low, high = values.ranges[0]
    ends = []
    if low is not None and low == high:
        return make_comparison(Operator.EQUAL, word, make_literal(low))
    width = find_width(word)
    if low is not None and low > 0:
        ends.append(make_comparison(Operator.GREATER_EQUAL, word, make_literal(low)))
    if high is not None and (width is None or high < make_mask(width)):
        ends.append(make_comparison(Operator.LESS_EQUAL, word, make_literal(high)))
    return and_(*ends) if ends else TRUE
