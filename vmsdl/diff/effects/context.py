"""What effects are judged by: the nodes of both sides, and which place is whose counterpart."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import field, replace

from vmsdl.diff.hooks import Rebuilt
from vmsdl.diff.layout.nodes import (
    AnyNode,
    ScalarArrayNode,
    ScalarNode,
    ValueNode,
    unroll_array,
)
from vmsdl.diff.matching.fields import Pairing
from vmsdl.diff.simulate.reasons import UnknownReason, make_untranslatable
from vmsdl.expr.logic import FieldPath, and_, find_path, is_false, map_places
from vmsdl.expr.nodes import Expr, ExternPresence, Item, ReceiverValue, Select, Variable
from vmsdl.records import dataclass
from vmsdl.schema.description import EnumDefinition, Schema
from vmsdl.schema.types import EnumType


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectContext:
    """One direction of one pair of descriptions, or of one pair of elements."""

    sent: Mapping[FieldPath, ValueNode]
    expected: Mapping[FieldPath, ValueNode]
    pairing: Pairing  # from the receiver's places to the sender's
    reverse_pairing: Pairing
    sender_schema: Schema
    receiver_schema: Schema
    # The receiver's locals and properties in terms of the sender; None: the same expression.
    configuration: Mapping[FieldPath, Expr | None]
    sender_is_old: bool
    section_condition: Expr  # when the old side sends the section at all, in its own terms
    counts_own_losses: bool = False  # count what the old side loses from itself as well
    omitted: Collection[FieldPath] = ()  # places that the sender marks as `@omitted`
    rebuilt: Rebuilt | None = None  # the receiver's places that its hooks set
    # What the sender always has in these places: see `layout/carried_versions.py`.
    carried: Mapping[Expr, Expr] = field(default_factory=dict)

    def sender_enum(self, type_: EnumType) -> EnumDefinition:
        return self.sender_schema.enums[type_.name]

    def receiver_enum(self, type_: EnumType) -> EnumDefinition:
        return self.receiver_schema.enums[type_.name]

    def find_sent_scalar(self, path: FieldPath) -> ScalarNode | None:
        """The scalar of the sender at a place, also where it is an element of an array."""
        node = self.sent.get(path)
        if isinstance(node, ScalarNode):
            return node
        if isinstance(node, ScalarArrayNode) and node.count:
            return unroll_array(node)[0]  # a scalar takes the place of the first element
        if path and isinstance(path[-1], int):
            outer = self.sent.get(path[:-1])
            if isinstance(outer, ScalarArrayNode) and path[-1] < outer.count:
                return unroll_array(outer)[path[-1]]
            if isinstance(outer, ScalarNode) and path[-1] == 0:
                return outer
        return None

    def is_never_sent(self, node: ValueNode) -> bool:
        """No stream of this sender has it: what the sender keeps there is not the guest's state."""
        guard = and_(node.sender_guard, node.guard)
        return is_false(map_places(guard, lambda part: self.carried.get(part, part)))

    def find_receiver_counterpart(self, path: FieldPath) -> ValueNode | None:
        """The receiver's node for a place of the sender."""
        other = self.reverse_pairing.counterpart(path)
        if other is None:
            return None
        node = self.expected.get(other)
        if node is None and other and isinstance(other[-1], int):
            node = self.expected.get(other[:-1])
        return node

    def is_rebuilt(self, path: FieldPath) -> bool:
        """Whether a hook of the receiver sets the counterpart of a place of the sender."""
        other = None if self.rebuilt is None else self.reverse_pairing.counterpart(path)
        return self.rebuilt is not None and other is not None and self.rebuilt.has(other)

    def translate_by_pairing(self, e: Expr) -> Expr:
        """A condition of the receiver on the sender's state: each place is its counterpart.

        It does not matter what was read. Raises Untranslatable.
        """

        def place(part: Expr) -> Expr:
            if isinstance(part, Variable | ExternPresence | ReceiverValue):
                return part
            path = find_path(part)
            if path is not None and path in self.configuration:
                return self.configuration[path] or part
            other = self.pairing.counterpart(path) if path is not None else None
            if other is not None:
                node = self.sent.get(other) or self.find_sent_scalar(other)
                if node is not None:
                    return node.expr
            match part:
                case Item(value=value, index=index):
                    return replace(part, value=place(value), index=map_places(index, place))
                case Select(value=value):
                    return replace(part, value=place(value))
                case _:
                    raise make_untranslatable(UnknownReason.COUNTERPART_UNKNOWN, path or ())

        return map_places(e, place)


def index_value_nodes(nodes: Iterable[AnyNode]) -> dict[FieldPath, ValueNode]:
    """The nodes that hold values, by their places."""
    return {node.key: node for node in nodes if isinstance(node, ValueNode)}


def find_last_name(path: FieldPath) -> str:
    """The innermost name of a place."""
    return next((part for part in reversed(path) if isinstance(part, str)), "")
