"""From an expression to the expressions in it."""

from typing import assert_never

from vmsdl.syntax import tree


def parts(expression: tree.Expression) -> tuple[tree.Expression, ...]:
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


def is_deeper_than(expression: tree.Expression, limit: int) -> bool:
    """Whether the tree of an expression has more levels; safe for any depth."""
    open_: list[tuple[tree.Expression, int]] = [(expression, 1)]
    while open_:
        node, level = open_.pop()
        if level > limit:
            return True
        open_.extend((part, level + 1) for part in parts(node))
    return False


def description_depth(description: tree.DescriptionDecl) -> int:
    """How many levels of subsections a description has, itself included."""
    deepest = 0
    open_ = [(description, 1)]
    while open_:
        node, level = open_.pop()
        deepest = max(deepest, level)
        open_.extend((m, level + 1) for m in node.members if isinstance(m, tree.DescriptionDecl))
    return deepest
