"""Would a program load a stream: the verdict against what real QEMU did with the same pairs."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.recorded_sections import recorded
from tests.support.streams import assembled, recorded_sets
from vmsdl.cli.inputs.program import make_program
from vmsdl.driver import load_schema
from vmsdl.files import read_source
from vmsdl.qemu import Stream
from vmsdl.qemu.load_check.check import check_load
from vmsdl.qemu.load_check.program import LoadingProgram
from vmsdl.qemu.load_check.qemu_messages import explain, quote_qemu
from vmsdl.qemu.load_check.verdict import LoadDoubt, LoadVerdict
from vmsdl.qemu.stream.partial import PartialStream

EXAMPLES = Path(__file__).parents[4] / "examples"
FOOTER = "Missing section footer for 0000:00:02.0/pciespscsi"
TOO_NEW = "savevm: unsupported version 2 for '0000:00:02.0/pciespscsi' v1"

# `-M pc-i440fx-5.2 -device am53c974`: what each release said of each other's stream; None: loaded.
LOADS = {
    ("10.0", "10.0"): None,
    ("10.0", "11.1"): None,
    ("10.0", "5.2"): TOO_NEW,
    ("10.0", "7.2"): None,
    ("11.1", "10.0"): FOOTER,
    ("11.1", "11.1"): None,
    ("11.1", "5.2"): TOO_NEW,
    ("11.1", "7.2"): FOOTER,
    ("5.2", "10.0"): FOOTER,
    ("5.2", "11.1"): FOOTER,
    ("5.2", "5.2"): None,
    ("5.2", "7.2"): None,
    ("7.2", "10.0"): FOOTER,
    ("7.2", "11.1"): FOOTER,
    ("7.2", "5.2"): TOO_NEW,
    ("7.2", "7.2"): None,
}


def program(path: str, **more: Any) -> LoadingProgram:
    outcome = load_schema(str(EXAMPLES / path), read_source)
    assert outcome.value is not None
    return make_program([outcome.value], **more)


@pytest.fixture(scope="module")
def programs() -> dict[str, LoadingProgram]:
    return {
        release: program(f"esp/esp_{release.replace('.', '_')}.vmsd")
        for release in ("5.2", "7.2", "10.0", "11.1")
    }


@pytest.mark.parametrize(("source", "target"), sorted(LOADS))
def test_it_agrees_with_real_qemu(
    source: str, target: str, programs: dict[str, LoadingProgram]
) -> None:
    data = assembled(recorded("pciespscsi", f"{source}-pc52-esp"))
    verdict = verdict_of(data, programs[target])
    expected = LOADS[source, target]
    if expected is None:
        assert verdict.refusals == ()
    else:
        (refusal,) = verdict.refusals
        assert quote_qemu(refusal).lines[0] == expected
        section = Stream(data).devices[0].section
        assert section.offset <= refusal.offset <= section.stop


def verdict_of(stream: bytes, against: LoadingProgram) -> LoadVerdict:
    return check_load(PartialStream.of(stream), against)


def test_what_hooks_and_codecs_may_still_refuse_is_listed() -> None:
    stream = assembled(recorded("ide", "7.2-pc-midpio"))
    verdict = verdict_of(stream, program("ide/ide.vmsd"))
    assert verdict.loads is None
    asked = [(question.doubt, question.name) for question in verdict.questions]
    assert (LoadDoubt.FIELD_CODEC, "config") in asked
    doubts = [doubt for doubt, _ in asked]
    assert LoadDoubt.COMPARED_FIELD not in doubts  # a bound of 2 is in the schema


def test_a_device_without_open_questions_loads() -> None:
    stream = assembled(recorded("i8259", "7.2-pc52-ide"))
    known = program("pc/i8259.vmsd", machine="pc-i440fx-5.2")
    verdict = verdict_of(stream, known)
    assert {explain(question) for question in verdict.questions} == {
        "hook post_load of `i8259` can refuse the state",
        "the machine must have every device that has a section in the stream",
        "the machine must have these RAM blocks: pc.ram 0x3000",
    }
    assert verdict.refusals == ()


@pytest.mark.parametrize(
    ("local", "loads"),
    [("pc-i440fx-5.2", True), ("pc-i440fx-5.2-custom", True), ("pc-q35-5.2", False)],
)
def test_a_machine_type_is_compared_over_the_streams_length(local: str, loads: bool) -> None:
    stream = assembled(recorded("i8259", "7.2-pc52-ide"))
    refusals = verdict_of(stream, program("pc/i8259.vmsd", machine=local)).refusals
    assert loads == (not refusals)
    if refusals:
        expected = "Machine type received is 'pc-i440fx-5.2' and local is 'pc-q35-5.2'"
        assert quote_qemu(refusals[0]).lines[0] == expected


def test_a_device_that_nobody_knows_is_not_decided() -> None:
    stream = assembled(recorded_sets()["7.2-pc52-ide"])
    verdict = verdict_of(stream, program("pc/i8259.vmsd"))
    unknown = {one.section for one in verdict.questions if one.doubt is LoadDoubt.DEVICE_UNKNOWN}
    assert "hpet" in unknown
    assert "i8259" not in unknown
