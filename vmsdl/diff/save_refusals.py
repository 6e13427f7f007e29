"""States that a new `where` or `validate` keeps from being saved at all.

Both are checked on save too: QEMU stops the migration at the source if one fails. All verdicts are
about states that can be saved, so these states get a finding of their own.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.pair import PairPath
from vmsdl.diff.effects.context import EffectContext, index_value_nodes
from vmsdl.diff.layout.flatten import Flattener, TooLarge, find_ambiguous_names
from vmsdl.diff.layout.nodes import AnyNode, CheckNode, ScalarNode
from vmsdl.diff.layout.settings import MachinePair, find_guarantees, find_shared_settings
from vmsdl.diff.matching.fields import Pairing, Side
from vmsdl.diff.migration import bind_configuration
from vmsdl.diff.report import DirectionResult, Finding
from vmsdl.diff.simulate.reasons import Untranslatable
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.logic import TRUE, and_, not_, or_
from vmsdl.expr.nodes import Expr
from vmsdl.expr.text import unparse
from vmsdl.prove.conditions import ConditionProver
from vmsdl.prove.shorten import shorten
from vmsdl.prove.witness import Witness, format_witness
from vmsdl.schema.description import Description, Field, Validate


def find_refused_saves(sender: Side, other: Side, machines: MachinePair) -> Iterator[Finding]:
    """A finding for each check of the sender that some state violates which the other version
    could save. The verdict of the result stays `ok`."""
    mine, yours = find_shared_settings(sender, other, machines)
    plain = find_ambiguous_names(sender.schema, other.schema)
    source = Flattener(sender.schema, mine, plain)
    target = Flattener(other.schema, yours, plain)
    try:
        own = source.flatten_all(
            source.place_top(sender.description, sender.description.version_id)
        )
        rest = target.flatten_all(target.place_top(other.description, other.description.version_id))
        known = frozenset(_translate_checks(own, rest, sender, other))
    except (TooLarge, RecursionError):
        return  # the comparison itself says so
    defaults = {node.key: node.default for node in own if isinstance(node, ScalarNode)}
    all_known = and_(*known, *find_guarantees(sender))
    prover = ConditionProver(sender.schema.enums, defaults, all_known)
    back = Pairing(sender, other)
    groups: dict[tuple[PairPath, int], list[CheckNode]] = {}
    for node in own:
        if isinstance(node, CheckNode) and not node.is_load_only and _is_new(node, known, back):
            path = tuple(part for part in node.key if isinstance(part, str))
            groups.setdefault((path, node.span.start), []).append(node)
    for (path, _), checks in groups.items():
        violated = or_(*(not_(_as_condition(check)) for check in checks))
        answer = prover.satisfiable(violated)
        if answer.holds is True:
            yield _make_finding(sender, path, checks[0], shorten(violated, prover), answer.witness)


def has_load_check(body: Description) -> bool:
    """Whether a body checks something on load alone."""
    for step in body.steps:
        match step:
            case Validate(is_load_only=True):
                return True
            case Field(checks=checks) if any(check.is_load_only for check in checks):
                return True
            case _:
                pass
    return False


def _is_new(check: CheckNode, known: frozenset[Expr], back: Pairing) -> bool:
    """Whether only the sender checks it, of a field that both versions have."""
    return back.counterpart(check.key) is not None and _as_condition(check) not in known


def _make_finding(
    sender: Side,
    path: PairPath,
    check: CheckNode,
    violated: Expr,
    witness: Witness,
) -> Finding:
    top = sender.description
    result = DirectionResult(
        Verdict.OK,
        condition=unparse(violated),
        witness=format_witness(witness),
        state=witness,
        detail=f"the save fails: {check.message}" if check.message else "the save fails",
        expression=violated,
    )
    return Finding(
        rule="save-refused",
        device=top.wire_name,
        path=".".join((top.name, *path)),
        message=f"a state that violates `{unparse(check.condition)}` can no longer be saved",
        new_to_old=result,
        new=check.span,
        help=(
            "check only conditions that are true at every save: QEMU ends the source if one is"
            " false"
        ),
    )


def _translate_checks(
    own: list[AnyNode], rest: list[AnyNode], sender: Side, other: Side
) -> Iterator[Expr]:
    """The checks of the other version on the sender's fields, as far as they can be translated."""
    pairing, back = Pairing(other, sender), Pairing(sender, other)
    context = EffectContext(
        sent=index_value_nodes(own),
        expected=index_value_nodes(rest),
        pairing=pairing,
        reverse_pairing=back,
        sender_schema=sender.schema,
        receiver_schema=other.schema,
        configuration=bind_configuration(other, pairing),
        sender_is_old=False,
        section_condition=TRUE,
    )
    for check in rest:
        if isinstance(check, CheckNode) and not check.is_load_only:
            try:
                yield context.translate_by_pairing(_as_condition(check))
            except Untranslatable:
                continue


def _as_condition(check: CheckNode) -> Expr:
    """What a check demands of every state: of those that it does not apply to, nothing."""
    return or_(not_(and_(check.sender_guard, check.guard)), check.condition)
