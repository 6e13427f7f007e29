"""Where both versions are real QEMUs, real QEMU is the replay: what the report says of the ESP.

The installed 7.2 loads what 5.2, 10.0 and 11.1 would have sent: each witness of the report, written
by the codec of that release into a real stream. What it then holds is what the report says.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.support import qemu, qemu_machines
from tests.support.qemu_machines import Machine
from vmsdl.cli.console import Console
from vmsdl.cli.inputs.versions import read_schemas
from vmsdl.diff.compare import compare
from vmsdl.diff.direction import Direction
from vmsdl.qemu.stream.stream import Stream
from vmsdl.replay.classes import ModuleCache
from vmsdl.replay.program import ReplaySide
from vmsdl.replay.replay import Replay, run_replays
from vmsdl.replay.run import run_migration

# The recorded outcomes are those of one release; another one words and decides differently.
pytestmark = pytest.mark.skipif(
    qemu_machines.release() != qemu_machines.RELEASE,
    reason="there is no qemu-system-x86_64 7.2 to load it",
)

ESP = Path(__file__).parents[2] / "examples" / "esp"
MACHINE = Machine("am53c974", ("-M", "pc-i440fx-5.2", "-device", "am53c974"))
DEVICE = "pciespscsi"


def witnesses(release: str) -> list[Replay]:
    """What the report says becomes of that release's states in 7.2."""
    old, new = (read_schemas(str(ESP / f"esp_{r}.vmsd"), Console()) for r in (release, "7_2"))
    assert old is not None
    assert new is not None
    report = compare(old, new, old_name=release, new_name="7_2")
    return [
        each
        for each in run_replays(report, ModuleCache())
        if each.direction is Direction.OLD_TO_NEW
    ]


def on_this_machine(program: ReplaySide, state: Any, real: Any) -> Any:
    """The PCI half of a state is the machine's own: a receiver compares it with its own."""
    pci = program.class_of("PCIDevice")
    state.parent_obj = pci.decode(real.parent_obj.encode(), base=pci(is_express=False))
    return state


def loaded(state: bytes, version: int, folder: Path) -> Any:
    """The body that 7.2 saves when it has loaded this one; LoadRefused where it does not load."""
    data = qemu_machines.saved(MACHINE)
    section = Stream(data).device(DEVICE).section
    head = data[: section.start - 4] + version.to_bytes(4, "big")
    stream, again = folder / "witness.mig", folder / "again.mig"
    stream.write_bytes(head + state + data[section.stop :])
    with qemu.incoming(stream, *MACHINE.command) as machine:
        machine.save(again)
    return Stream(again.read_bytes()).device(DEVICE).data


@pytest.mark.parametrize("release", ["5_2", "10_0", "11_1"])
def test_real_qemu_does_what_is_said_of_each_witness(release: str, tmp_path: Path) -> None:
    found = witnesses(release)
    assert found
    for each in found:
        assert each.ends is not None
        assert each.state is not None
        sender, receiver = each.ends.sender, each.ends.receiver
        real = receiver.cls.decode(Stream(qemu_machines.saved(MACHINE)).device(DEVICE).data)
        sent = on_this_machine(sender, each.state.object, real)
        expected = run_migration(each.ends, sent)
        version = sender.side.description.version_id
        if expected.refusal is not None:
            with pytest.raises(qemu.LoadRefused):
                loaded(expected.data, version, tmp_path)
            continue
        body = loaded(expected.data, version, tmp_path)
        assert expected.loaded.esp == receiver.cls.decode(body).esp


def test_it_loads_and_is_corrupt(tmp_path: Path) -> None:
    """10.0 sends `lun` 3; 7.2 takes it for `ti_cmd`, and says nothing."""
    each = next(each for each in witnesses("10_0") if each.result.verdict == "corrupt")
    assert each.ends is not None
    assert each.state is not None
    receiver = each.ends.receiver.cls
    real = receiver.decode(Stream(qemu_machines.saved(MACHINE)).device(DEVICE).data)
    sent = on_this_machine(each.ends.sender, each.state.object, real)
    sent.esp.lun, sent.esp.drq_state = 3, True
    again = receiver.decode(loaded(sent.encode(), 2, tmp_path))
    assert (3, 1) == (again.esp.ti_cmd, again.esp.lun)
