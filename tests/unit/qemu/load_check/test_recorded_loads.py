"""Sections of real QEMU, held against each other: what real loads of the same sets ended with.

The outcomes are those of QEMU 5.2.0, 7.2.22, 10.0.13 and 11.1.3 on `-M pc-i440fx-5.2`, each
loading what each of them wrote.
"""

from pathlib import Path

import pytest

from tests.support.streams import assembled, recorded_sets
from vmsdl.cli.console import Console
from vmsdl.cli.inputs.program import read_program
from vmsdl.qemu.load_check.check import check_load
from vmsdl.qemu.load_check.qemu_messages import quote_qemu
from vmsdl.qemu.load_check.verdict import CheckOutcome, LoadDoubt, LoadVerdict
from vmsdl.qemu.stream.partial import PartialStream

RELEASES = ("5.2", "7.2", "10.0", "11.1")
DUMPS = Path(__file__).parents[3] / "conformance" / "dumps"
EXAMPLES = Path(__file__).parents[4] / "examples"
LOADED = "completed"
TOO_NEW = "savevm: unsupported version 2 for '0000:00:02.0/pciespscsi' v1"
NO_FOOTER = "Missing section footer for 0000:00:02.0/pciespscsi"

# What QEMU said of the SCSI controller's machine, by sender and receiver.
ESP = {
    ("5.2", "5.2"): LOADED,
    ("5.2", "7.2"): LOADED,
    ("5.2", "10.0"): NO_FOOTER,
    ("5.2", "11.1"): NO_FOOTER,
    ("7.2", "5.2"): TOO_NEW,
    ("7.2", "7.2"): LOADED,
    ("7.2", "10.0"): NO_FOOTER,
    ("7.2", "11.1"): NO_FOOTER,
    ("10.0", "5.2"): TOO_NEW,
    ("10.0", "7.2"): LOADED,  # with wrong values
    ("10.0", "10.0"): LOADED,
    ("10.0", "11.1"): LOADED,
    ("11.1", "5.2"): TOO_NEW,
    ("11.1", "7.2"): NO_FOOTER,
    ("11.1", "10.0"): NO_FOOTER,
    ("11.1", "11.1"): LOADED,
}
# What a stream of the receiver cannot show: it has the version of its own release alone.
ONLY_IN_A_DUMP = {("5.2", "10.0"), ("5.2", "11.1")}


def judge(
    sender: str, receiver: str, kind: str, folder: Path, known: str = "stream"
) -> LoadVerdict:
    data = assembled(recorded_sets()[f"{sender}-pc52-{kind}"])
    path = DUMPS / f"{receiver}-x86_64-pc.json"
    if known == "stream":
        path = folder / "known.mig"
        path.write_bytes(assembled(recorded_sets()[f"{receiver}-pc52-{kind}"]))
    program = read_program(str(path), None, (), Console())
    assert program is not None
    return check_load(PartialStream.of(data), program)


def messages(verdict: LoadVerdict) -> list[str]:
    return [quote_qemu(refusal).lines[0] for refusal in verdict.refusals]


@pytest.mark.parametrize("pair", ESP, ids=" to ".join)
@pytest.mark.parametrize("known", ["stream", "dump"])
def test_the_scsi_controller(pair: tuple[str, str], known: str, tmp_path: Path) -> None:
    verdict = judge(*pair, "esp", tmp_path, known)
    is_moved = verdict.outcome is CheckOutcome.WRONG_VALUES
    if ESP[pair] == LOADED:
        assert verdict.refusals == ()
        assert is_moved == (pair == ("10.0", "7.2"))
    elif known == "stream" and pair in ONLY_IN_A_DUMP:
        assert LoadDoubt.OTHER_VERSION in [question.doubt for question in verdict.questions]
    else:  # where fields changed places too, it is refused or worse
        assert messages(verdict)[:1] == [ESP[pair]] or is_moved


@pytest.mark.parametrize("pair", [("11.1", "10.0"), ("11.1", "7.2")], ids=" to ".join)
def test_what_a_newer_release_adds_is_refused(pair: tuple[str, str], tmp_path: Path) -> None:
    verdict = judge(*pair, "esp", tmp_path)
    assert messages(verdict) == [NO_FOOTER]
    assert verdict.first is not None
    assert verdict.first.path.startswith("esp.")


@pytest.mark.parametrize("pair", [("5.2", "10.0"), ("7.2", "10.0"), ("7.2", "11.1")])
def test_a_dump_foretells_what_its_release_reads_in_addition(
    pair: tuple[str, str], tmp_path: Path
) -> None:
    verdict = judge(*pair, "esp", tmp_path, "dump")
    assert messages(verdict) == [NO_FOOTER]
    assert verdict.first is not None
    assert verdict.first.path == "esp.drq_state"


def test_a_value_that_arrives_elsewhere_is_said(tmp_path: Path) -> None:
    verdict = judge("10.0", "7.2", "esp", tmp_path)
    lun, drq = verdict.wrong_values
    assert (lun.path, lun.arrives_as) == ("esp.lun", "esp.ti_cmd")
    assert (drq.path, drq.arrives_as) == ("esp.drq_state", "esp.lun")
    assert not lun.may_refuse


def test_a_value_that_a_schema_reads_as_another_is_said(tmp_path: Path) -> None:
    data = assembled(recorded_sets()["10.0-pc52-esp"])
    program = read_program(str(EXAMPLES / "esp" / "esp_7_2.vmsd"), None, (), Console())
    assert program is not None
    verdict = check_load(PartialStream.of(data), program)
    assert verdict.refusals == ()
    (moved,) = verdict.wrong_values
    assert (moved.path, moved.arrives_as) == ("esp.lun", "esp.ti_cmd")


@pytest.mark.parametrize("receiver", RELEASES)
@pytest.mark.parametrize("sender", RELEASES)
@pytest.mark.parametrize("known", ["stream", "dump"])
def test_no_load_of_the_disk_is_refused(
    sender: str, receiver: str, known: str, tmp_path: Path
) -> None:
    """QEMU loads each of these sixteen, although fields were renamed and divided otherwise."""
    verdict = judge(sender, receiver, "ide", tmp_path, known)
    assert (verdict.refusals, verdict.wrong_values) == ((), ())
