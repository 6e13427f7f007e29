"""From a node to the nodes below it, without recursion: trees may be deeper than Python's stack."""

from collections.abc import Iterator
from dataclasses import fields
from typing import assert_never

from vmsdl.syntax import tree


def find_operands(expression: tree.Expression) -> tuple[tree.Expression, ...]:
    """The expressions right under an expression, from left to right."""
    match expression:
        case tree.IntegerLiteral() | tree.BoolLiteral() | tree.NameUse() | tree.SelfMember():
            return ()
        case tree.Attribute(value=value):
            return (value,)
        case tree.Index(value=value, index=index):
            return (value, index)
        case tree.CallExpr(arguments=arguments):
            return arguments
        case tree.QuantifierExpr(over=over, body=body):
            return (over, body)
        case tree.UnaryExpr(operand=operand):
            return (operand,)
        case tree.BinaryExpr(left=left, right=right):
            return (left, right)
        case tree.ConditionalExpr(condition=condition, yes=yes, no=no):
            return (condition, yes, no)
        case tree.Parenthesized(inner=inner):
            return (inner,)
        case _:
            assert_never(expression)


def find_name_uses(root: tree.SyntaxNode) -> Iterator[tree.NameUse]:
    """Every bare name in the expressions of a node, at any depth."""
    pending: list[object] = [root]
    while pending:
        match pending.pop():
            case tree.NameUse() as use:
                yield use
            case tuple() as several:
                pending += several
            case tree.SyntaxNode() as node:
                pending += [getattr(node, part.name) for part in fields(node)]
            case _:
                pass


def is_deeper_than(expression: tree.Expression, limit: int) -> bool:
    """Whether the tree of an expression has more levels than `limit`. Safe for any depth."""
    pending: list[tuple[tree.Expression, int]] = [(expression, 1)]
    while pending:
        node, level = pending.pop()
        if level > limit:
            return True
        pending.extend((part, level + 1) for part in find_operands(node))
    return False


def measure_depth(description: tree.DescriptionDecl) -> int:
    """How many levels of subsections a description has, itself included."""
    deepest = 0
    pending = [(description, 1)]
    while pending:
        node, level = pending.pop()
        deepest = max(deepest, level)
        pending.extend((m, level + 1) for m in node.members if isinstance(m, tree.DescriptionDecl))
    return deepest
