"""One direction of one pair of descriptions: from what can happen to a verdict with its reasons."""

from collections.abc import Iterator
from dataclasses import replace

from vmsdl.diff.effects.judge import Judge
from vmsdl.diff.effects.partition import Partition
from vmsdl.diff.evidence import (
    BY_NAME,
    find_hook_reason,
    find_untyped_reason,
    limit_by_evidence,
    mark_open,
)
from vmsdl.diff.layout.carried_versions import find_version_carriers
from vmsdl.diff.layout.flatten import Flattener, TooLarge, is_ambiguous
from vmsdl.diff.layout.nodes import AnyNode, BlockNode, CheckNode, ScalarArrayNode, ScalarNode
from vmsdl.diff.layout.settings import are_alike, find_reset_values, find_shared_settings
from vmsdl.diff.matching.fields import Pairing, Side
from vmsdl.diff.result import MigrationResult, ReportedEffect
from vmsdl.diff.simulate.records import Effect, EffectKind, JudgedOutcome, LoadEnding, LoadOutcome
from vmsdl.diff.simulate.walk import Walk
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
) -> MigrationResult:
    """What becomes of the sender's states at the receiver.

    What is equal is not looked into, but where it is asked to be thorough. `counts_own`: a loss
    counts too where old loses the same value from itself.
    """
    try:
        found = _direction(sender, receiver, machine, sender_is_old, is_thorough, counts_own)
        return _within(found, sender, receiver, sender_is_old=sender_is_old)
    except RecursionError:
        effect = Effect(kind=EffectKind.OPEN, when=TRUE, reason="an expression is too deep")
        return MigrationResult(Verdict.UNKNOWN, (ReportedEffect(effect, TRUE, False, True),))


def _within(
    found: MigrationResult, sender: Side, receiver: Side, *, sender_is_old: bool
) -> MigrationResult:
    """No more than what can be known: where a limit bears on the verdict, it is not decided."""
    certain = [shown for shown in found.shown if shown.is_certain]
    by_name = certain and all(shown.effect.reason in BY_NAME for shown in certain)
    if why := find_untyped_reason(sender, receiver):
        found = replace(found, assumed=(*found.assumed, why))
        return found if found.verdict is Verdict.OK or by_name else mark_open(found, why)
    found = limit_by_evidence(found, sender, receiver, sender_is_old=sender_is_old)
    why = find_hook_reason(sender, receiver)
    if why and found.verdict in (Verdict.OK, Verdict.CONDITIONAL, Verdict.LOSSY):
        effect = Effect(kind=EffectKind.OPEN, when=TRUE, reason=why)
        open_ = ReportedEffect(effect, TRUE, is_certain=False, is_always=True)
        return replace(found, verdict=Verdict.UNKNOWN, shown=(*found.shown, open_), regions=None)
    return found


def _direction(
    sender: Side,
    receiver: Side,
    machine: str | None,
    sender_is_old: bool,
    is_thorough: bool,
    counts_own: bool,
) -> MigrationResult:
    one, other = sender.description, receiver.description
    if one.unmigratable:
        return MigrationResult(Verdict.OK)  # there is no stream that could be refused
    early = _early(one, other)
    if early is not None:
        shown = ReportedEffect(early, TRUE, is_certain=True, is_always=True)
        return MigrationResult(Verdict.REFUSED, (shown,))
    settings_one, settings_other = find_shared_settings(sender, receiver, machine)
    is_alike = machine is not None or are_alike(sender.schema, receiver.schema)
    if not is_thorough and is_alike and settings_one == settings_other:
        first, second = find_description_form(one, sender.schema), find_description_form(
            other, receiver.schema
        )
        if first == second:
            return MigrationResult(Verdict.OK)
    plain = is_ambiguous(sender.schema, receiver.schema)
    source = Flattener(sender.schema, settings_one, plain)
    target = Flattener(receiver.schema, settings_other, plain)
    is_section = one.role is Role.DEVICE
    sent = source.top(one, one.version_id)
    wanted = target.top(other, one.version_id if is_section else other.version_id)
    try:
        all_sent, all_wanted = source.everything(sent), target.everything(wanted)
    except TooLarge:
        effect = Effect(kind=EffectKind.OPEN, when=TRUE, reason="it has too many fields")
        return MigrationResult(Verdict.UNKNOWN, (ReportedEffect(effect, TRUE, False, True),))
    carried = find_version_carriers(sender)
    prover = make_prover(sender, all_sent, receiver)
    pairing, back = Pairing(receiver, sender), Pairing(sender, receiver)
    keys = [
        node.key
        for node in all_wanted
        if isinstance(node, ScalarNode | ScalarArrayNode | BlockNode)
    ]
    rules = frozenset(node.condition for node in all_sent if isinstance(node, CheckNode))
    known_there = bind_configuration(receiver, pairing)
    section = _needed(one, source, sent) if sender_is_old else _needed(other, target, wanted)

    def judge_of(sent_nodes: list[AnyNode], wanted_nodes: list[AnyNode]) -> Judge:
        schemas = (sender.schema, receiver.schema)
        return Judge(
            sent_nodes,
            wanted_nodes,
            pairing,
            back,
            schemas,
            known_there,
            sender_is_old=sender_is_old,
            section=section,
            counts_own=counts_own,
            omitted=source.omitted,
        )

    walk = Walk(source, target, sent, wanted, prover, known_there, pairing, keys, rules, judge_of)
    judge = judge_of(all_sent, all_wanted)
    needed = _needed(one, source, sent)
    ended = [judge.judge(replace(o, when=and_(needed, o.when))) for o in walk.outcomes()]
    if needed != TRUE:
        ended.append(judge.judge(LoadOutcome(ending=LoadEnding.ACCEPTED, when=not_(needed))))
    assumed = (*(each.words for each in carried), *_own_values(ended))
    return _decided(ended, prover, assumed)


def _early(one: Description, other: Description) -> Effect | None:
    reason = message = ""
    if one.role is Role.DEVICE and one.version_id > other.version_id:
        reason = "version-too-new"
        message = f"version {one.version_id} is too new, the newest known is {other.version_id}"
    elif one.role is Role.DEVICE and one.version_id < other.minimum_version_id:
        reason = "version-too-old"
        oldest = other.minimum_version_id
        message = f"version {one.version_id} is too old, the oldest known is {oldest}"
    elif other.unmigratable and not one.unmigratable:
        reason, message = "unmigratable", "the receiver is marked as not migratable"
    if not reason:
        return None
    return Effect(kind=EffectKind.REFUSED, when=TRUE, reason=reason, message=message)


def _needed(one: Description, source: Flattener, body: object) -> Expr:
    if one.needed is None or one.role is not Role.DEVICE:
        return TRUE
    if isinstance(one.needed, Extern):
        return ExternPresence(type=BOOL, path=(one.name,), kind=PresenceKind.SENT)
    return source.rewrite(one.needed, (body,))  # type: ignore[arg-type]


def make_prover(
    sender: Side, nodes: list[AnyNode], receiver: Side | None = None
) -> ConditionProver:
    """It is asked about states that the sender can save; `nodes` are all of its own."""
    defaults = find_reset_values(sender) | _defaults(nodes)
    receiver_defaults = None if receiver is None else find_reset_values(receiver)
    carried = (each.condition for each in find_version_carriers(sender))
    known = and_(*_invariants(nodes), *carried)
    return ConditionProver(sender.schema.enums, defaults, known, receiver_defaults)


def _own_values(ended: list[JudgedOutcome]) -> Iterator[str]:
    """What the receiver compares with."""
    nodes = {
        effect.wanted.key: effect.wanted.default
        for way in ended
        for effect in way.effects
        if effect.reason in ("not-equal", "out-of-range") and isinstance(effect.wanted, ScalarNode)
    }
    for key, default in nodes.items():
        yield f"the receiver's own `{format_path(key)}` is {default}, its default"


def _invariants(nodes: list[AnyNode]) -> Iterator[Expr]:
    """What holds in every state that a sender can save: its own checks, and no negative length."""
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
            yield or_(not_(and_(node.under, node.guard)), condition)


def _defaults(nodes: list[AnyNode]) -> dict[FieldPath, int | bool]:
    return {node.key: node.default for node in nodes if isinstance(node, ScalarNode)}


def bind_configuration(receiver: Side, pairing: Pairing) -> dict[FieldPath, Expr | None]:
    """The receiver's configuration in the sender's words: equal where both have it."""
    from vmsdl.diff.layout.settings import find_known_paths

    return dict(find_known_paths(receiver, pairing))


def _decided(
    ended: list[JudgedOutcome], prover: ConditionSolver, assumed: tuple[str, ...]
) -> MigrationResult:
    shown: list[ReportedEffect] = []
    regions = Partition(prover)
    is_open = maybe = False
    for way in ended:
        if prover.possible(way.when) is False:
            continue
        refusals = [e.when for e in way.effects if e.kind is EffectKind.REFUSED]
        if not way.is_accepted:
            # Of what is open nobody knows how it ends.
            maybe = maybe or bool([e for e in way.effects if e.kind is EffectKind.OPEN])
        corrupted = [not_(e.when) for e in way.effects if e.kind is EffectKind.CORRUPT]
        regions.add(way)
        for effect in way.effects:
            when = effect.when
            if effect.kind in (EffectKind.CORRUPT, EffectKind.LOSSY):
                when = and_(when, *(not_(each) for each in refusals))
            if effect.kind is EffectKind.LOSSY:
                when = and_(*corrupted, when)  # a state is told of once, by the worst of it
            answer = prover.satisfiable(when)
            if answer.holds is False:
                continue
            is_certain = answer.holds is True and effect.kind is not EffectKind.OPEN
            is_open = is_open or not is_certain
            shown.append(
                ReportedEffect(
                    effect,
                    when,
                    is_certain=is_certain,
                    is_always=False,
                    why=answer.why,
                    witness=answer.witness,
                )
            )
    kinds = {each.effect.kind for each in shown if each.is_certain}
    # What is not asked for takes no proof.
    is_bad = EffectKind.CORRUPT in kinds
    loads = None if maybe or is_bad else _some(regions.loading(), prover)
    arrives = None if is_open or is_bad else _some(regions.arriving(), prover)
    verdict = decide_configuration(kinds, is_open, loads, arrives)
    return MigrationResult(verdict, tuple(_merged(shown, regions, prover)), assumed, regions)


def decide_configuration(
    kinds: set[EffectKind], is_open: bool, loads: bool | None, arrives: bool | None
) -> Verdict:
    """The verdict, decided from the top: what states can end in, and whether one of them loads, and
    arrives whole; None: not known."""
    if EffectKind.CORRUPT in kinds:
        return Verdict.CORRUPT
    if is_open:
        # Nothing loads: then nothing that is open can be loaded either.
        return (
            Verdict.REFUSED if loads is False and EffectKind.REFUSED in kinds else Verdict.UNKNOWN
        )
    if not kinds:
        return Verdict.OK
    if loads is False:
        return Verdict.REFUSED
    if arrives is True:
        return Verdict.CONDITIONAL
    if arrives is False and loads is True:
        return Verdict.LOSSY
    return Verdict.UNKNOWN


def _some(conditions: list[Expr], prover: ConditionSolver) -> bool | None:
    """Is there a state of which one of these holds?"""
    answer: bool | None = False
    for condition in conditions:
        holds = prover.possible(condition)
        if holds is True:
            return True
        answer = answer if holds is False else None
    return answer


def _merged(
    shown: list[ReportedEffect], regions: Partition, prover: ConditionSolver
) -> Iterator[ReportedEffect]:
    """Effects with one cause are one, and say no more than they must."""
    groups: dict[object, list[ReportedEffect]] = {}
    for each in shown:
        effect = each.effect
        keys = tuple(
            node.key if node is not None else None for node in (effect.sent, effect.wanted)
        )
        name = effect.entry.key if effect.entry is not None else None
        groups.setdefault((effect.kind, effect.reason, keys, name), []).append(each)
    for group in groups.values():
        first = min(group, key=lambda each: (not each.is_certain, len(each.witness)))
        besides = regions.besides(first.effect.kind)
        when = shorten(or_(*(besides.relaxed(each.when) for each in group)), prover)
        rest = not_(when)
        is_always = is_false(rest) or prover.possible(rest) is False
        if len({each.effect.message for each in group}) > 1:
            first = replace(first, effect=replace(first.effect, message=""))
        yield replace(first, when=when, is_always=is_always)
