"""The interpreter, with which the generated codecs are compared, compared with real QEMU."""

from typing import Any, Literal

import pytest

from tests.conformance.test_streams import ALL, SET_BY_MACHINE, place
from tests.support import interpreter
from tests.support.examples import schema
from tests.support.recorded_sections import Recorded

MODES: tuple[Literal["needed", "present"], ...] = ("needed", "present")


@pytest.mark.parametrize("section", ALL, ids=lambda section: section.file_name[:-5])
def test_interpreter_reads_and_writes_what_qemu_wrote(section: Recorded) -> None:
    folder, file, name = place(section)
    read = schema(folder, file)
    description = read.descriptions[name]
    base = None
    if section.device in SET_BY_MACHINE:
        own: dict[str, Any] = {}
        if section.machine == "pc-i440fx-5.2":
            own = interpreter.machine_settings(read, section.machine, name)
        if section.device == "piix4_pm":
            sent = {entry["vmsd_name"] for entry in section.description["subsections"]}
            own["cpu_hotplug_legacy"] = "piix4_pm/cpuhp" not in sent
        base = interpreter.fresh(read, description, own)
    state = interpreter.decode(read, name, section.body, section.version_id, base)
    assert not isinstance(state, interpreter.Refusal), state
    for mode in MODES:
        assert section.body == interpreter.encode(read, name, state, section.version_id, mode)
