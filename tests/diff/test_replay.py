"""Every verdict of `corpus/diff`, and of the examples, is what the generated codecs do."""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.support.codec_agreement import Case
from tests.support.diff_pairs import PAIRS, ROOT, compared
from tests.support.hypothesis_profiles import budget
from tests.support.random_states import states
from tests.support.replay_oracle import holder, overlaid, program_of, said, shares
from vmsdl.cli.console import Console
from vmsdl.cli.inputs.versions import read_schemas
from vmsdl.diff.compare import compare
from vmsdl.diff.layout.carried_versions import find_version_carriers
from vmsdl.diff.report import DeviceReport, Report
from vmsdl.diff.result import MigrationResult
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.nodes import Binary, Extern, Literal
from vmsdl.replay.build_state import make_fresh
from vmsdl.replay.classes import ModuleCache
from vmsdl.replay.compare_values import Ends
from vmsdl.replay.replay import run_replays
from vmsdl.replay.run import run_migration
from vmsdl.schema.members import find_settable_members

# What no codec can show, by the beginning of the reason that is given for it.
NOT_SHOWN = ("QEMU refuses the migration before", "the section is not sent", "the presence of ")
STATES = 8
EXAMPLES = ROOT / "examples"
VERSIONS = sorted((EXAMPLES / "esp").glob("esp_*.vmsd"))
COUPLES = list(pairwise(sorted(VERSIONS, key=lambda path: path.stem.zfill(10))))
COUPLES.append(
    (EXAMPLES / "ide-evolution" / "before.vmsd", EXAMPLES / "ide-evolution" / "after.vmsd")
)


@cache
def between(one: Path, other: Path) -> Report:
    old, new = (read_schemas(str(path), Console(quiet=True)) for path in (one, other))
    assert old is not None
    assert new is not None
    return compare(old, new, old_name=one.name, new_name=other.name)


def reports() -> Iterator[tuple[str, Report]]:
    for pair in PAIRS:
        yield pair.name, compared(pair)
        yield f"{pair.name}, swapped", compared(pair, swapped=True)
    for one, other in COUPLES:
        yield f"{one.stem} to {other.stem}", between(one, other)


REPORTS = [pytest.param(*pair, id=pair[0]) for pair in reports()]


@pytest.mark.parametrize(("name", "report"), REPORTS)
def test_each_witness_does_what_is_said_of_it(name: str, report: Report) -> None:
    for each in run_replays(report, ModuleCache()):
        place = f"{name}: {each.finding.rule} at {each.finding.path}, {each.direction}"
        assert not each.disagreement, f"{place}: {each.disagreement}"
        assert not each.skip_reason or each.skip_reason.startswith(
            NOT_SHOWN
        ), f"{place}: {each.skip_reason}"
        if each.ends is not None and each.run is not None:
            kinds = {"corrupt": Verdict.CORRUPT, "refused": Verdict.REFUSED}
            is_worse = each.result.verdict is Verdict.LOSSY and each.run.verdict == "corrupt"
            word = kinds.get(each.run.verdict, Verdict.LOSSY)
            assert is_worse or word is each.result.verdict, place


@pytest.mark.parametrize(("name", "report"), REPORTS)
def test_random_states_end_as_is_said(name: str, report: Report) -> None:
    for device in report.devices:
        for result, is_forward in ((device.forward, True), (device.backward, False)):
            if result is not None:
                states_end_as_said(name, result.machines.machine, device, result, is_forward)


def states_end_as_said(
    name: str, machine: str | None, device: DeviceReport, result: MigrationResult, is_forward: bool
) -> None:
    sender, receiver = (device.old, device.new) if is_forward else (device.new, device.old)
    assert sender is not None
    assert receiver is not None
    if sender.description.unmigratable or receiver.description.unmigratable:
        return  # QEMU refuses before a stream is written
    if isinstance(sender.description.needed, Extern):
        return  # whether it is sent is decided elsewhere
    one, made = program_of(sender)
    other, _ = program_of(receiver)
    ends = Ends(one, other, is_forward, machine)
    case = Case({}, made, sender.description.name)
    witnesses = [shown.witness for shown in result.shown if shown.witness]
    carried = {
        each.condition.left: each.condition.right.value
        for each in find_version_carriers(sender)
        if isinstance(each.condition, Binary) and isinstance(each.condition.right, Literal)
    }
    fields = {field.name for field in sender.description.fields}
    fields |= {sub.name for sub in sender.description.subsections}
    # A machine type says what the properties are.
    reset = make_fresh(one, machine)
    fixed = (
        {member.name for member in find_settable_members(sender.description)} if machine else set()
    )

    @given(st.data())
    @budget(STATES)
    def holds_for(data: st.DataObject) -> None:
        drawn = data.draw(states(sender.schema, sender.description.name))
        assume(not drawn.settings.keys() & fixed)
        assume(shares(sender, receiver, drawn.settings))
        overlaid(drawn.state, data.draw(st.sampled_from([{}, *witnesses])), fields)
        overlaid(drawn.state, carried, fields)
        try:
            drawn.state.update({name: one.get(reset, (name,)) for name in fixed})
            own = reset if machine else case.own(drawn.settings)
            sent = one.cls.from_dict(case.json(drawn.state), base=own)
        except ValueError:
            return  # what was laid over it is not of its type
        actual = run_migration(ends, sent)
        if actual.unsaved or actual.own_refusal:
            return
        held = {} if actual.base is None else other.values(actual.base)
        expected = said(result, holder(sender, drawn.state, held))
        assert expected in (None, actual.verdict), (
            f"{name}, {'old to new' if is_forward else 'new to old'}: "
            f"{actual.refusal or actual.wrong or actual.lost} for {str(drawn.state)[:1000]}"
        )

    holds_for()
