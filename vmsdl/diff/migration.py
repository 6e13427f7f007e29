"""One migration: what happens to every state of a sender at a receiver, and the verdict.

1. What needs no layouts: QEMU compares the version of a section before it reads a field
   (`vmstate_load_vmsd` in `migration/vmstate.c`).
2. Equal descriptions with equal settings: nothing can go wrong.
3. Else both are flattened (`layout/`), followed over the same bytes (`simulate/`), and each way in
   which the load can end is judged (`effects/`).
4. The prover says which effects some state has. These decide the verdict.
5. What is known of the two programs limits what is certain (`evidence.py`).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from vmsdl.diff.effects.context import EffectContext, index_value_nodes
from vmsdl.diff.effects.judge import judge_outcome
from vmsdl.diff.effects.partition import Partition
from vmsdl.diff.evidence import limit_by_evidence
from vmsdl.diff.layout.carried_versions import find_version_carriers
from vmsdl.diff.layout.flatten import Flattener, TooLarge, find_ambiguous_names
from vmsdl.diff.layout.nodes import AnyNode, BlockNode, CheckNode, PlacedBody, ScalarNode
from vmsdl.diff.layout.settings import (
    find_guarantees,
    find_known_paths,
    find_reset_values,
    find_shared_settings,
    have_same_values,
)
from vmsdl.diff.matching.fields import Pairing, Side
from vmsdl.diff.result import MigrationResult, ReportedEffect
from vmsdl.diff.simulate.lists import JudgeElement
from vmsdl.diff.simulate.reasons import EffectReason, UnknownReason, make_unknown
from vmsdl.diff.simulate.records import (
    Effect,
    EffectKind,
    JudgedOutcome,
    LoadEnding,
    LoadOutcome,
)
from vmsdl.diff.simulate.simulation import Simulation
from vmsdl.diff.simulate.walk import Trace, Walk
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.logic import (
    TRUE,
    FieldPath,
    and_,
    is_false,
    make_comparison,
    make_literal,
    not_,
    or_,
)
from vmsdl.expr.nodes import BOOL, Expr, Extern, ExternPresence, Operator, PresenceKind
from vmsdl.expr.text import format_path
from vmsdl.prove.conditions import ConditionProver, ConditionSolver
from vmsdl.prove.shorten import shorten
from vmsdl.schema.description import Description, Role
from vmsdl.schema.structure import find_description_form
from vmsdl.schema.traverse import collect_lengths


def analyze_migration(
    sender: Side,
    receiver: Side,
    machine: str | None,
    *,
    sender_is_old: bool,
    is_thorough: bool = False,
    counts_own: bool = False,
    trace: Trace | None = None,
) -> MigrationResult:
    """What happens to the sender's states at the receiver, on a machine type or on any.

    `is_thorough`: descriptions that are equal are followed too. `counts_own`: a loss counts also
    where the old version loses the same value from itself. `trace` is told of each step.
    """
    try:
        found = _analyze(sender, receiver, machine, sender_is_old, is_thorough, counts_own, trace)
        return limit_by_evidence(found, sender, receiver, sender_is_old=sender_is_old)
    except RecursionError:
        return _leave_unknown(UnknownReason.TOO_DEEP)


def _leave_unknown(reason: UnknownReason) -> MigrationResult:
    effect = Effect(kind=EffectKind.OPEN, condition=TRUE, reason=make_unknown(reason))
    return MigrationResult(Verdict.UNKNOWN, (ReportedEffect(effect, TRUE, False, True),))


def _analyze(
    sender: Side,
    receiver: Side,
    machine: str | None,
    sender_is_old: bool,
    is_thorough: bool,
    counts_own: bool,
    trace: Trace | None,
) -> MigrationResult:
    one, other = sender.description, receiver.description
    if one.unmigratable:
        return MigrationResult(Verdict.OK)  # there is no stream that could be refused
    refusal = _find_header_refusal(one, other)
    if refusal is not None:
        shown = ReportedEffect(refusal, TRUE, is_certain=True, is_always=True)
        return MigrationResult(Verdict.REFUSED, (shown,))
    sender_settings, receiver_settings = find_shared_settings(sender, receiver, machine)
    have_same_settings = sender_settings == receiver_settings and (
        machine is not None or have_same_values(sender.schema, receiver.schema)
    )
    may_be_equal = not is_thorough and have_same_settings
    if may_be_equal and (
        find_description_form(one, sender.schema) == find_description_form(other, receiver.schema)
    ):
        return MigrationResult(Verdict.OK)
    ambiguous = find_ambiguous_names(sender.schema, receiver.schema)
    source = Flattener(sender.schema, sender_settings, ambiguous)
    target = Flattener(receiver.schema, receiver_settings, ambiguous)
    # A section is loaded in the version that it was saved in.
    is_section = one.role is Role.DEVICE
    sent = source.place_top(one, one.version_id)
    expected = target.place_top(other, one.version_id if is_section else other.version_id)
    try:
        sent_nodes, expected_nodes = source.flatten_all(sent), target.flatten_all(expected)
    except TooLarge:
        return _leave_unknown(UnknownReason.TOO_MANY_FIELDS)
    prover = make_prover(sender, sent_nodes, receiver)
    pairing = Pairing(receiver, sender)
    needed = _find_needed(one, source, sent)
    context = EffectContext(
        sent=index_value_nodes(sent_nodes),
        expected=index_value_nodes(expected_nodes),
        pairing=pairing,
        reverse_pairing=Pairing(sender, receiver),
        sender_schema=sender.schema,
        receiver_schema=receiver.schema,
        configuration=bind_configuration(receiver, pairing),
        sender_is_old=sender_is_old,
        section_condition=needed if sender_is_old else _find_needed(other, target, expected),
        counts_own_losses=counts_own,
        omitted=source.omitted,
    )
    simulation = Simulation(
        sender=source,
        receiver=target,
        pairing=pairing,
        solver=prover,
        configuration=context.configuration,
        receiver_places=tuple(context.expected),
        sender_checks=frozenset(
            node.condition for node in sent_nodes if isinstance(node, CheckNode)
        ),
    )
    walk = Walk(simulation, _make_element_judge(context), trace)
    judged = [
        judge_outcome(context, replace(outcome, condition=and_(needed, outcome.condition)))
        for outcome in walk.find_outcomes(sent, expected)
    ]
    if needed != TRUE:
        unsent = LoadOutcome(ending=LoadEnding.ACCEPTED, condition=not_(needed))
        judged.append(judge_outcome(context, unsent))
    carriers = (each.words for each in find_version_carriers(sender))
    assumptions = (*carriers, *_describe_receiver_values(judged))
    return _decide(judged, prover, assumptions)


def _find_header_refusal(one: Description, other: Description) -> Effect | None:
    """A refusal that does not depend on any field."""
    is_section = one.role is Role.DEVICE
    if is_section and one.version_id > other.version_id:
        reason, newest = EffectReason.VERSION_TOO_NEW, other.version_id
        message = f"version {one.version_id} is too new, the newest accepted is {newest}"
    elif is_section and one.version_id < other.minimum_version_id:
        reason, oldest = EffectReason.VERSION_TOO_OLD, other.minimum_version_id
        message = f"version {one.version_id} is too old, the oldest accepted is {oldest}"
    elif other.unmigratable and not one.unmigratable:
        reason, message = EffectReason.UNMIGRATABLE, "the receiver is `unmigratable`"
    else:
        return None
    return Effect(kind=EffectKind.REFUSED, condition=TRUE, reason=reason, message=message)


def _find_needed(description: Description, flattener: Flattener, body: PlacedBody) -> Expr:
    """When a section is sent at all."""
    if description.needed is None or description.role is not Role.DEVICE:
        return TRUE
    if isinstance(description.needed, Extern):
        return ExternPresence(type=BOOL, path=(description.name,), kind=PresenceKind.SENT)
    return flattener.rewrite(description.needed, (body,))


def _make_element_judge(context: EffectContext) -> JudgeElement:
    """What judges elements of lists: their nodes are not among those of the whole."""

    def judge_element(
        sent: list[AnyNode], expected: list[AnyNode]
    ) -> Callable[[LoadOutcome], JudgedOutcome]:
        inner = replace(context, sent=index_value_nodes(sent), expected=index_value_nodes(expected))
        return partial(judge_outcome, inner)

    return judge_element


def bind_configuration(receiver: Side, pairing: Pairing) -> dict[FieldPath, Expr | None]:
    """The receiver's locals and properties in terms of the sender; None: the same expression."""
    return dict(find_known_paths(receiver, pairing))


def _describe_receiver_values(judged: list[JudgedOutcome]) -> Iterator[str]:
    """What is taken to be the receiver's own value, where it is compared with what is sent."""
    nodes = {
        effect.expected.key: effect.expected.default
        for outcome in judged
        for effect in outcome.effects
        if effect.reason in (EffectReason.NOT_EQUAL, EffectReason.OUT_OF_RANGE)
        and isinstance(effect.expected, ScalarNode)
    }
    for path, default in nodes.items():
        yield f"the receiver's own `{format_path(path)}` has its default value, {default}"


# The prover -------------------------------------------------------------------------------------


def make_prover(
    sender: Side, nodes: list[AnyNode], receiver: Side | None = None
) -> ConditionProver:
    """Answers questions about the states that the sender can save; `nodes` are all of its own."""
    defaults = find_reset_values(sender)
    defaults |= {node.key: node.default for node in nodes if isinstance(node, ScalarNode)}
    receiver_defaults = None if receiver is None else find_reset_values(receiver)
    carried = (each.condition for each in find_version_carriers(sender))
    guarantees = list(find_guarantees(sender))
    if receiver is not None:
        guarantees += find_guarantees(receiver, is_receiver=True)
    known = and_(*_find_invariants(nodes), *guarantees, *carried)
    return ConditionProver(sender.schema.enums, defaults, known, receiver_defaults)


def _find_invariants(nodes: list[AnyNode]) -> Iterator[Expr]:
    """What holds in every state that can be saved: the sender's checks, and no negative length."""
    for node in nodes:
        conditions: list[Expr] = []
        match node:
            case CheckNode(condition=condition):
                conditions = [condition]
            case BlockNode(type=type_, sizes=sizes):
                own = sizes[: len(collect_lengths(type_))]
                conditions = [
                    make_comparison(Operator.GREATER_EQUAL, size, make_literal(0)) for size in own
                ]
            case _:
                pass
        for condition in conditions:
            yield or_(not_(and_(node.sender_guard, node.guard)), condition)


# The verdict ------------------------------------------------------------------------------------


def _decide(
    judged: list[JudgedOutcome], prover: ConditionSolver, assumptions: tuple[str, ...]
) -> MigrationResult:
    shown: list[ReportedEffect] = []
    partition = Partition(prover)
    is_open = may_load = False
    for outcome in judged:
        if prover.possible(outcome.condition) is False:
            continue
        partition.add(outcome)
        if not outcome.is_accepted:
            # Of what is unknown it is not known whether it loads.
            may_load = may_load or any(e.kind is EffectKind.OPEN for e in outcome.effects)
        refused = [not_(e.condition) for e in outcome.effects if e.kind is EffectKind.REFUSED]
        corrupted = [not_(e.condition) for e in outcome.effects if e.kind is EffectKind.CORRUPT]
        for effect in outcome.effects:
            # A state is reported once, by the worst that happens to it.
            condition = effect.condition
            if effect.kind in (EffectKind.CORRUPT, EffectKind.LOSSY):
                condition = and_(condition, *refused)
            if effect.kind is EffectKind.LOSSY:
                condition = and_(*corrupted, condition)
            answer = prover.satisfiable(condition)
            if answer.holds is False:
                continue
            is_certain = answer.holds is True and effect.kind is not EffectKind.OPEN
            is_open = is_open or not is_certain
            shown.append(
                ReportedEffect(
                    effect,
                    condition,
                    is_certain=is_certain,
                    is_always=False,
                    doubt=answer.undecided,
                    witness=answer.witness,
                )
            )
    kinds = {each.effect.kind for each in shown if each.is_certain}
    # Where the verdict does not depend on an answer, nothing is asked.
    is_corrupt = EffectKind.CORRUPT in kinds
    loads = arrives = None
    if not (may_load or is_corrupt):
        loads = _is_any_possible(partition.find_loading(), prover)
    if not (is_open or is_corrupt):
        arrives = _is_any_possible(partition.find_arriving(), prover)
    verdict = decide_configuration(kinds, is_open, loads, arrives)
    effects = tuple(_merge_effects(shown, partition, prover))
    return MigrationResult(verdict, effects, assumptions, partition)


def decide_configuration(
    kinds: set[EffectKind], is_open: bool, loads: bool | None, arrives: bool | None
) -> Verdict:
    """The verdict, by the kinds of effects that some state has.

    `is_open`: some effect is not certain. `loads`: some state loads; `arrives`: some state arrives
    whole; None: not known.
    """
    if EffectKind.CORRUPT in kinds:
        return Verdict.CORRUPT
    if is_open:
        # Where nothing loads, nothing that is unknown loads either.
        is_refused = loads is False and EffectKind.REFUSED in kinds
        return Verdict.REFUSED if is_refused else Verdict.UNKNOWN
    if not kinds:
        return Verdict.OK
    if loads is False:
        return Verdict.REFUSED
    if arrives is True:
        return Verdict.CONDITIONAL
    if arrives is False and loads is True:
        return Verdict.LOSSY
    return Verdict.UNKNOWN


def _is_any_possible(conditions: list[Expr], prover: ConditionSolver) -> bool | None:
    """Some state satisfies one of the conditions; None: not known."""
    answer: bool | None = False
    for condition in conditions:
        is_possible = prover.possible(condition)
        if is_possible is True:
            return True
        answer = answer if is_possible is False else None
    return answer


def _merge_effects(
    shown: list[ReportedEffect], partition: Partition, prover: ConditionSolver
) -> Iterator[ReportedEffect]:
    """Effects with one cause as one effect, with as short a condition as can be."""
    groups: dict[object, list[ReportedEffect]] = {}
    for each in shown:
        effect = each.effect
        places = tuple(
            node.key if node is not None else None for node in (effect.sent, effect.expected)
        )
        entry = effect.entry.key if effect.entry is not None else None
        groups.setdefault((effect.kind, effect.reason, places, entry), []).append(each)
    for group in groups.values():
        first = min(group, key=lambda each: (not each.is_certain, len(each.witness)))
        excluded = partition.exclude_others(first.effect.kind)
        condition = shorten(or_(*(excluded.weaken(each.condition) for each in group)), prover)
        rest = not_(condition)
        is_always = is_false(rest) or prover.possible(rest) is False
        if len({each.effect.message for each in group}) > 1:
            first = replace(first, effect=replace(first.effect, message=""))
        yield replace(first, condition=condition, is_always=is_always)
