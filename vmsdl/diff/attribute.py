"""Which edit explains which effect: from the edits that the rules found, and the effects that the
simulation found, to the findings of a report.

The two are made apart. The simulation looks at bytes and knows no edits; a rule looks at the two
schemas and knows no effects. What they share is the place: an effect says which field was sent and
which field read it, and an edit says which fields of either side it is about.

An example. One device, before and after:

    device d { mode: u8 where mode < 4; count: u16; level: u8; }
    device d { mode: u8 where mode < 3;             level: u8; }

The rules find two edits:

    field-removed   old_paths ("count",)   shifts: what comes after it is at another offset
    bound-lowered   old_paths ("mode",)    new_paths ("mode",)    reasons: check-failed

From old to new, the simulation finds one effect, at the field where the two end differently:

    refused, reason trailing-data, "2 bytes too many", sent `level`

No edit touches `level`, so the place does not decide. But `trailing-data` is about the layout as a
whole, so its cause is an edit that shifts what comes after it: `field-removed`. If there were an
effect with the reason `check-failed` at `mode`, it would belong to `bound-lowered`, which claims
that reason at that place. `find_causes` has the questions in their order.

An effect can have several causes, and is then in the finding of each. The effects of one edit that
have one verdict are one `DirectionResult`. An edit without effects is a finding that is `ok` both
ways. An effect without a cause is a gap in our rules, and reported as one, never dropped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from vmsdl.diff.direction import Direction
from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import PairPath
from vmsdl.diff.layout.nodes import AnyNode
from vmsdl.diff.machines import find_affected_machines
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.report import ALWAYS, NO_EFFECT, ByteRange, DirectionResult, Finding
from vmsdl.diff.result import MigrationResult, ReportedEffect
from vmsdl.diff.simulate.lists import is_marker
from vmsdl.diff.simulate.reasons import (
    HOOK_REASONS,
    LAYOUT_REASONS,
    VERSION_REASONS,
    EffectReason,
    Unknown,
)
from vmsdl.diff.simulate.records import EffectKind
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.logic import TRUE, FieldPath, is_true, or_
from vmsdl.expr.text import format_path, unparse
from vmsdl.prove.witness import format_witness
from vmsdl.records import dataclass

_VERDICTS = {
    EffectKind.CORRUPT: Verdict.CORRUPT,
    EffectKind.REFUSED: Verdict.REFUSED,
    EffectKind.LOSSY: Verdict.LOSSY,
    EffectKind.OPEN: Verdict.UNKNOWN,
}


# By a direction and the identities of effects.
_KnownResults: TypeAlias = dict[tuple[Direction, tuple[int, ...]], list[DirectionResult]]


@dataclass(frozen=True, slots=True)
class FoundEdit:
    """An edit, and the slug of the rule that found it."""

    rule: str
    edit: Edit


def attribute_effects(
    edits: Sequence[FoundEdit],
    forward: MigrationResult,
    backward: MigrationResult,
    old: Side,
    new: Side,
) -> list[Finding]:
    """The findings of one device: each edit with its effects, then what no edit explains.

    `forward`: from old to new; `backward`: from new to old.
    """
    # For each edit, its effects in either direction.
    effects: list[dict[Direction, list[ReportedEffect]]] = [
        {direction: [] for direction in Direction} for _ in edits
    ]
    unexplained: dict[Direction, list[ReportedEffect]] = {direction: [] for direction in Direction}
    for direction in Direction:
        for shown in direction.choose(forward, backward).shown:
            causes = find_causes(shown, edits, direction)
            for number in causes:
                effects[number][direction].append(shown)
            if not causes:
                unexplained[direction].append(shown)
    findings: list[Finding] = []
    known: _KnownResults = {}
    for found, own_effects in zip(edits, effects, strict=True):
        findings += _make_findings(found, own_effects, old, new, known)
    if any(unexplained.values()):
        gap = Edit(
            path=(),
            message="the two versions do not agree, but no rule explains why",
            old=old.description.span,
            new=new.description.span,
            help="this is a gap in the rules of vmsdl; please report it",
        )
        found = FoundEdit("unexplained-layout-change", gap)
        findings += _make_findings(found, unexplained, old, new, known, names_machine_types=False)
    return findings


# Causes of an effect ------------------------------------------------------------------------------


def find_causes(
    shown: ReportedEffect, edits: Sequence[FoundEdit], direction: Direction
) -> list[int]:
    """The edits that an effect comes from, by number. The first question with an answer decides."""
    effect = shown.effect
    # A version that is refused is the doing of edits of versions, and a hook that of its own rules.
    if effect.reason in VERSION_REASONS and effect.entry is None:
        return [i for i, found in enumerate(edits) if found.edit.changes_version]
    if isinstance(effect.reason, Unknown) and effect.reason.reason in HOOK_REASONS:
        return [i for i, found in enumerate(edits) if found.edit.changes_hook]
    # Edits at the place of the effect. Of these, one that claims the reason is the only cause.
    near = _find_near(shown, edits, direction)
    claiming = [i for i in near if effect.reason in edits[i].edit.reasons]
    if claiming:
        return claiming
    # A layout that does not fit shows up after the place where it began to differ. So does what is
    # not decided.
    shifting = [i for i, found in enumerate(edits) if found.edit.shifts]
    if effect.reason in LAYOUT_REASONS or effect.kind is EffectKind.OPEN:
        return shifting or near or list(range(len(edits)))
    return near or shifting or list(range(len(edits)))


def _find_near(
    shown: ReportedEffect, edits: Sequence[FoundEdit], direction: Direction
) -> list[int]:
    """The edits that touch the field that was sent, or the one that read it."""
    effect = shown.effect
    sent = [_drop_indices(node.key) for node in (effect.sent, effect.entry) if node is not None]
    read = [] if effect.expected is None else [_drop_indices(effect.expected.key)]
    old, new = (sent, read) if direction.sender_is_old else (read, sent)
    return [
        i
        for i, found in enumerate(edits)
        if _touches(found.edit, found.edit.old_paths, old)
        or _touches(found.edit, found.edit.new_paths, new)
    ]


def _touches(edit: Edit, paths: tuple[PairPath, ...], places: list[PairPath]) -> bool:
    """Whether a place is in what was edited. An edit of a body is not about its fields."""
    if edit.is_body:
        return any(place == path for path in paths for place in places)
    return any(place[: len(path)] == path for path in paths for place in places)


def _drop_indices(key: FieldPath) -> PairPath:
    return tuple(part for part in key if isinstance(part, str))


# Findings of an edit ------------------------------------------------------------------------------


def _make_findings(
    found: FoundEdit,
    effects: dict[Direction, list[ReportedEffect]],
    old: Side,
    new: Side,
    known: _KnownResults,
    *,
    names_machine_types: bool = True,
) -> list[Finding]:
    """The findings of one edit: the worst result of both directions, then the next of both, and so
    on. At least one, for an edit without an effect is reported too."""
    edit = found.edit
    results = {}
    for direction in Direction:
        # Edits that shift what follows have the same effects.
        key = (direction, tuple(map(id, effects[direction])))
        if key not in known:
            known[key] = list(_make_results(effects[direction], direction))
        results[direction] = known[key]
    findings = []
    for number in range(max(1, *map(len, results.values()))):
        old_to_new, new_to_old = (
            own[number] if number < len(own) else NO_EFFECT for own in results.values()
        )
        finding = Finding(
            rule=found.rule,
            device=new.description.wire_name,
            path=".".join((new.description.name, *edit.path)),
            message=edit.message,
            old_to_new=old_to_new,
            new_to_old=new_to_old,
            old=edit.old,
            new=edit.new,
            only_in=edit.only_in,
            help=edit.help,
            fixes=edit.fixes,
        )
        findings.append(finding)
    if not names_machine_types:
        return findings
    machine_types = find_affected_machines(findings, old, new)
    return [replace(finding, machine_types=machine_types) for finding in findings]


def _make_results(shown: list[ReportedEffect], direction: Direction) -> Iterator[DirectionResult]:
    """One result for each verdict, and for each reason of a refusal. The worst comes first."""
    groups: dict[tuple[Verdict, EffectReason | Unknown | None], list[ReportedEffect]] = {}
    for each in shown:
        verdict = _VERDICTS[each.effect.kind] if each.is_certain else Verdict.UNKNOWN
        reason = each.effect.reason if verdict is Verdict.REFUSED else None
        groups.setdefault((verdict, reason), []).append(each)
    for (verdict, _), group in sorted(groups.items(), key=lambda each: -each[0][0].badness):
        simplest = min(group, key=lambda each: len(each.witness))
        condition = or_(*(each.condition for each in group))
        is_always = is_true(condition) or any(each.is_always for each in group)
        yield DirectionResult(
            verdict,
            condition=ALWAYS if is_always else unparse(condition),
            witness=None if verdict is Verdict.UNKNOWN else format_witness(simplest.witness),
            state=None if verdict is Verdict.UNKNOWN else simplest.witness,
            byte_range=_find_byte_range(group, direction),
            detail=_describe_detail(simplest, group),
            expression=TRUE if is_always else condition,
            effects=tuple(group),
        )


def _describe_detail(shown: ReportedEffect, group: list[ReportedEffect]) -> str | None:
    """The receiver's error, or which fields it misreads; and why it is not certain."""
    effect = shown.effect
    detail = ""
    shifted = [each.effect for each in group if each.effect.reason is EffectReason.SHIFTED]
    if effect.kind is EffectKind.REFUSED:
        detail = effect.reason.text + (f": {effect.message}" if effect.message else "")
    elif effect.kind is EffectKind.OPEN:
        detail = effect.reason.text
    elif effect.reason is EffectReason.MISCOUNTED and not shifted:
        detail = f"{_describe_node(effect.expected)} gets another number of elements"
    elif effect.kind is EffectKind.CORRUPT and shifted:
        reads = [f"{_describe_node(e.expected)} reads {_describe_node(e.sent)}" for e in shifted]
        detail = ", ".join(dict.fromkeys(reads[:_MOST_READS]))
        more = len(reads) - _MOST_READS
        detail += f" and {more} more" if more > 0 else ""
    doubt = "" if shown.doubt is None else shown.doubt.text
    return "; ".join(part for part in (detail, doubt) if part) or None


_MOST_READS = 8  # misread fields that are named


def _describe_node(node: AnyNode | None) -> str:
    if node is None:
        return "unused bytes, which are 0"
    if is_marker(node.key):
        return f"the byte before `{format_path(node.key[:-1])}`"
    return f"`{format_path(node.key)}`"


def _find_byte_range(group: list[ReportedEffect], direction: Direction) -> ByteRange | None:
    """The first bytes that are one thing to the sender and another to the receiver."""
    found: list[ByteRange] = []
    for shown in group:
        effect = shown.effect
        if (
            effect.offset is None
            or effect.expected is None
            or effect.reason is not EffectReason.SHIFTED
        ):
            continue
        size = getattr(effect.expected, "width", 1)
        sent = "unused bytes" if effect.sent is None else format_path(effect.sent.key)
        read = format_path(effect.expected.key)
        old, new = (sent, read) if direction.sender_is_old else (read, sent)
        found.append(ByteRange(effect.offset, effect.offset + size, old, new))
    return min(found, key=lambda each: each.start, default=None)
