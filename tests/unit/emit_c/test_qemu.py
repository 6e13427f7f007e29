"""Exported C against QEMU itself: it compiles with QEMU's headers, passes checkpatch.pl, and its
bytes are those of the generated Python.
"""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.support.codec_agreement import Case
from tests.support.corpus import CORPUS
from tests.support.pipeline import Compiled, compiled_files
from tests.support.qemu_c import (
    Answer,
    ExportedDevice,
    build_vmstate,
    compile_c,
    find_tree,
    run,
)
from tests.support.random_states import states
from vmsdl.driver import export_schema_c
from vmsdl.source import SourceFile

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(scope="session")
def tree() -> Path:
    return find_tree()


@pytest.fixture(scope="session")
def objects(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vmstate")
    build_vmstate(tree, folder)
    return folder


def export(source: Path, folder: Path, *structs: str) -> list[Path]:
    """The C files of a schema, in a folder."""

    def read(path: str) -> SourceFile:
        return SourceFile(path, (source.parent / path).read_text(encoding="utf-8"))

    outcome = export_schema_c(source.name, read, structs)
    assert outcome.value is not None, outcome.diagnostics
    for file in outcome.value:
        (folder / file.name).write_text(file.text, encoding="utf-8")
    return [folder / file.name for file in outcome.value]


def compile_python(source: Path) -> Compiled:
    found = source.parent.glob("*.vmsd")
    texts = {each.name: each.read_text(encoding="utf-8") for each in found}
    return compiled_files(texts, source.name)


NOTHING = """
static void fill({type} *s)
{{
}}
"""

IDE = ExportedDevice(
    "vmstate-ide",
    "IdeState",
    "vmstate_ide",
    """
static void prepare(IdeState *s)
{
    int i;

    for (i = 0; i < 4; i++) {
        IdeDrive *drive = &s->bus[i / 2].ifs[i % 2];

        drive->io_buffer_total_len = 131076;
        drive->io_buffer = g_malloc0(131076);
    }
    s->parent_obj.version_id = INT32_MAX;
}

/* `with`: the device's code keeps the error of the bus in its drives. */
static void finish(IdeState *s)
{
    int i;

    for (i = 0; i < 4; i++) {
        s->bus[i / 2].ifs[i % 2].bus_error_status = s->bus[i / 2].error_status;
    }
}

static void fill(IdeState *s)
{
    s->bmdma[1].cur_prd_len = 77;
    s->bus[0].error_status = 0x10;
    s->bus[1].ifs[0].identify_set = 1;
    s->bus[1].ifs[0].identify_data[511] = 3;
    s->bus[1].ifs[1].status = 0x08;
    s->bus[1].ifs[1].io_buffer[131075] = 9;
    s->bus[1].ifs[1].end_transfer_fn_idx = END_TRANSFER_DUMMY_STOP;
    s->bus[0].ifs[0].events.new_media = true;
}
""",
)

HPET = ExportedDevice(
    "vmstate-hpet",
    "HpetState",
    "vmstate_hpet",
    """
static void prepare(HpetState *s)
{
    int i;

    s->num_timers = 3;
    s->hpet_offset_saved = true;
    s->timer = g_new0(HpetTimer, 256);
    for (i = 0; i < 256; i++) {
        s->timer[i].qemu_timer = g_new0(QEMUTimer, 1);
        s->timer[i].qemu_timer->expire_time = -1;
    }
}

static void finish(HpetState *s)
{
}

static void fill(HpetState *s)
{
    s->config = 1;
    s->hpet_offset = 1234567890123;
    s->num_timers_save = 3;
    s->timer[2].qemu_timer->expire_time = 42;
    s->timer[1].cmp = UINT64_MAX;
}
""",
)

SERIAL = ExportedDevice(
    "vmstate-serial",
    "SerialState",
    "vmstate_serial",
    """
static void prepare(SerialState *s)
{
    s->state.recv_fifo.capacity = 16;
    s->state.recv_fifo.data = g_malloc0(16);
    s->state.xmit_fifo.capacity = 16;
    s->state.xmit_fifo.data = g_malloc0(16);
    s->state.fifo_timeout_timer = g_new0(QEMUTimer, 1);
    s->state.fifo_timeout_timer->expire_time = -1;
    s->state.modem_status_poll = g_new0(QEMUTimer, 1);
    s->state.modem_status_poll->expire_time = -1;
    s->state.thr_ipending = -1;
    s->state.poll_msl = -1;
}

static void finish(SerialState *s)
{
}

static void fill(SerialState *s)
{
    s->state.divider = 12;
    s->state.recv_fifo.num = 1;
    s->state.recv_fifo.data[0] = 'x';
    s->state.ier = 2;
    s->state.thr_ipending = 1;
}
""",
)

IOMMU = ExportedDevice(
    "vmstate-virtio-iommu",
    "VirtioIommuDeviceState",
    "vmstate_virtio_iommu_device",
    """
static int compare_ids(const void *a, const void *b, void *unused)
{
    uintptr_t x = (uintptr_t)a, y = (uintptr_t)b;

    return x < y ? -1 : x > y;
}

static int compare_intervals(const void *a, const void *b, void *unused)
{
    const Interval *x = a, *y = b;

    return x->low < y->low ? -1 : x->low > y->low;
}

static int domain_pre_load(void *opaque)
{
    Domain *d = opaque;

    QTAILQ_INIT(&d->endpoint_list);
    d->mappings = g_tree_new_full(compare_intervals, NULL, g_free, g_free);
    return 0;
}

static void prepare(VirtioIommuDeviceState *s)
{
    s->domains = g_tree_new_full(compare_ids, NULL, NULL, g_free);
}

static void finish(VirtioIommuDeviceState *s)
{
}

static void fill(VirtioIommuDeviceState *s)
{
    Domain *d = g_new0(Domain, 1);
    Endpoint *e = g_new0(Endpoint, 1);
    Interval *i = g_new0(Interval, 1);
    Mapping *m = g_new0(Mapping, 1);

    domain_pre_load(d);
    d->id = 5;
    e->id = 17;
    i->low = 4096;
    i->high = 8191;
    m->phys_addr = 65536;
    m->flags = 3;
    QTAILQ_INSERT_TAIL(&d->endpoint_list, e, next);
    g_tree_insert(d->mappings, i, m);
    g_tree_insert(s->domains, (void *)(uintptr_t)5, d);
    s->config.bypass = true;
}
""",
)

CONDITIONS = ExportedDevice(
    "vmstate-conditions",
    "ConditionsState",
    "vmstate_conditions",
    """
static void prepare(ConditionsState *s)
{
    s->limit = 8;
    s->t = g_new0(QEMUTimer, 1);
    s->t->expire_time = -1;
}

static void finish(ConditionsState *s)
{
}
""" + NOTHING.format(type="ConditionsState"),
)

CHECKS = ExportedDevice(
    "vmstate-checks",
    "ChecksState",
    "vmstate_checks",
    """
static void prepare(ChecksState *s)
{
}

static void finish(ChecksState *s)
{
}
""" + NOTHING.format(type="ChecksState"),
)

CASES = {
    "ide": (EXAMPLES / "ide" / "ide.vmsd", "ide", IDE),
    "hpet": (EXAMPLES / "pc" / "hpet.vmsd", "hpet", HPET),
    "serial": (EXAMPLES / "pc" / "serial.vmsd", "serial", SERIAL),
    "virtio_iommu": (EXAMPLES / "virtio" / "virtio_iommu.vmsd", "virtio_iommu_device", IOMMU),
    "conditions": (CORPUS / "export-c" / "conditions.vmsd", "conditions", CONDITIONS),
    "checks": (CORPUS / "export-c" / "checks.vmsd", "checks", CHECKS),
}


def draw_bytes(made: Compiled, name: str, count: int) -> list[bytes]:
    """Sections with random states, as the generated Python writes them."""
    found: list[bytes] = []
    case = Case({}, made, name)

    @seed(1)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def collect(data: st.DataObject) -> None:
        drawn = data.draw(states(made.schema, name))
        # The program is a machine with the defaults, which has its pointers.
        if not drawn.needs_base:
            found.append(case.object(drawn).encode())

    collect()
    return found


def is_sorted(name: str, made: Compiled, section: bytes) -> bool:
    """Whether the keys of its trees are in order and differ, as those that a GTree saves."""
    if name != "virtio_iommu":
        return True
    domains = made.cls("virtio_iommu_device").decode(section).domains
    lows = [[key.low for key, _ in each.mappings] for each in domains.values()]
    return all(keys == sorted(set(keys)) for keys in (list(domains), *lows))


@pytest.mark.parametrize("name", CASES)
def test_bytes_of_python_are_loaded_and_saved_again(
    name: str, tree: Path, objects: Path, tmp_path: Path
) -> None:
    source, device, exported = CASES[name]
    made = compile_python(source)
    export(source, tmp_path, *made.schema.descriptions)
    program = exported.build(tree, tmp_path, objects)
    sections = [each for each in draw_bytes(made, device, 200) if is_sorted(name, made, each)]
    assert len(sections) > 10
    version = made.schema.descriptions[device].version_id
    answers = run(program, sections, version)
    assert [Answer(True, 0, each) for each in sections] == answers


@pytest.mark.parametrize("name", ["ide", "hpet", "serial", "virtio_iommu"])
def test_bytes_of_c_are_decoded_and_encoded_again(
    name: str, tree: Path, objects: Path, tmp_path: Path
) -> None:
    source, device, exported = CASES[name]
    made = compile_python(source)
    export(source, tmp_path, *made.schema.descriptions)
    program = exported.build(tree, tmp_path, objects)
    [answer] = run(program, [b""], made.schema.descriptions[device].version_id)
    assert answer.saved is not None
    value: Any = made.cls(device).decode(answer.saved)
    assert value.encode() == answer.saved
    match name:
        case "ide":
            assert value.bus[0].error.error_status == 0x10
            assert value.drives_1[1].pio_state.io_buffer[-1] == 9
            assert value.drives_1[1].pio_state.end_transfer_fn_idx.name == "dummy_stop"
            assert value.drives_0[0].atapi_gesn_state.new_media
            assert value.drives_1[0].identify_data[-1] == 3
        case "hpet":
            assert value.offset.hpet_offset == 1234567890123
            assert [timer.qemu_timer for timer in value.timer] == [-1, -1, 42]
        case "serial":
            assert value.state.recv_fifo.recv_fifo.data[:1] == b"x"
            assert value.state.thr_ipending.thr_ipending == 1
        case _:
            [(_, domain)] = value.domains.items()
            assert [each.id for each in domain.endpoint_list] == [17]
            assert [(key.low, mapping.flags) for key, mapping in domain.mappings] == [(4096, 3)]


def test_what_python_refuses_is_refused(tree: Path, objects: Path, tmp_path: Path) -> None:
    source, device, exported = CASES["checks"]
    export(source, tmp_path, device, "loaded")
    program = exported.build(tree, tmp_path, objects)
    cls = compile_python(source).cls(device)
    good = bytes([2]) + (50).to_bytes(4, "big") + bytes([4]) + (1).to_bytes(4, "big")
    sections = list(damage(good))
    answers = run(program, sections, 3)
    for section, answer in zip(sections, answers, strict=True):
        try:
            cls.decode(section)
        except ValueError:
            assert not answer.is_loaded, section.hex()
        else:
            assert answer.saved == section, section.hex()
    assert {answer.is_loaded for answer in answers} == {False, True}


def damage(good: bytes) -> Iterator[bytes]:
    yield good
    for index in range(len(good)):
        for value in (0, 1, 3, 7, 9, 100, 255):
            yield good[:index] + bytes([value]) + good[index + 1 :]


SCHEMAS = [
    *sorted((CORPUS / "export-c").glob("*.vmsd")),
    *(EXAMPLES / name for name in ("ide/ide.vmsd", "pc/xhci.vmsd", "esp/esp_10_0.vmsd")),
]


EXPORTED = [each for each in SCHEMAS if not each.with_suffix(".txt").exists()]


@pytest.mark.parametrize("source", EXPORTED, ids=lambda path: path.stem)
def test_headers_of_qemu_are_content(source: Path, tree: Path, tmp_path: Path) -> None:
    made = compile_python(source)
    if source.stem in ("reached", "xhci"):
        pytest.skip("its C struct is the device's own")
    *_, exported, _ = export(source, tmp_path, *made.schema.descriptions)
    (tmp_path / "qemu").mkdir()
    fifo = "typedef struct Fifo { uint32_t head; } Fifo;\n"
    (tmp_path / "qemu" / "fifo.h").write_text(fifo, encoding="utf-8")
    infos = "pci_config", "pci_irq_state"
    declared = "".join(f"extern const VMStateInfo vmstate_info_{each};\n" for each in infos)
    text = (
        '#include "qemu/osdep.h"\n#include "migration/vmstate.h"\n'
        f"extern const VMStateInfo my_info;\n{declared}"
        f'#include "{exported.name}"\n'
    )
    (tmp_path / "main.c").write_text(text, encoding="utf-8")
    warned = compile_c(tree, tmp_path, "-fsyntax-only", "-Wall", "-Wno-unused", "main.c")
    # The device's code would define the hooks.
    assert [line for line in warned if "used but never defined" not in line] == []


@pytest.mark.parametrize("source", EXPORTED, ids=lambda path: path.stem)
def test_checkpatch_is_content(source: Path, tmp_path: Path) -> None:
    checkpatch = find_tree() / "scripts" / "checkpatch.pl"
    if shutil.which("perl") is None or not checkpatch.is_file():
        pytest.skip("needs perl and scripts/checkpatch.pl")
    for path in export(source, tmp_path):
        command = ["perl", str(checkpatch), "--no-tree", "--terse", "-f", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
