"""From a history to findings where the working schemas support older releases less than before.

The measure is the newest release: states that it could exchange with an older release, and that
the working schemas cannot. A wider `needed` is an example: it is fine with the newest release,
which has the subsection, but refused by every release without it.
"""

from collections.abc import Iterator

from vmsdl.diff.report import ALWAYS, DirectionResult
from vmsdl.diff.result import MigrationResult, ReportedEffect
from vmsdl.diff.simulate.reasons import Untranslatable
from vmsdl.diff.simulate.records import EffectKind
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.logic import and_, not_, or_
from vmsdl.expr.nodes import Expr
from vmsdl.expr.text import unparse
from vmsdl.prove.shorten import shorten
from vmsdl.prove.witness import format_witness
from vmsdl.releases.findings import WINDOW_SHRUNK, HistoryFinding
from vmsdl.releases.history import History
from vmsdl.releases.prepared import (
    PreparedDevice,
    analyze_move,
    find_affected_states,
    find_effect_kind,
    prepare_device,
    translate_condition,
)

_ALL = tuple(EffectKind)
_VERDICTS = {
    EffectKind.CORRUPT: Verdict.CORRUPT,
    EffectKind.REFUSED: Verdict.REFUSED,
    EffectKind.LOSSY: Verdict.LOSSY,
    EffectKind.OPEN: Verdict.UNKNOWN,
}


def find_shrunk_support(history: History, machine: str | None) -> Iterator[HistoryFinding]:
    """Releases that the working schemas no longer fully support, device by device."""
    now = len(history.versions) - 1
    newest = now - 1
    for name in history.devices:
        revisions = [history.revision(i, name, machine) for i in range(now + 1)]
        if newest < 1 or revisions[newest] == revisions[now]:
            continue
        seen: set[object] = set()
        for old in range(newest - 1, -1, -1):
            if revisions[old] in (None, revisions[newest], *seen):
                continue
            seen.add(revisions[old])
            yield from _compare_support(history, name, old, machine)


def _compare_support(
    history: History, name: str, old: int, machine: str | None
) -> Iterator[HistoryFinding]:
    versions = [history.versions[place] for place in (old, -2, -1)]
    out, newest, now = (version.name for version in versions)
    sides = [version.devices.get(name) for version in versions]
    one, before, after = (None if side is None else prepare_device(side, machine) for side in sides)
    if one is None or before is None or after is None:
        return  # a section that was added or removed is a finding of a pair of versions
    was = find_affected_states(analyze_move(one, before, sender_is_old=True), *_ALL)
    found = analyze_move(one, after, sender_is_old=True)
    message = f"{now} loads fewer states of {out} than {newest} does"
    yield from _find_worse(name, one, found, was, (out, now), message)
    try:
        translated = translate_condition(
            find_affected_states(analyze_move(before, one, sender_is_old=False), *_ALL),
            before,
            after,
        )
    except Untranslatable:
        return
    found = analyze_move(after, one, sender_is_old=False)
    message = f"{out} loads fewer states of {now} than of {newest}"
    yield from _find_worse(name, after, found, translated.condition, (now, out), message)


def _find_worse(
    device: str,
    sender: PreparedDevice,
    found: MigrationResult,
    was: Expr,
    versions: tuple[str, str],
    message: str,
) -> Iterator[HistoryFinding]:
    """The states of the sender that something happens to, and that `was` does not hold of.

    `was`: the states that something happened to with the newest release.
    """
    worse: dict[EffectKind, list[tuple[Expr, ReportedEffect]]] = {}
    for shown in found.shown:
        more = and_(shown.condition, not_(was))
        if sender.prover.satisfiable(more).holds:
            worse.setdefault(find_effect_kind(shown), []).append((more, shown))
    for kind in (EffectKind.CORRUPT, EffectKind.REFUSED, EffectKind.LOSSY, EffectKind.OPEN):
        if kind not in worse:
            continue
        whole = shorten(or_(*(more for more, _ in worse[kind])), sender.prover)
        effect = worse[kind][0][1].effect
        is_always = sender.prover.satisfiable(not_(whole)).holds is False
        yield HistoryFinding(
            rule=WINDOW_SHRUNK,
            device=device,
            path=sender.side.description.name,
            versions=versions,
            message=message,
            result=DirectionResult(
                _VERDICTS[kind],
                condition=ALWAYS if is_always else unparse(whole),
                witness=(
                    None
                    if kind is EffectKind.OPEN
                    else format_witness(sender.prover.satisfiable(whole).witness)
                ),
                detail=": ".join(part for part in (effect.reason.text, effect.message) if part),
                expression=whole,
            ),
            help="published releases cannot change: reduce these states, or warn operators",
        )
