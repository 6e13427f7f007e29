"""From the expression of a let in its own body to the same expression in another place."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from vmsdl.expr import nodes as e

# Lets are expanded where they are used, and every later stage walks the result.
MAX_NODES = 10_000
MAX_DEPTH = 180
LEVELS_OF_LET = 3  # of a let: resolving one takes more calls than an operator does


def move_inwards(expression: e.Expr, levels: int) -> e.Expr:
    """The expression in a subsection that is `levels` below the body of the let."""

    def move(node: e.Expr) -> e.Expr:
        return replace(node, up=node.up + levels) if isinstance(node, e.Member) else node

    return expression if levels == 0 else rewrite(expression, move)


def select_from(expression: e.Expr, struct: e.Expr) -> e.Expr:
    """The expression outside the struct of the let: every member becomes `struct.member`."""

    def select(node: e.Expr) -> e.Expr:
        if not isinstance(node, e.Member):
            return node
        return e.Select(type=node.type, span=node.span, value=struct, name=node.name)

    return rewrite(expression, select)


def rename_variables(expression: e.Expr, taken: set[str]) -> e.Expr:
    """The expression with new names for variables in `taken`. The new ones are added to it."""
    names = [n.variable for n in list_operands_first(expression) if isinstance(n, e.Quantifier)]
    renamed = {name: make_unique(name, taken) for name in names}

    def rename(node: e.Expr) -> e.Expr:
        match node:
            case e.Variable():
                return replace(node, name=renamed[node.name])
            case e.Quantifier():
                return replace(node, variable=renamed[node.variable])
            case _:
                return node

    return rewrite(expression, rename) if names else expression


def make_unique(name: str, taken: set[str]) -> str:
    """The name, with a number where it is taken. It is added to `taken`."""
    free, number = name, 2
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    taken.add(free)
    return free


def reads_version(expression: e.Expr) -> bool:
    return any(isinstance(node, e.Version) for node in list_operands_first(expression))


def measure(expression: e.Expr) -> tuple[int, int]:
    """The numbers of nodes and of levels of the fully expanded expression."""
    sizes: dict[int, tuple[int, int]] = {}
    for node in list_operands_first(expression):
        inner = [sizes[id(child)] for child in e.children(node)]
        levels = LEVELS_OF_LET if isinstance(node, e.Let) else 1
        deepest = max((depth for _, depth in inner), default=0)
        sizes[id(node)] = 1 + sum(nodes for nodes, _ in inner), levels + deepest
    return sizes[id(expression)]


def list_operands_first(expression: e.Expr) -> list[e.Expr]:
    """Every node once, operands first, however many lets share it. Without recursion."""
    seen: set[int] = set()
    order: list[e.Expr] = []
    stack: list[tuple[e.Expr, bool]] = [(expression, False)]
    while stack:
        node, is_entered = stack.pop()
        if is_entered:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack += [(child, False) for child in e.children(node)]
    return order


def rewrite(expression: e.Expr, change: Callable[[e.Expr], e.Expr]) -> e.Expr:
    """The expression with every node changed, operands first."""
    changed: dict[int, e.Expr] = {}
    for node in list_operands_first(expression):
        operands = [changed[id(child)] for child in e.children(node)]
        changed[id(node)] = change(_replace_operands(node, operands))
    return changed[id(expression)]


def _replace_operands(node: e.Expr, operands: Sequence[e.Expr]) -> e.Expr:
    if all(new is old for new, old in zip(operands, e.children(node), strict=True)):
        return node
    match node:
        case e.Select() | e.Let():
            return replace(node, value=operands[0])
        case e.Item():
            return replace(node, value=operands[0], index=operands[1])
        case e.Unary():
            return replace(node, operand=operands[0])
        case e.Binary():
            return replace(node, left=operands[0], right=operands[1])
        case e.Call():
            return replace(node, arguments=tuple(operands))
        case e.Quantifier():
            return replace(node, over=operands[0], body=operands[1])
        case e.Conditional():
            return replace(node, condition=operands[0], yes=operands[1], no=operands[2])
        case _:
            return node
