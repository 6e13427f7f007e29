"""Which edit explains which effect."""

from collections.abc import Iterator
from dataclasses import replace

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import PairPath
from vmsdl.diff.layout.nodes import AnyNode
from vmsdl.diff.machines import find_affected_machines
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.report import ByteRange, DirectionResult, Finding
from vmsdl.diff.result import MigrationResult, ReportedEffect
from vmsdl.diff.simulate.reasons import (
    HOOK_REASONS,
    LAYOUT_REASONS,
    VERSION_REASONS,
    EffectReason,
    Unknown,
)
from vmsdl.diff.simulate.records import EffectKind
from vmsdl.diff.verdict import BADNESS, Verdict
from vmsdl.expr.logic import TRUE, FieldPath, is_true, or_
from vmsdl.expr.text import format_path, unparse
from vmsdl.prove.witness import format_witness
from vmsdl.schema.description import Description

_VERDICTS = {
    EffectKind.CORRUPT: Verdict.CORRUPT,
    EffectKind.REFUSED: Verdict.REFUSED,
    EffectKind.LOSSY: Verdict.LOSSY,
    EffectKind.OPEN: Verdict.UNKNOWN,
}


_HOOKS = frozenset({"hook-changed", "subsection-hook-only-when-present"})


def _findings(
    edits: list[tuple[str, Edit]],
    forward: MigrationResult,
    backward: MigrationResult,
    one: Side,
    other: Side,
) -> list[Finding]:
    found: dict[int, tuple[list[ReportedEffect], list[ReportedEffect]]] = {
        i: ([], []) for i in range(len(edits))
    }
    unexplained: tuple[list[ReportedEffect], list[ReportedEffect]] = ([], [])
    for which, result in enumerate((forward, backward)):
        for shown in result.shown:
            causes = _causes(shown, edits, is_forward=which == 0)
            for i in causes:
                found[i][which].append(shown)
            if not causes:
                unexplained[which].append(shown)
    out: list[Finding] = []
    top = other.description
    for i, (slug, edit) in enumerate(edits):
        several = list(_of_edit(slug, edit, top, *found[i]))
        affects = find_affected_machines(several, one, other)
        out += (replace(finding, affects=affects) for finding in several)
    if any(unexplained):
        edit = Edit(
            path=(),
            message="the two do not agree, and no rule says why",
            old=one.description.span,
            new=other.description.span,
            help="this is a gap in the rules of vmsdl; please report it",
        )
        out += _of_edit("unexplained-layout-change", edit, top, *unexplained)
    return out


def _causes(shown: ReportedEffect, edits: list[tuple[str, Edit]], *, is_forward: bool) -> list[int]:
    """The edits that an effect comes from."""
    effect = shown.effect
    if effect.reason in VERSION_REASONS and effect.entry is None:
        return [i for i, (_, edit) in enumerate(edits) if edit.changes_version]
    if isinstance(effect.reason, Unknown) and effect.reason.reason in HOOK_REASONS:
        return [i for i, (slug, _) in enumerate(edits) if slug in _HOOKS]
    wanted = [_names(node.key) for node in (effect.expected,) if node is not None]
    sent = [_names(node.key) for node in (effect.sent,) if node is not None]
    if effect.entry is not None:
        sent.append(_names(effect.entry.key))
    old, new = (sent, wanted) if is_forward else (wanted, sent)
    near = [
        i
        for i, (_, edit) in enumerate(edits)
        if _touches(edit.old_paths, old, edit) or _touches(edit.new_paths, new, edit)
    ]
    own = [i for i in near if effect.reason in edits[i][1].reasons]
    if own:
        return own
    moving = [i for i, (_, edit) in enumerate(edits) if edit.shifts]
    if effect.reason in LAYOUT_REASONS or effect.kind is EffectKind.OPEN:
        return moving or near or list(range(len(edits)))
    return near or moving or list(range(len(edits)))


def _touches(keys: tuple[PairPath, ...], places: list[PairPath], edit: Edit) -> bool:
    if edit.is_body:
        return any(place == key for key in keys for place in places)
    return any(place[: len(key)] == key for key in keys for place in places)


def _names(key: FieldPath) -> PairPath:
    return tuple(part for part in key if isinstance(part, str))


def _of_edit(
    slug: str,
    edit: Edit,
    top: Description,
    forward: list[ReportedEffect],
    backward: list[ReportedEffect],
) -> Iterator[Finding]:
    """One finding for each kind of effect of an edit; one, where it has none."""
    ways = list(_outcomes(forward, is_forward=True)), list(_outcomes(backward, is_forward=False))
    for i in range(max(1, *map(len, ways))):
        one, other = (way[i] if i < len(way) else DirectionResult(Verdict.OK) for way in ways)
        yield Finding(
            rule=slug,
            device=top.wire_name,
            path=".".join((top.name, *edit.path)),
            message=edit.message,
            old_to_new=one,
            new_to_old=other,
            old=edit.old,
            new=edit.new,
            only_in=edit.only_in,
            help=edit.help,
            remedies=edit.fixes,
        )


def _outcomes(shown: list[ReportedEffect], *, is_forward: bool) -> Iterator[DirectionResult]:
    groups: dict[tuple[Verdict, EffectReason | Unknown | None], list[ReportedEffect]] = {}
    for each in shown:
        verdict = _VERDICTS[each.effect.kind] if each.is_certain else Verdict.UNKNOWN
        reason = each.effect.reason if verdict is Verdict.REFUSED else None
        groups.setdefault((verdict, reason), []).append(each)
    for (verdict, _), group in sorted(groups.items(), key=lambda each: -BADNESS.index(each[0][0])):
        first = min(group, key=lambda each: len(each.witness))
        whole = or_(*(each.condition for each in group))
        is_always = is_true(whole) or any(each.is_always for each in group)
        when = "always" if is_always else unparse(whole)
        yield DirectionResult(
            verdict,
            when=when,
            witness=None if verdict is Verdict.UNKNOWN else format_witness(first.witness),
            state=None if verdict is Verdict.UNKNOWN else first.witness,
            bytes=find_byte_range(group, is_forward=is_forward),
            error=_error(first, group),
            condition=TRUE if is_always else whole,
        )


def _error(shown: ReportedEffect, group: list[ReportedEffect]) -> str | None:
    """What the receiver says, or does without a word; and what makes that less than certain."""
    effect = shown.effect
    found = ""
    shifted = [each.effect for each in group if each.effect.reason is EffectReason.SHIFTED]
    if effect.kind is EffectKind.REFUSED:
        found = effect.reason.text + (f": {effect.message}" if effect.message else "")
    elif effect.kind is EffectKind.OPEN:
        found = effect.reason.text
    elif effect.kind is EffectKind.CORRUPT and shifted:
        reads = [f"{_name(each.expected)} reads {_name(each.sent)}" for each in shifted]
        found = ", ".join(dict.fromkeys(reads[:8]))
        found += f" and {len(reads) - 8} more" if len(reads) > 8 else ""
    doubt = "" if shown.doubt is None else shown.doubt.text
    return "; ".join(part for part in (found, doubt) if part) or None


def _name(node: AnyNode | None) -> str:
    return "unused bytes, which are 0" if node is None else f"`{format_path(node.key)}`"


def find_byte_range(group: list[ReportedEffect], *, is_forward: bool) -> ByteRange | None:
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
        pair = (sent, read) if is_forward else (read, sent)
        found.append(ByteRange(effect.offset, effect.offset + size, *pair))
    return min(found, key=lambda each: each.start, default=None)
