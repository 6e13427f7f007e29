"""What the sender's own version checks: what holds in every state that it saves, and which of these
it refuses itself."""

from collections.abc import Iterable, Mapping

from vmsdl.diff.layout.nodes import AnyNode, CheckNode
from vmsdl.expr.logic import FALSE, TRUE, and_, not_, or_
from vmsdl.expr.nodes import Expr
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class OwnChecks:
    """The checks of the sender among some nodes.

    `guards`: where each condition is checked. `saved` holds in every state that can be saved.
    `refused`: the states that are saved and that fail a check which is made on load alone.
    """

    guards: Mapping[Expr, frozenset[Expr]]
    saved: Expr = TRUE
    refused: Expr = FALSE

    def joined(self, other: "OwnChecks") -> "OwnChecks":
        """The checks of both."""
        guards = dict(self.guards)
        for condition, own in other.guards.items():
            guards[condition] = guards.get(condition, frozenset()) | own
        return OwnChecks(guards, and_(self.saved, other.saved), or_(self.refused, other.refused))


NO_CHECKS = OwnChecks({})


def collect_own_checks(nodes: Iterable[AnyNode]) -> OwnChecks:
    """The checks among these nodes of the sender."""
    guards: dict[Expr, frozenset[Expr]] = {}
    saved: list[Expr] = []
    refused: list[Expr] = []
    for node in nodes:
        if not isinstance(node, CheckNode):
            continue
        guard = and_(node.sender_guard, node.guard)
        guards[node.condition] = guards.get(node.condition, frozenset()) | {guard}
        if node.is_load_only:
            refused.append(and_(guard, not_(node.condition)))
        else:
            saved.append(or_(not_(guard), node.condition))
    return OwnChecks(guards, and_(*saved), or_(*refused))
