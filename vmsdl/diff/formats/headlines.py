"""From an event to sentences: what moves, when, what the receiver then has.

What is code stands between backticks.
"""

from dataclasses import replace

from vmsdl.diagnostics.diagnostic import Severity
from vmsdl.diff.devices import SECTION_RULES
from vmsdl.diff.events import Event, Occurrence
from vmsdl.diff.formats.grouped import SEVERITIES, Block
from vmsdl.diff.formats.phrases import describe_byte_range, describe_names, describe_value
from vmsdl.diff.report import DirectionResult
from vmsdl.diff.simulate.lists import MARKER
from vmsdl.diff.simulate.reasons import VERSION_REASONS, EffectReason, Unknown, UnknownReason
from vmsdl.diff.verdict import Verdict
from vmsdl.records import dataclass

_WORDS = {
    Verdict.CORRUPT: "silently wrong",
    Verdict.REFUSED: "refused",
    Verdict.LOSSY: "lost",
    Verdict.UNKNOWN: "not decided",
}
_MOST_OTHERS = 4  # places of one event that are named beside the first


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """An event in words. `way`: the direction, "old to new", or "both ways" if all is the same."""

    event: Event
    severity: Severity
    way: str
    headline: str
    details: tuple[str, ...]


def tell_events(block: Block) -> list[ToldEvent]:
    """The events of a block in words, each text once."""
    told: dict[tuple[str, tuple[str, ...]], ToldEvent] = {}
    for event, severity in zip(block.events, block.severities, strict=True):
        headline = describe_joined(event, block) if block.others else describe_headline(event)
        details = tuple(describe_details(event))
        first = told.get((headline, details))
        if first is None:
            way = event.direction.phrase
            told[headline, details] = ToldEvent(event, severity, way, headline, details)
        else:
            worst = min(first.severity, severity, key=SEVERITIES.index)
            told[headline, details] = replace(first, way="both ways", severity=worst)
    return list(told.values())


def describe_headline(event: Event) -> str:
    """One sentence: "`lun` arrives as `ti_cmd` (byte 423): silently wrong whenever `lun != 0`"."""
    first = event.first
    if event.is_always and not first.is_always and event.verdict is not Verdict.UNKNOWN:
        what = " or ".join(
            dict.fromkeys(_describe_what(each, event) for each in event.occurrences[:2])
        )
        return f"{what}: {_join(event.verdict, 'always')}"
    return describe_occurrence(first, event)


def describe_joined(event: Event, block: Block) -> str:
    """The same event of several devices, which only one side has."""
    names = (block.device, *block.others)
    side = block.cause.only_in or "one version"
    when = _join(event.verdict, "always" if event.is_always else "")
    where = "" if block.cause.only_in is None else " only"
    return f"{len(names)} devices are in {side}{where}: {when}: {describe_names(names)}"


def describe_occurrence(occurrence: Occurrence, event: Event) -> str:
    """What happens at one place, and when."""
    what, when = _describe_what(occurrence, event), describe_when(occurrence)
    if isinstance(occurrence.reason, Unknown):
        return f"{_join(event.verdict, when)}: {what}"
    if event.verdict is Verdict.UNKNOWN and occurrence.reason is not None:
        states = "" if occurrence.is_always else f" {when}"
        doubt = f"; {occurrence.doubt}" if occurrence.doubt else ""
        return f"perhaps {what}{states}{doubt}"
    if event.verdict is Verdict.OK or (occurrence.reason is None and not when):
        return what
    if occurrence.reason is EffectReason.NOT_SENT and event.verdict is Verdict.LOSSY:
        return f"{what} {when}{_describe_rest(occurrence)}"
    if occurrence.reason is EffectReason.RESIGNED and event.verdict is Verdict.LOSSY:
        return f"{what}: another number {when}"
    return f"{what}: {_join(event.verdict, when)}"


def _join(verdict: Verdict, when: str) -> str:
    word = _WORDS[verdict]
    return f"always {word}" if when == "always" else f"{word} {when}".rstrip()


def describe_when(occurrence: Occurrence) -> str:
    """ "always", "whenever `x != 0`", "in some states"; empty: of no state in particular."""
    if occurrence.condition is None or occurrence.is_always:
        return "always" if occurrence.is_always else ""
    words = occurrence.words
    if words is None:
        return f"whenever `{occurrence.condition}`"
    if not words.is_exact:
        return words.text
    return f"whenever `{words.text}`" if words.is_expression else f"whenever {words.text}"


def is_exact(occurrence: Occurrence) -> bool:
    """Whether `describe_when` says all that the condition says."""
    return occurrence.words is None or occurrence.words.is_exact


def describe_details(event: Event) -> list[str]:
    """What stands below the headline, a line each."""
    said = event.first.message if is_told_by_message(event) else ""
    lines = (said, describe_example(event.first), *describe_others(event))
    return [line for line in (*lines, describe_suppressions(event)) if line]


def describe_example(occurrence: Occurrence) -> str:
    """A state that shows it, and what the receiver makes of it; empty: every state does."""
    if occurrence.witness is None:
        return ""
    if not occurrence.witness:
        return "already so in the state after reset"
    state = ", ".join(
        f"`{name} = {describe_value(value)}`" for name, value in occurrence.witness.items()
    )
    text = f"for example {state}, and all else as after reset"
    if occurrence.meanings is not None:
        sent, received = occurrence.meanings
        return f"{text}: `{sent}` to the sender, `{received}` to the receiver"
    if occurrence.value is None or occurrence.reason is EffectReason.NOT_SENT:
        return text
    return f"{text}: the receiver has `{occurrence.received} = {describe_value(occurrence.value)}`"


def describe_others(event: Event) -> list[str]:
    """What else happens in the same way, a line each; of much that is open only how much it is."""
    first, *others = _group_by_shape(event)
    if event.verdict is Verdict.UNKNOWN and len(others) > 1:
        return [f"and {len(others)} more are not decided"]
    if event.is_always and not event.first.is_always:
        # The headline is about several of them, and says for none when.
        lines, rest, start = [], [first, *others], ""
    else:
        lines = [_describe_same(first)] if len(first) > 1 else []
        rest, start = others, "also: "
    lines += [f"{start}{_describe_group(group, event)}" for group in rest[:_MOST_OTHERS]]
    more = len(rest) - _MOST_OTHERS
    return [*lines, f"and {more} more in the same way"] if more > 0 else lines


def _group_by_shape(event: Event) -> list[list[Occurrence]]:
    """The occurrences by what they tell: what happens alike in several elements is one group."""
    groups: dict[str, dict[str, Occurrence]] = {}
    for each in event.occurrences:
        element = _find_element(each)
        text = describe_occurrence(replace(each, offset=None) if element else each, event)
        if element not in text:
            element = ""
        shape = text.replace(f"{element}.", "").replace(element, "") if element else text
        groups.setdefault(shape, {}).setdefault(element, each)
    return [list(group.values()) for group in groups.values()]


def _find_element(occurrence: Occurrence) -> str:
    """The element that it is about, such as `drives[0]`; empty: it is about none."""
    path = occurrence.received or next(iter(occurrence.sent), "")
    return path[: path.rfind("]") + 1]


def _describe_group(group: list[Occurrence], event: Event) -> str:
    text = describe_occurrence(group[0], event)
    return f"{text}; {_describe_same(group)}" if len(group) > 1 else text


def _describe_same(group: list[Occurrence]) -> str:
    return f"the same for {describe_names([_find_element(each) for each in group[1:]])}"


def describe_suppressions(event: Event) -> str:
    """Why the event does not count; empty: it does."""
    if not event.is_suppressed:
        return ""
    return "suppressed " + "; ".join(dict.fromkeys(map(describe_suppression, event.results)))


def describe_suppression(result: DirectionResult) -> str:
    known = result.suppression
    return "" if known is None else f"until {known.until}, by {known.owner}: {known.reason}"


# What happens -------------------------------------------------------------------------------------


def _describe_what(occurrence: Occurrence, event: Event) -> str:
    reason = occurrence.reason
    if reason is None:
        return _describe_finding(occurrence, event)
    if isinstance(reason, Unknown):
        return "; ".join(part for part in (_describe_unknown(reason), occurrence.doubt) if part)
    return _describe_reason(reason, occurrence)


def _describe_unknown(reason: Unknown) -> str:
    # The condition of the event says where.
    is_told = reason.reason is UnknownReason.LENGTH_DEPENDS_ON
    return "the lengths are not known there" if is_told else reason.text


def _describe_finding(occurrence: Occurrence, event: Event) -> str:
    """What happens where it is no effect of bytes: what the receiver says, else the finding."""
    if is_told_by_message(event):
        return event.causes[0].message
    return occurrence.message


def is_told_by_message(event: Event) -> bool:
    """The headline is the message of the finding that causes it."""
    if event.first.reason is not None:
        return False
    is_refused = event.verdict is Verdict.REFUSED and event.causes[0].rule in SECTION_RULES
    return not (is_refused and event.first.message)


def _describe_reason(reason: EffectReason, o: Occurrence) -> str:
    sent = " and ".join(map(_name_sent, o.sent))
    field = f"`{o.received}`" if o.received else sent or "a field"
    if reason in VERSION_REASONS and o.message:
        return o.message
    match reason:
        case EffectReason.SHIFTED:
            what = f"{sent} arrive" if sent else "unused bytes, which are 0, arrive"
            what += "s" if len(o.sent) == 1 else ""
            return f"{what} as {field}{_describe_place(o)}"
        case EffectReason.MISCOUNTED:
            return f"{field} gets another number of elements than were sent"
        case EffectReason.REINTERPRETED | EffectReason.TIMER | EffectReason.RESIGNED:
            types = ""
            if o.sent_type and o.received_type and o.sent_type != o.received_type:
                types = f"is sent as `{o.sent_type}` and read as `{o.received_type}`"
            return f"{field} {types or 'is read as another type'}{_describe_place(o)}"
        case EffectReason.RENUMBERED:
            return f"{field} arrives as another value of its enum"
        case EffectReason.NOT_SENT:
            return f"{sent or 'a value'} is lost"
        case EffectReason.COLLAPSED:
            return f"different values of {sent or field} arrive as one"
        case EffectReason.UNKNOWN_SUBSECTION:
            return f'the receiver does not know subsection "{o.name}"'
        case EffectReason.CHECK_FAILED:
            return f"the receiver's check `{o.name}` fails"
        case EffectReason.NOT_EQUAL:
            return f"{field} must be equal to the receiver's own value"
        case EffectReason.OUT_OF_RANGE:
            return f"{field} is above the receiver's own value"
        case EffectReason.BAD_ENUM:
            return f"{field} has a value that the receiver does not know"
        case EffectReason.TRUNCATED:
            return o.message or "bytes are missing at the end"
        case EffectReason.TRAILING_DATA:
            return o.message or "there are bytes too many at the end"
        case _:
            return o.message or "sender and receiver differ in length"


def _name_sent(path: str) -> str:
    element = path.removesuffix(f".{MARKER}")
    return f"`{path}`" if element == path else f"the byte before `{element}`"


def _describe_place(o: Occurrence) -> str:
    return "" if o.offset is None else f" ({describe_byte_range(o.offset, o.offset + o.size)})"


def _describe_rest(o: Occurrence) -> str:
    if not o.is_received:
        return " (the receiver has no such field)"
    return "" if o.value is None else f" (the receiver has {describe_value(o.value)})"
