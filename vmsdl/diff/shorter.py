"""From a condition to one for the same states in fewer words."""

from vmsdl.diff.questions import Questions
from vmsdl.diff.terms import both, either, negation, operands, size
from vmsdl.schema.expression import Expr, Operator

_MOST_PARTS = 24  # each is a question or more
_LARGEST = 1000  # no words of that length are read to the end


def shorter(e: Expr, prover: Questions) -> Expr:
    """What the rest says already, or rules out, is left out."""
    if size(e) > _LARGEST:
        return e
    ways = []
    for way in operands(e, Operator.OR):
        before = None
        while way != before:
            before, way = way, _shorter(operands(way, Operator.AND), prover)
        ways.append(way)
    return either(*ways)


def _shorter(parts: list[Expr], prover: Questions) -> Expr:
    if len(parts) > _MOST_PARTS:
        return both(*parts)
    for part in reversed(parts):
        rest = [each for each in parts if each is not part]
        if not _can(prover, *rest, negation(part)):
            parts = rest
            continue
        ways = [way for way in operands(part, Operator.OR) if _can(prover, *rest, way)]
        parts = [either(*ways) if each is part else each for each in parts]
    return both(*parts)


def _can(prover: Questions, *parts: Expr) -> bool:
    return prover.possible(both(*parts)) is not False
