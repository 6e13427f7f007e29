"""A device with a fixed configuration: questions about moves that are combined with others.

The answers of two comparisons can be combined only where both are about one configuration. Here
every local and property has a value: the machine type's, else its default.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from vmsdl.diff.layout.flatten import Flattener, TooLarge
from vmsdl.diff.layout.nodes import BlockNode, ScalarArrayNode, ScalarNode, unroll_array
from vmsdl.diff.layout.settings import (
    MachinePair,
    collect_settings,
    find_default,
    find_shared_settings,
)
from vmsdl.diff.matching.fields import Pairing, Side
from vmsdl.diff.migration import analyze_migration, make_prover
from vmsdl.diff.result import MigrationResult, ReportedEffect
from vmsdl.diff.simulate.reasons import UnknownReason, Untranslatable, make_untranslatable
from vmsdl.diff.simulate.records import EffectKind
from vmsdl.expr.logic import (
    FieldPath,
    find_path,
    is_bool,
    is_false,
    is_true,
    make_comparison,
    make_literal,
    map_places,
    or_,
    to_integer,
)
from vmsdl.expr.nodes import (
    Expr,
    ExternPresence,
    Member,
    Operator,
    Quantifier,
    ReceiverValue,
    Variable,
    children,
)
from vmsdl.expr.text import format_path, unparse
from vmsdl.prove.conditions import ConditionProver
from vmsdl.schema.description import Machine, Schema, Setting
from vmsdl.schema.members import find_settable_members
from vmsdl.schema.traverse import find_reachable

_FIXED = ""  # the name of a machine type that sets every value
_MACHINES = MachinePair(_FIXED)


@dataclass(frozen=True, slots=True)
class PreparedDevice:
    """`places`: the fields of a state, by path."""

    side: Side
    places: Mapping[FieldPath, ScalarNode | ScalarArrayNode | BlockNode] = field(repr=False)
    prover: ConditionProver = field(repr=False)

    def place(self, key: FieldPath) -> ScalarNode | ScalarArrayNode | BlockNode | None:
        """The node of a path. An element belongs to the node of its array."""
        return next(
            (self.places[key[:n]] for n in range(len(key), 0, -1) if key[:n] in self.places), None
        )

    def is_state(self, name: str) -> bool:
        """Whether a name in a condition is a field, and not a setting of the machine."""
        return any(
            name == format_path(key) or name.startswith(f"{format_path(key)}[")
            for key in self.places
        )

    def holds_after_reset(self, e: Expr) -> bool | None:
        """Whether a condition on its state holds right after a reset; None: not known."""
        value = map_places(e, self._find_reset_value)
        return True if is_true(value) else False if is_false(value) else None

    def _find_reset_value(self, part: Expr) -> Expr:
        key = find_path(part)
        found = None if key is None else self.place(key)
        try:
            return part if key is None or found is None else _find_default(found, key)
        except Untranslatable:
            return part


def prepare_device(side: Side, machine: str | None) -> PreparedDevice | None:
    """A device on a machine type; None where it is too large to be analyzed."""
    schema = side.schema
    chosen = dict(collect_settings(schema, machine))
    for body in find_reachable(side.schema, side.description):
        for member in find_settable_members(body):
            value = find_default(member, schema)
            if value is not None:
                chosen.setdefault((body.name, member.name), make_literal(value))
    settings = tuple(Setting(path=path, value=value) for path, value in chosen.items())
    machines = {_FIXED: Machine(name=_FIXED, settings=settings)}
    fixed: Schema = replace(schema, machines=machines)
    one = Side(fixed, side.description)
    source = Flattener(fixed, find_shared_settings(one, one, _MACHINES)[0])
    top = one.description
    try:
        nodes = source.flatten_all(source.place_top(top, top.version_id))
    except (TooLarge, RecursionError):
        return None
    places = {
        node.key: node
        for node in nodes
        if isinstance(node, ScalarNode | ScalarArrayNode | BlockNode)
    }
    return PreparedDevice(one, places, make_prover(one, nodes))


def analyze_move(
    sender: PreparedDevice,
    receiver: PreparedDevice,
    *,
    sender_is_old: bool,
    counts_own: bool = False,
) -> MigrationResult:
    """The migration from one device to another in this configuration."""
    return analyze_migration(
        sender.side,
        receiver.side,
        _MACHINES,
        sender_is_old=sender_is_old,
        is_thorough=counts_own,
        counts_own=counts_own,
    )


def find_affected_states(found: MigrationResult, *kinds: EffectKind) -> Expr:
    """The states that an effect of one of these kinds happens to."""
    return or_(*(shown.condition for shown in found.shown if find_effect_kind(shown) in kinds))


def find_effect_kind(shown: ReportedEffect) -> EffectKind:
    """The kind of an effect; OPEN where it is not certain."""
    return shown.effect.kind if shown.is_certain else EffectKind.OPEN


@dataclass(frozen=True, slots=True)
class TranslatedCondition:
    """A condition, and the fields that it reads."""

    condition: Expr
    sources: frozenset[FieldPath]


def translate_condition(
    e: Expr, here: PreparedDevice, there: PreparedDevice, *, absent: FieldPath | None = None
) -> TranslatedCondition:
    """A condition on the state of `here` as a condition on the state of `there` that was sent.

    Both are equal where all `sources` arrived whole. A field that `there` does not have is at its
    default here, and so is the field `absent` of `there`. Raises Untranslatable.
    """
    pairing = Pairing(here.side, there.side)
    sources: set[FieldPath] = set()

    def translate(part: Expr) -> Expr:
        if isinstance(part, Variable | ExternPresence):
            raise make_untranslatable(UnknownReason.KNOWN_AT_RUN_TIME, unparse(part))
        if isinstance(part, ReceiverValue):
            raise make_untranslatable(UnknownReason.NOT_IN_STATE, unparse(part))
        key = find_path(part)
        if key is None:
            raise make_untranslatable(UnknownReason.ELEMENT_DEPENDS_ON_STATE)
        found = here.place(key)
        if found is None:
            raise make_untranslatable(UnknownReason.NOT_IN_STATE, key)
        other = pairing.counterpart(key)
        source = None if other is None else there.place(other)
        if source is None or other is None or source.key == absent:
            return _find_default(found, key)
        if isinstance(found, BlockNode) != isinstance(source, BlockNode):
            raise make_untranslatable(UnknownReason.NOT_A_SINGLE_VALUE, key)
        sources.add(source.key)
        value = _find_expression(source, other)
        if is_bool(part) == is_bool(value):
            return value
        return (
            make_comparison(Operator.NOT_EQUAL, value, make_literal(0))
            if is_bool(part)
            else to_integer(value)
        )

    if any(_reads_more_than_elements(part) for part in _find_quantifiers(e)):
        raise make_untranslatable(UnknownReason.DEPENDS_ON_MORE_THAN_ELEMENT)
    return TranslatedCondition(map_places(e, translate), frozenset(sources))


def _find_quantifiers(e: Expr) -> Iterator[Quantifier]:
    stack = [e]
    while stack:
        part = stack.pop()
        if isinstance(part, Quantifier):
            yield part
        stack += children(part)


def _reads_more_than_elements(quantifier: Quantifier) -> bool:
    stack = [quantifier.body]
    while stack:
        part = stack.pop()
        if isinstance(part, Member):
            return True
        stack += children(part)
    return False


def _find_default(node: ScalarNode | ScalarArrayNode | BlockNode, key: FieldPath) -> Expr:
    match node:
        case ScalarNode(default=default):
            return make_literal(default)
        case ScalarArrayNode(zero=zero) if key != node.key:
            return make_literal(zero)
        case _:
            raise make_untranslatable(UnknownReason.NOT_A_SINGLE_VALUE, key)


def _find_expression(node: ScalarNode | ScalarArrayNode | BlockNode, key: FieldPath) -> Expr:
    if key == node.key:
        return node.expr
    if (
        isinstance(node, ScalarArrayNode)
        and isinstance(key[-1], int)
        and len(key) == len(node.key) + 1
    ):
        leaves = unroll_array(node)
        if 0 <= key[-1] < len(leaves):
            return leaves[key[-1]].expr
    raise make_untranslatable(UnknownReason.NOT_A_SINGLE_VALUE, key)
