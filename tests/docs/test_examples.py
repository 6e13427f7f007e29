"""The examples do what their READMEs say: they compile, exchange state, print what is shown."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.examples import EXAMPLES, example, files, schema
from tests.support.pipeline import compiled
from tests.support.recorded_sections import STREAMS
from vmsdl.analysis.checks import run_checks
from vmsdl.source import SourceFile
from vmsdl.syntax.format.printer import format_source

FOLDERS = sorted(
    path.parent.name for path in EXAMPLES.glob("*/README.md") if path.parent.name != "build"
)
SCHEMAS = [(folder, name.removesuffix(".vmsd")) for folder in FOLDERS for name in files(folder)]
each_schema = pytest.mark.parametrize(
    ("folder", "name"), SCHEMAS, ids=["/".join(place) for place in SCHEMAS]
)

# Facts of these devices, which QEMU lives with: an embedded struct, and behind it bytes that a
# loader can take for one of its subsections.
ACCEPTED = {
    "arm/arm_gic": {"look-alike-bytes"},
    "esp/esp_10_0": {"look-alike-bytes"},
    "esp/esp_11_1": {"look-alike-bytes"},
    "esp/esp_5_2": {"look-alike-bytes"},
    "esp/esp_7_2": {"look-alike-bytes"},
    "pc/i8257": {"look-alike-bytes"},
    "pc/xhci": {"look-alike-bytes"},
}


def modules(folder: str, target: Path) -> Path:
    """All of a folder's modules, as `vmsdl compile` would write them."""
    for name in files(folder):
        for module, text in example(folder, name.removesuffix(".vmsd")).texts.items():
            (target / f"{module}.py").write_text(text, encoding="utf-8")
    return target


def readme(folder: str) -> str:
    return (EXAMPLES / folder / "README.md").read_text(encoding="utf-8")


@each_schema
def test_a_schema_has_no_faults_but_those_accepted_here(folder: str, name: str) -> None:
    found = {diagnostic.code.slug for diagnostic in run_checks(schema(folder, name))}
    assert found == ACCEPTED.get(f"{folder}/{name}", set())


@each_schema
def test_a_schema_stands_in_the_canonical_layout(folder: str, name: str) -> None:
    text = files(folder)[f"{name}.vmsd"]
    assert format_source(SourceFile(f"{name}.vmsd", text)).value == text


@each_schema
def test_a_schema_compiles(folder: str, name: str) -> None:
    result = example(folder, name)
    for description in result.schema.descriptions.values():
        assert description.wire_name == result.cls(description.name).NAME


def test_the_tour_leads_to_every_folder_and_nowhere_else() -> None:
    tour = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    links = set(re.findall(r"\]\(([^)#]+)\)", tour))
    assert [link for link in links if not (EXAMPLES / link).exists()] == []
    assert {link for link in links if "/" not in link} >= set(FOLDERS)


def test_every_readme_names_the_folders_schemas() -> None:
    for folder, name in SCHEMAS:
        known = readme(folder)
        assert f"`{name}.vmsd`" in known or re.fullmatch(r"esp_\d+_\d", name), (folder, name)


@pytest.mark.parametrize("name", ["pci.vmsd", "fifo8.vmsd"])
def test_files_that_stand_in_several_folders_are_the_same(name: str) -> None:
    texts = {path.read_text(encoding="utf-8") for path in EXAMPLES.glob(f"*/{name}")}
    assert len(texts) == 1


def test_the_recorded_section_of_the_ide_example_is_one_of_the_recorded_streams() -> None:
    text = (EXAMPLES / "ide" / "recorded.json").read_text(encoding="utf-8")
    assert text == (STREAMS / "ide@11.1-pc52-ide.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(("folder", "script"), [("ide", "show.py"), ("ide-evolution", "story.py")])
def test_a_script_prints_what_its_readme_shows(
    folder: str, script: str, tmp_path: Path, bless: bool
) -> None:
    blocks = re.findall(r"```console\n(.*?)```", readme(folder), re.S)
    (shown,) = [block for block in blocks if script in block]
    command, _, expected = shown.partition(f"{script}\n")
    assert command.splitlines()[0].startswith("$ vmsdl compile examples/")
    done = subprocess.run(
        [
            sys.executable,
            str(EXAMPLES / folder / script),
            "--modules",
            str(modules(folder, tmp_path)),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    if bless and done.stdout != expected:
        text = readme(folder).replace(shown, f"{command}{script}\n{done.stdout}")
        (EXAMPLES / folder / "README.md").write_text(text, encoding="utf-8")
    assert done.stdout == expected
    assert done.stderr == ""


@pytest.mark.parametrize(("folder", "script"), [("ide", "show.py"), ("ide-evolution", "story.py")])
def test_a_script_says_what_to_do_first(folder: str, script: str, tmp_path: Path) -> None:
    path = tmp_path / script
    path.write_text((EXAMPLES / folder / script).read_text(encoding="utf-8"), encoding="utf-8")
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert f"`vmsdl compile examples/{folder}`" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_tours_snippets_are_true() -> None:
    tour = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    for block in re.findall(r"```vmsd\n(.*?)```", tour, re.S):
        compiled(block)
    clock = example("pc", "mc146818rtc").cls("mc146818rtc")
    assert clock.__name__ == "Mc146818rtc"
    state = clock(periodic_timer=5, period=7, base_rtc=9)
    body = state.encode()
    assert clock.decode(body).encode() == body
    assert state.to_dict()["periodic_timer"] == 5
    older = clock.decode(state.encode(version_id=2), version_id=2)
    assert (older.period, older.base_rtc) == (7, 0)

    class Clock(clock):  # type: ignore[misc, valid-type]
        def post_load(self, version_id: int) -> None:
            if version_id < 3:
                self.last_update = 11

    assert Clock.decode(body).last_update == 0
    assert Clock.decode(state.encode(version_id=2), version_id=2).last_update == 11


# The founding story -------------------------------------------------------------------------------


def drives() -> tuple[Any, Any]:
    return tuple(example("ide-evolution", name).cls("ide_drive") for name in ("before", "after"))


@pytest.mark.parametrize("status", [0x50, 0x58])
def test_old_state_always_loads(status: int) -> None:
    before, after = drives()
    got = after.decode(before(sector=7, status=status).encode())
    assert (got.sector, got.status, got.pio_state) == (7, status, None)


def test_new_state_loads_where_no_transfer_is_in_flight() -> None:
    before, after = drives()
    for status in (status for status in range(256) if not status & 8):
        sent = after(status=status, pio_state=after.PioState(cur_io_buffer_offset=1))
        assert before.decode(sent.encode()).status == status


def test_new_state_is_refused_exactly_in_mid_transfer() -> None:
    before, after = drives()
    for status in (status for status in range(256) if status & 8):
        with pytest.raises(ValueError, match="pio_state") as caught:
            before.decode(after(status=status).encode())
        assert caught.value.reason == "unknown-subsection"  # type: ignore[attr-defined]
        assert caught.value.offset == 8  # type: ignore[attr-defined]


# What no recorded section shows -------------------------------------------------------------------


def test_a_tree_of_domains_on_the_wire() -> None:
    iommu = example("virtio", "virtio_iommu")
    domain, interval, mapping, endpoint = (
        iommu.cls(name) for name in ("domain", "interval", "mapping", "endpoint")
    )
    one = domain(
        id=3,
        mappings=[(interval(low=0x1000, high=0x1FFF), mapping(phys_addr=0x8000, flags=3))],
        endpoint_list=[endpoint(id=8), endpoint(id=9)],
        bypass=True,
    )
    state = iommu.cls("virtio_iommu_device")(domains={3: one}, bypass=True)
    body = state.encode()
    assert body == bytes.fromhex(
        "00000001 01 0000000000000003"  # one domain, with the key 3
        "00000003"
        "00000001 01 0000000000001000 0000000000001fff 0000000000008000 00000003 00"
        "01 00000008 01 00000009 00"
        "01"
        "00 01"
    )
    assert type(state).decode(body) == state


def test_queues_that_are_not_there_on_the_wire() -> None:
    nvme = example("nvme", "nvme")
    queue = nvme.cls("nvme_sq")(sqid=2, cqid=1, head=3, tail=4, size=5, dma_addr=6)
    state = nvme.cls("nvme_queues")(sq=[None, queue], cq=[None, None])
    body = state.encode()
    assert body == bytes.fromhex(
        "00000002 30 31 0002 0001 00000003 00000004 00000005 0000000000000006 30 30"
    )
    assert type(state).decode(body) == state


def test_memory_blocks_as_bits() -> None:
    cls = example("virtio", "virtio_mem").cls("virtio_mem_device")
    assert len(cls(usable_region_size=1, requested_size=2).encode()) == 16
    old = cls.for_machine("pc-i440fx-7.2")
    old.bitmap_size = 70
    old.bitmap = 1 | 1 << 65
    body = old.encode()
    assert len(body) == 28 + 24 + 16
    assert body.endswith(bytes.fromhex("0000000000000001 0000000000000002"))
    assert cls.decode(body, base=old).bitmap == old.bitmap


def test_screens_of_old_machine_types() -> None:
    gpu = example("virtio", "virtio_gpu")
    cls, screen = gpu.cls("virtio_gpu_scanouts"), gpu.cls("virtio_gpu_one_scanout")
    new, old = cls(), cls.for_machine("pc-q35-8.2")
    for state in (new, old):
        state.max_outputs, state.scanout = 2, [screen(), screen()]
    assert len(new.encode()) - len(cls.decode(old.encode(), base=old).encode()) == 2 * 24
    with pytest.raises(ValueError, match="byte") as caught:
        cls.decode(old.encode())
    assert caught.value.reason == "truncated"  # type: ignore[attr-defined]


def test_cards_of_three_generations() -> None:
    cls = example("pc", "e1000").cls("e1000")

    def sent(machine: str) -> list[bool]:
        body = cls.for_machine(machine).encode()
        return [
            f"e1000/{name}".encode() in body
            for name in ("mit_state", "full_mac_state", "tx_tso_state")
        ]

    assert sent("pc-i440fx-2.11") == [True, True, False]
    assert sent("pc-i440fx-2.4") == [True, False, False]
    assert sent("pc-i440fx-1.6") == [False, False, False]
    assert len(cls.decode(cls().encode()).encode()) == len(cls().encode())


def test_a_card_of_version_1_has_four_bytes_more() -> None:
    cls = example("pc", "e1000").cls("e1000")
    state = cls(rxbuf_size=2048)
    first = state.encode(version_id=1)
    assert len(first) == len(state.encode()) + 4
    assert cls.decode(first, version_id=1).encode() == state.encode()


def test_too_many_comparators_are_refused_before_they_are_read() -> None:
    cls = example("pc", "hpet").cls("hpet")
    body = bytearray(cls(num_timers_save=3, num_timers=3).encode())
    body[24] = 33
    with pytest.raises(ValueError, match="num_timers must match") as caught:
        cls.decode(bytes(body))
    assert caught.value.reason == "check-failed"  # type: ignore[attr-defined]
    assert caught.value.offset == 25  # type: ignore[attr-defined]


def test_a_floppy_phase_is_sent_where_the_registers_would_tell_another() -> None:
    fdc = example("pc", "fdc")
    cls, controller = fdc.cls("fdc"), fdc.cls("fdctrl")

    def is_sent(msr: int, phase: int) -> bool:
        state = controller(msr=msr, phase=controller.Phase(phase=phase))
        return b"fdc/phase" in cls(state=state).encode()

    # RQM: a command is awaited. RQM and DIO: a result is to be read. Neither: a command runs.
    assert [is_sent(0x80, phase) for phase in (0, 1, 2, 3)] == [False, False, True, True]
    assert [is_sent(0xC0, phase) for phase in (0, 1, 2, 3)] == [False, True, True, False]
    assert [is_sent(0x00, phase) for phase in (0, 1, 2, 3)] == [False, True, False, True]
