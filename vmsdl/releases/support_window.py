"""From a history to what the working schemas made worse for releases that are out already.

The newest release is the measure: what it could load, or be loaded by, and the working schemas can
not. A wider `needed` is fine between the two, and costs every release without the subsection.
"""

from collections.abc import Iterator

from vmsdl.diff.report import DirectionResult
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
    describe_condition,
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
    """Releases newly cut off from the last version, device by device."""
    now = len(history.versions) - 1
    newest = now - 1
    for name in history.devices:
        editions = [history.edition(i, name, machine) for i in range(now + 1)]
        if newest < 1 or editions[newest] == editions[now]:
            continue
        seen: set[object] = set()
        for old in range(newest - 1, -1, -1):
            if editions[old] in (None, editions[newest], *seen):
                continue
            seen.add(editions[old])
            yield from _cut_off(history, name, old, machine)


def _cut_off(
    history: History, name: str, old: int, machine: str | None
) -> Iterator[HistoryFinding]:
    versions = [history.versions[place] for place in (old, -2, -1)]
    out, newest, now = (version.name for version in versions)
    sides = [version.devices.get(name) for version in versions]
    one, before, after = (None if side is None else prepare_device(side, machine) for side in sides)
    if one is None or before is None or after is None:
        return  # a section that came or went is a finding of the pair
    was = describe_condition(analyze_move(one, before, sender_is_old=True), *_ALL)
    found = analyze_move(one, after, sender_is_old=True)
    message = f"{now} takes less of what {out} saves than {newest} does"
    yield from _worse(name, one, found, was, (out, now), message)
    try:
        told = translate_condition(
            describe_condition(analyze_move(before, one, sender_is_old=False), *_ALL), before, after
        )
    except Untranslatable:
        return
    found = analyze_move(after, one, sender_is_old=False)
    message = f"{out} takes less of what {now} saves than of what {newest} saves"
    yield from _worse(name, after, found, told.condition, (now, out), message)


def _worse(
    device: str,
    sender: PreparedDevice,
    found: MigrationResult,
    was: Expr,
    versions: tuple[str, str],
    message: str,
) -> Iterator[HistoryFinding]:
    """The states of the sender that fare worse than they did with the newest release."""
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
            outcome=DirectionResult(
                _VERDICTS[kind],
                when="always" if is_always else unparse(whole),
                witness=(
                    None
                    if kind is EffectKind.OPEN
                    else format_witness(sender.prover.satisfiable(whole).witness)
                ),
                error=": ".join(part for part in (effect.reason.text, effect.message) if part),
                condition=whole,
            ),
            help="releases that are out cannot learn: have fewer such states, or tell operators",
        )
