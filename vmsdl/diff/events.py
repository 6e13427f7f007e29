"""What happens to the state that is sent, told one by one, with the edits that cause it.

A finding is an edit with its effects; an event is an effect with its edits. Both are made from the
same `ReportedEffect`s: `attribute.py` puts them into the results of findings, and here they are
taken out again and turned round. So a suppression of a finding, by its fingerprint, is one of the
event that it causes.

An example. `lun` is sent where the receiver reads `ti_cmd`, and what follows is one byte off. Three
edits together cause it, so three findings have the effect. It is one event: `lun` arrives as
`ti_cmd`, caused by three edits.

A result without effects is an event of its own: a section that the other side does not have.
"""

from collections.abc import Iterator
from dataclasses import field

from vmsdl.diff.direction import Direction
from vmsdl.diff.layout.nodes import AnyNode, CheckNode, ScalarNode
from vmsdl.diff.layout.settings import find_default, find_field
from vmsdl.diff.matching.fields import Pairing, Side
from vmsdl.diff.report import ALWAYS, DeviceReport, DirectionResult, Finding, Report
from vmsdl.diff.result import ReportedEffect
from vmsdl.diff.simulate.reasons import (
    DISPLACED_REASONS,
    LENGTH_REASONS,
    EffectReason,
    Unknown,
)
from vmsdl.diff.simulate.records import Effect, EffectKind, ReadNode
from vmsdl.diff.simulate.subsections import HEADER
from vmsdl.diff.verdict import Verdict
from vmsdl.diff.wording.condition import ConditionWords, describe_condition
from vmsdl.diff.wording.places import SenderPlaces
from vmsdl.expr.concise import make_concise
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import (
    and_,
    collect_operands,
    is_true,
    make_literal,
    map_places,
)
from vmsdl.expr.nodes import BOOL, Expr, ExternPresence, Operator, PresenceKind
from vmsdl.expr.text import format_path, unparse
from vmsdl.prove.witness import format_witness
from vmsdl.records import dataclass
from vmsdl.schema.description import Description
from vmsdl.schema.types import EnumType

Identity = tuple[object, ...]  # of an edit: its findings differ in their results alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One thing that happens at one place.

    `sent`: the fields whose bytes are read, `received`: the field that reads them. `offset`: of
    these bytes in the section, `size`: their number. `sent_type`, `received_type`: what the bytes
    are to either side. `message`: what the receiver says. `name`: of the subsection or check that
    it is about. `value`: what the receiver then has in the example state, or in every state.
    `meanings`: the members of an enum that it is to either side.
    """

    reason: EffectReason | Unknown | None
    sent: tuple[str, ...] = ()
    received: str | None = None
    sent_type: str | None = None
    received_type: str | None = None
    offset: int | None = None
    size: int = 0
    message: str = ""
    name: str = ""
    value: int | bool | None = None
    meanings: tuple[str, str] | None = None
    is_received: bool = True  # false: the receiver has no such field
    condition: str | None = None
    expression: Expr | None = None
    words: ConditionWords | None = None  # the same for people; None: of no state in particular
    witness: dict[str, int | bool] | None = None
    doubt: str = ""

    @property
    def is_always(self) -> bool:
        return self.condition == ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happens to states of a device that are sent in one direction.

    `occurrences`: at each place where it happens; the first stands for all. `causes`: the findings
    of the edits that it comes from, and `results`: what each of them says of it.
    """

    device: str
    direction: Direction
    verdict: Verdict
    occurrences: tuple[Occurrence, ...]
    causes: tuple[Finding, ...]
    results: tuple[DirectionResult, ...] = field(repr=False)
    is_always: bool

    @property
    def first(self) -> Occurrence:
        return self.occurrences[0]

    @property
    def is_suppressed(self) -> bool:
        return all(result.suppression is not None for result in self.results)

    @property
    def cause_identities(self) -> frozenset[Identity]:
        return frozenset(map(identify_edit, self.causes))


def identify_edit(finding: Finding) -> Identity:
    """The same for all findings of one edit, and for no other edit."""
    places = ((span.source.path, span.start, span.end) for span in (finding.old, finding.new))
    return (finding.rule, finding.device, finding.path, finding.message, *places)


def find_events(report: Report) -> tuple[Event, ...]:
    """The events of all devices, the worst first."""
    devices = {device.name: device for device in report.devices}
    events: list[Event] = []
    groups: dict[object, _EventInTheMaking] = {}
    causes_of = _find_causes(report)
    for finding in report.findings:
        for direction in Direction:
            result = finding.result(direction)
            if result.is_silent:
                continue
            if not result.effects:
                events.append(_make_single(finding, direction, result))
                continue
            for shown in result.effects:
                causes = causes_of[id(shown)]
                key = (finding.device, direction, result.verdict, _find_family(shown), causes)
                group = groups.setdefault(
                    key, _EventInTheMaking(finding.device, direction, result.verdict)
                )
                group.add(shown, finding, result)
    events += (group.make(devices.get(group.device)) for group in groups.values())
    return tuple(sorted(_merge_equal(events), key=lambda event: -event.verdict.badness))


def _find_causes(report: Report) -> dict[int, frozenset[Identity]]:
    found: dict[int, set[Identity]] = {}
    for finding in report.findings:
        for direction in Direction:
            for shown in finding.result(direction).effects:
                found.setdefault(id(shown), set()).add(identify_edit(finding))
    return {key: frozenset(causes) for key, causes in found.items()}


def _find_family(shown: ReportedEffect) -> object:
    """Effects that are one thing for a reader have one family."""
    reason = shown.effect.reason
    if not shown.is_certain:
        return "open"
    for family in (LENGTH_REASONS, DISPLACED_REASONS):
        if reason in family:
            return family
    return reason


def _make_single(finding: Finding, direction: Direction, result: DirectionResult) -> Event:
    """An event that is no effect of bytes: its finding says what happens."""
    occurrence = Occurrence(
        reason=None,
        message=result.detail or "",
        condition=result.condition,
        expression=result.expression,
        words=_describe_words(result),
        witness=result.witness,
    )
    return Event(
        device=finding.device,
        direction=direction,
        verdict=result.verdict,
        occurrences=(occurrence,),
        causes=(finding,),
        results=(result,),
        is_always=result.is_always,
    )


def _describe_words(result: DirectionResult) -> ConditionWords | None:
    if result.is_always or result.expression is None:
        return None
    return describe_condition(result.expression)


def _merge_equal(events: list[Event]) -> Iterator[Event]:
    """Reports of several releases have one event several times, each from its own comparison."""
    known: dict[object, Event] = {}
    for event in events:
        key = (event.device, event.direction, event.verdict, event.cause_identities)
        told = tuple((each.reason, each.sent, each.condition) for each in event.occurrences)
        if (key, told) not in known:
            known[key, told] = event
            yield event


class _EventInTheMaking:
    """The effects that become one event."""

    def __init__(self, device: str, direction: Direction, verdict: Verdict) -> None:
        self.device = device
        self.direction = direction
        self.verdict = verdict
        self._shown: dict[int, ReportedEffect] = {}
        self._causes: dict[Identity, tuple[Finding, DirectionResult]] = {}

    def add(self, shown: ReportedEffect, finding: Finding, result: DirectionResult) -> None:
        self._shown.setdefault(id(shown), shown)
        self._causes.setdefault(identify_edit(finding), (finding, result))

    def make(self, device: DeviceReport | None) -> Event:
        shown = sorted(self._shown.values(), key=_rank)
        ends: tuple[Side | None, Side | None] = (None, None)
        if device is not None:
            ends = self.direction.order_ends(device.old, device.new)
        results = tuple(result for _, result in self._causes.values())
        assumed = () if device is None else device.assumptions
        is_whole = any(len(shown) == len(result.effects) for result in results)
        return Event(
            device=self.device,
            direction=self.direction,
            verdict=self.verdict,
            occurrences=tuple(_describe(each, *ends, assumed) for each in shown),
            causes=tuple(finding for finding, _ in self._causes.values()),
            results=results,
            is_always=any(each.is_always for each in shown)
            or (is_whole and any(result.is_always for result in results)),
        )


def _rank(shown: ReportedEffect) -> tuple[bool, bool, int]:
    """Bytes are misread from the first on; else the simplest state shows it best."""
    offset = shown.effect.offset
    simplicity = (not shown.effect.message, len(shown.witness))
    return (offset is None, *(simplicity if offset is None else (False, offset)))


# One place ----------------------------------------------------------------------------------------


def _describe(
    shown: ReportedEffect, sender: Side | None, receiver: Side | None, assumed: tuple[str, ...]
) -> Occurrence:
    """`assumed`: what is said once, of all of the device."""
    effect = shown.effect
    doubt = "" if shown.doubt is None else shown.doubt.text
    read = next((each for each in effect.reads if each.node is effect.expected), None)
    sources = _find_sources(shown, read)
    value, is_received = _find_received(shown, read, sender, receiver)
    is_check = isinstance(effect.expected, CheckNode)
    name = "" if effect.entry is None else effect.entry.description.wire_name
    if isinstance(effect.expected, CheckNode):
        name = unparse(effect.expected.condition)
    can_show = shown.is_certain and not shown.is_always
    return Occurrence(
        reason=effect.reason,
        sent=tuple(format_path(node.key) for node in sources),
        received=None if effect.expected is None or is_check else format_path(effect.expected.key),
        sent_type=_find_type(sources[0]) if len(sources) == 1 else None,
        received_type=_find_type(effect.expected),
        offset=effect.offset,
        size=getattr(effect.expected, "width", 1),
        message=effect.message,
        name=name,
        value=value,
        meanings=_find_meanings(effect, value, sender, receiver),
        is_received=is_received,
        condition=ALWAYS if shown.is_always else unparse(shown.condition),
        expression=shown.condition,
        words=None if shown.is_always else _describe_states(shown, sender),
        witness=format_witness(shown.witness) if can_show else None,
        doubt="" if doubt in assumed else doubt,
    )


def _describe_states(shown: ReportedEffect, sender: Side | None) -> ConditionWords:
    """When it happens. Where that is long, that a field is sent is not taken apart."""
    words = describe_condition(shown.condition, sender)
    node = shown.effect.sent
    if words.is_exact or node is None or sender is None:
        return words
    parts = _split(make_concise(shown.condition))
    presence = _split(make_concise(and_(node.sender_guard, node.guard)))
    if not set(presence) <= set(parts):
        return words
    rest = [part for part in parts if part not in presence]
    return describe_condition(and_(_name_presence(node, sender), *rest), sender)


def _name_presence(node: AnyNode, sender: Side) -> Expr:
    """That the field is in the stream; that its subsection is, where this is all it takes."""
    places = SenderPlaces(sender)
    owners = (node.key[:length] for length in range(len(node.key) - 1, 0, -1))
    sub = next((path for path in owners if isinstance(places.find_type(path), Description)), None)
    is_sent = sub is not None and is_true(node.guard)
    kind = PresenceKind.SENT if is_sent else PresenceKind.THERE
    return ExternPresence(type=BOOL, path=(sub if is_sent and sub else node.key), kind=kind)


def _split(e: Expr) -> list[Expr]:
    return collect_operands(e, Operator.AND)


def _find_sources(shown: ReportedEffect, read: ReadNode | None) -> list[AnyNode]:
    """The fields whose bytes are read, each once; else the one that was sent."""
    found: list[AnyNode] = []
    if read is not None and read.source is None:
        found = [piece.leaf for piece in read.pieces if piece.leaf is not None]
    elif shown.effect.sent is not None:
        found = [shown.effect.sent]
    names = {node.key: node for node in found if node.key[:1] != (HEADER,)}
    return list(names.values())


def _find_type(node: AnyNode | None) -> str | None:
    return node.scalar if isinstance(node, ScalarNode) else None


def _find_received(
    shown: ReportedEffect, read: ReadNode | None, sender: Side | None, receiver: Side | None
) -> tuple[int | bool | None, bool]:
    """What the receiver has, where it is a number; and whether it has the field at all."""
    effect = shown.effect
    is_other = effect.kind is EffectKind.CORRUPT or effect.reason is EffectReason.RESIGNED
    if is_other and shown.is_certain:
        return (None if read is None else _evaluate(read, shown)), True
    if effect.reason is not EffectReason.NOT_SENT or effect.sent is None:
        return None, True
    if sender is None or receiver is None:
        return None, True
    path = Pairing(sender, receiver).counterpart(effect.sent.key)
    if path is None:
        return None, False
    found = find_field(receiver, path)
    return (None if found is None else find_default(found, receiver.schema)), True


def _find_meanings(
    effect: Effect, value: int | bool | None, sender: Side | None, receiver: Side | None
) -> tuple[str, str] | None:
    """What a number means to sender and receiver."""
    if effect.reason is not EffectReason.RENUMBERED:
        return None
    one, other = (
        _find_member(node, value, side)
        for node, side in ((effect.sent, sender), (effect.expected, receiver))
    )
    return (one, other) if one and other else None


def _find_member(node: AnyNode | None, value: int | bool | None, side: Side | None) -> str | None:
    """The member of an enum that has a value."""
    if side is None or not isinstance(node, ScalarNode) or not isinstance(node.type, EnumType):
        return None
    members = side.schema.enums[node.type.name].members
    return next((member.name for member in members if member.value == value), None)


def _evaluate(read: ReadNode, shown: ReportedEffect) -> int | bool | None:
    """The value that is read in the example state."""
    if read.value is None or not shown.witness:
        return None
    nodes = [read.source, *(piece.leaf for piece in read.pieces)]
    defaults = {node.expr: node.default for node in nodes if isinstance(node, ScalarNode)}

    def place(part: Expr) -> Expr:
        value = shown.witness.get(part, defaults.get(part))
        return part if value is None else make_literal(value)

    return fold_constant(map_places(read.value, place))
