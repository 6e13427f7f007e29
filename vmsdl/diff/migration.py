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
from vmsdl.diff.hooks import find_rebuilt
from vmsdl.diff.layout.carried_versions import find_version_carriers
from vmsdl.diff.layout.flatten import Flattener, TooLarge, find_ambiguous_names
from vmsdl.diff.layout.nodes import AnyNode, BlockNode, PlacedBody, ScalarNode
from vmsdl.diff.layout.settings import (
    MachinePair,
    find_guarantees,
    find_known_paths,
    find_reset_values,
    find_shared_settings,
)
from vmsdl.diff.matching.fields import Pairing, Side
from vmsdl.diff.result import MigrationResult, ReportedEffect
from vmsdl.diff.simulate.lists import JudgeElement
from vmsdl.diff.simulate.own_checks import collect_own_checks
from vmsdl.diff.simulate.reasons import EffectReason, UnknownReason, make_unknown
from vmsdl.diff.simulate.records import (
    Effect,
    EffectKind,
    JudgedOutcome,
    LoadEnding,
    LoadOutcome,
)
from vmsdl.diff.simulate.simulation import Simulation
from vmsdl.diff.simulate.totals.difference import LengthDifference
from vmsdl.diff.simulate.walk import Trace, Walk
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.concise import make_concise
from vmsdl.expr.logic import (
    FALSE,
    TRUE,
    FieldPath,
    and_,
    drop_known,
    is_false,
    make_comparison,
    make_literal,
    not_,
    or_,
)
from vmsdl.expr.nodes import BOOL, Expr, Extern, ExternPresence, Operator, PresenceKind
from vmsdl.expr.text import format_path
from vmsdl.prove.budget import Budget
from vmsdl.prove.conditions import ConditionProver, ConditionSolver
from vmsdl.prove.shorten import shorten
from vmsdl.schema.description import Description, Role
from vmsdl.schema.sizes import Sizes
from vmsdl.schema.structure import find_description_form
from vmsdl.schema.traverse import collect_lengths
from vmsdl.schema.types import Array, Bytes


def analyze_migration(
    sender: Side,
    receiver: Side,
    machines: MachinePair,
    *,
    sender_is_old: bool,
    is_thorough: bool = False,
    counts_own: bool = False,
    excused: Expr = FALSE,
    trace: Trace | None = None,
    budget: Budget | None = None,
) -> MigrationResult:
    """What happens to the sender's states at the receiver, on these machines.

    `is_thorough`: descriptions that are equal are followed too. `counts_own`: a loss counts also
    where the old version loses the same value from itself. `excused`: states of the sender that
    nothing is said about. `trace` is told of each step. `budget`: by default one of its own.
    """
    budget = Budget() if budget is None else budget
    try:
        found = _analyze(
            sender,
            receiver,
            machines,
            sender_is_old,
            is_thorough,
            counts_own,
            excused,
            trace,
            budget,
        )
        found = replace(found, machines=machines)
        return limit_by_evidence(found, sender, receiver, sender_is_old=sender_is_old)
    except RecursionError:
        return _leave_unknown(UnknownReason.TOO_DEEP)


def _leave_unknown(reason: UnknownReason) -> MigrationResult:
    return MigrationResult(Verdict.UNKNOWN, (_make_open_effect(reason),))


def _make_open_effect(reason: UnknownReason, near: Effect | None = None) -> ReportedEffect:
    """`near`: an effect at the same place."""
    effect = Effect(kind=EffectKind.OPEN, condition=TRUE, reason=make_unknown(reason))
    if near is not None:
        effect = replace(effect, sent=near.sent, expected=near.expected, entry=near.entry)
    return ReportedEffect(effect, TRUE, is_certain=False, is_always=True)


def _analyze(
    sender: Side,
    receiver: Side,
    machines: MachinePair,
    sender_is_old: bool,
    is_thorough: bool,
    counts_own: bool,
    excused: Expr,
    trace: Trace | None,
    budget: Budget,
) -> MigrationResult:
    one, other = sender.description, receiver.description
    if one.unmigratable:
        return MigrationResult(Verdict.OK)  # there is no stream that could be refused
    refusal = _find_header_refusal(one, other)
    if refusal is not None:
        return _refuse_always(refusal)
    sender_settings, receiver_settings = find_shared_settings(sender, receiver, machines)
    may_be_equal = not is_thorough and sender_settings == receiver_settings
    if may_be_equal and (
        find_description_form(one, sender.schema) == find_description_form(other, receiver.schema)
    ):
        return MigrationResult(Verdict.OK)
    ambiguous = find_ambiguous_names(sender.schema, receiver.schema)
    source = Flattener(sender.schema, sender_settings, ambiguous, saves=True)
    target = Flattener(receiver.schema, receiver_settings, ambiguous)
    # A section is loaded in the version that it was saved in.
    is_section = one.role is Role.DEVICE
    sent = source.place_top(one, one.version_id)
    expected = target.place_top(other, one.version_id if is_section else other.version_id)
    try:
        sent_nodes, expected_nodes = source.flatten_all(sent), target.flatten_all(expected)
    except TooLarge:
        refusal = _find_size_refusal(sender, receiver)
        return (
            _leave_unknown(UnknownReason.TOO_MANY_FIELDS)
            if refusal is None
            else _refuse_always(refusal)
        )
    prover = make_prover(sender, sent_nodes, receiver, not_(excused), budget)
    pairing = Pairing(receiver, sender)
    needed = _find_needed(one, source, sent)
    carriers = find_version_carriers(sender)
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
        rebuilt=find_rebuilt(receiver),
        carried={each.place: each.version for each in carriers},
    )
    simulation = Simulation(
        sender=source,
        receiver=target,
        pairing=pairing,
        solver=prover,
        configuration=context.configuration,
        receiver_places=tuple(context.expected),
        reset_values=find_reset_values(sender),
        budget=budget.share(2),  # the rest is for what becomes of each outcome
    )
    walk = Walk(simulation, _make_element_judge(context), trace)
    judged = [
        judge_outcome(context, replace(outcome, condition=and_(needed, outcome.condition)))
        for outcome in walk.find_outcomes(sent, expected)
    ]
    if needed != TRUE:
        unsent = LoadOutcome(ending=LoadEnding.ACCEPTED, condition=not_(needed))
        judged.append(judge_outcome(context, unsent))
    assumptions = (*(each.words for each in carriers), *_describe_receiver_values(judged))
    return decide(judged, prover, assumptions)


def _find_header_refusal(one: Description, other: Description) -> Effect | None:
    """A refusal that does not depend on any field."""
    is_section = one.role is Role.DEVICE
    unknown = one.find_unknown_instances(other)
    if is_section and unknown:
        # A section is looked up before its version is compared (`qemu_loadvm_section_start_full`).
        reason = EffectReason.UNKNOWN_INSTANCE
        message = f"the receiver has no instance {', '.join(map(str, unknown))}"
    elif is_section and one.version_id > other.version_id:
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


def _refuse_always(refusal: Effect) -> MigrationResult:
    shown = ReportedEffect(refusal, TRUE, is_certain=True, is_always=True)
    return MigrationResult(Verdict.REFUSED, (shown,))


def _find_size_refusal(sender: Side, receiver: Side) -> Effect | None:
    """A refusal because one section is longer in every state, by its schema alone.

    Nothing is opened up for it: this decides sections that have too many fields for more.
    """
    one = sender.description
    if one.role is not Role.DEVICE or one.needed is not None:
        return None
    sent, expected = (
        Sizes(side.schema).measure_struct(side.description.name, one.version_id)
        for side in (sender, receiver)
    )
    if sent is None or expected is None or sent == expected:
        return None
    difference = LengthDifference(sent - expected)
    return Effect(
        kind=EffectKind.REFUSED,
        condition=TRUE,
        reason=EffectReason.TRAILING_DATA if sent > expected else EffectReason.TRUNCATED,
        message=difference.describe(sent > expected, is_always=True),
    )


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
    sender: Side,
    nodes: list[AnyNode],
    receiver: Side | None = None,
    known: Expr = TRUE,
    budget: Budget | None = None,
) -> ConditionProver:
    """Answers questions about the states that the sender can save; `nodes` are all of its own.

    `known`: what else holds in the states that questions are about.
    """
    defaults = find_reset_values(sender)
    defaults |= {node.key: node.default for node in nodes if isinstance(node, ScalarNode)}
    receiver_defaults = None if receiver is None else find_reset_values(receiver)
    carried = (each.condition for each in find_version_carriers(sender))
    guarantees = list(find_guarantees(sender))
    if receiver is not None:
        guarantees += find_guarantees(receiver, is_receiver=True)
    known = and_(known, *_find_invariants(nodes), *guarantees, *carried)
    counts = {
        node.expr: node.sizes[0]
        for node in nodes
        if isinstance(node, BlockNode) and isinstance(node.type, Array | Bytes)
    }
    return ConditionProver(sender.schema.enums, defaults, known, receiver_defaults, budget, counts)


def _find_invariants(nodes: list[AnyNode]) -> Iterator[Expr]:
    """What holds in every state that can be saved: the sender's checks, and no negative length."""
    yield collect_own_checks(nodes).saved
    for node in nodes:
        if isinstance(node, BlockNode):
            is_absent = not_(and_(node.sender_guard, node.guard))
            for size in node.sizes[: len(collect_lengths(node.type))]:
                yield or_(is_absent, make_comparison(Operator.GREATER_EQUAL, size, make_literal(0)))


# The verdict ------------------------------------------------------------------------------------


def decide(
    judged: list[JudgedOutcome], prover: ConditionSolver, assumptions: tuple[str, ...]
) -> MigrationResult:
    """From what happens to the states of each outcome to the verdict, and the effects behind it."""
    shown: list[ReportedEffect] = []
    partition = Partition(prover)
    may_load = False
    for outcome in judged:
        if prover.possible(outcome.condition) is False:
            continue
        partition.add(outcome)
        if not outcome.is_accepted:
            # Of what is unknown it is not known whether it loads.
            may_load = may_load or any(e.kind is EffectKind.OPEN for e in outcome.effects)
        refused, opened, corrupted = (
            [
                not_(drop_known(e.condition, outcome.condition))
                for e in outcome.effects
                if e.kind is kind
            ]
            for kind in (EffectKind.REFUSED, EffectKind.OPEN, EffectKind.CORRUPT)
        )
        for effect in outcome.effects:
            # A state is reported once, by the worst that happens to it.
            condition = effect.condition
            if effect.kind is not EffectKind.REFUSED:
                condition = and_(condition, *refused)
            if effect.kind is EffectKind.LOSSY:
                condition = and_(*corrupted, *opened, condition)
            answer = prover.satisfiable(condition)
            if answer.holds is False:
                continue
            is_certain = answer.holds is True and effect.kind is not EffectKind.OPEN
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
    effects = list(_merge_effects(shown, partition, prover))
    is_open = not all(each.is_certain for each in effects)
    verdict = _find_verdict(effects, partition, prover, is_open=is_open, may_load=may_load)
    if verdict is Verdict.UNKNOWN and not is_open:
        # All other verdicts are those of an effect. The edits that cause the first one are those
        # to look at.
        effects.append(_make_open_effect(UnknownReason.ARRIVAL_UNDECIDED, effects[0].effect))
    return MigrationResult(verdict, tuple(effects), assumptions, partition)


def _find_verdict(
    shown: list[ReportedEffect],
    partition: Partition,
    prover: ConditionSolver,
    *,
    is_open: bool,
    may_load: bool,
) -> Verdict:
    """`is_open`: some effect is not certain. `may_load`: of some states it is not known whether
    they load."""
    kinds = {each.effect.kind for each in shown if each.is_certain}
    loads = arrives = None
    # Where the verdict does not depend on an answer, nothing is asked.
    if kinds and EffectKind.CORRUPT not in kinds:
        loads = _is_any_possible(partition.find_loading(), prover)
        loads = None if loads is False and may_load else loads
        if not is_open:
            arrives = _is_any_possible(partition.find_arriving(), prover)
    return decide_configuration(
        kinds,
        is_open=is_open,
        loads=loads,
        arrives=arrives,
        is_reset_refused=any(map(_is_after_reset, shown)),
    )


def decide_configuration(
    kinds: set[EffectKind],
    *,
    is_open: bool,
    loads: bool | None,
    arrives: bool | None,
    is_reset_refused: bool,
) -> Verdict:
    """The worst that is proved, by the kinds of effects that some state has.

    `is_open`: some effect is not certain. `loads`: some state loads; `arrives`: some state arrives
    whole; None: not known. `is_reset_refused`: the state after reset is refused.
    """
    if EffectKind.CORRUPT in kinds:
        return Verdict.CORRUPT
    if not kinds and not is_open:
        return Verdict.OK
    if EffectKind.REFUSED in kinds and (loads is False or (loads is None and is_reset_refused)):
        return Verdict.REFUSED
    if is_open or arrives is None:
        return Verdict.UNKNOWN
    if arrives:
        return Verdict.CONDITIONAL
    return Verdict.LOSSY if loads else Verdict.UNKNOWN


def _is_after_reset(shown: ReportedEffect) -> bool:
    """The state after reset is refused for certain: nothing in it is away from its default."""
    is_refused = shown.effect.kind is EffectKind.REFUSED
    return is_refused and shown.is_certain and not shown.witness


def _is_any_possible(conditions: list[Expr], prover: ConditionSolver) -> bool | None:
    """Some state satisfies one of the conditions; None: not known."""
    if any(prover.holds_after_reset(each, is_last=True) for each in conditions):
        return True
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
        if is_false(condition) or (not first.is_certain and is_false(make_concise(condition))):
            continue  # by its form no state is so, for all that the prover did not decide
        rest = not_(condition)
        is_always = is_false(rest) or prover.possible(rest) is False
        if len({each.effect.message for each in group}) > 1:
            first = replace(first, effect=replace(first.effect, message=""))
        yield replace(first, condition=condition, is_always=is_always)
