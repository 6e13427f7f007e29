"""Schemas learned from streams: typed, and honest about what was not seen."""

from collections.abc import Iterable
from typing import Any

import pytest

from tests.support.pipeline import Compiled, compiled_files
from tests.support.recorded import Recorded
from tests.support.streams import assembled, recorded_sets
from vmsdl.qemu import Stream
from vmsdl.qemu.learn import learned_files
from vmsdl.qemu.observed import Observations
from vmsdl.syntax.write import write

RELEASES = ("5.2", "7.2", "10.0", "11.1")


def learned(sets: Iterable[Iterable[Recorded]]) -> dict[str, str]:
    observations = Observations()
    for sections in sets:
        for device in Stream(assembled(sections)).devices:
            observations.observe(device.record())
    return {file.name: write(file.tree) for file in learned_files(observations, ["pc"])}


def of_release(release: str) -> list[tuple[Recorded, ...]]:
    return [sections for sections in recorded_sets().values() if sections[0].release == release]


def inherited(compiled: Compiled) -> str:
    """The text of all the .vmsd files that a module was made of."""
    return "".join(file.source.text for file in compiled.schema.files)


@pytest.fixture(scope="module")
def compiled() -> dict[str, dict[str, Compiled]]:
    result: dict[str, dict[str, Compiled]] = {}
    for release in RELEASES:
        texts = learned(of_release(release))
        result[release] = {
            name: compiled_files(texts, name)
            for name in texts
            if name != "machine.vmsd" and "extern" not in texts[name]
        }
    return result


def test_types_lengths_and_rules_are_those_of_the_description() -> None:
    text = learned([recorded_sets()["7.2-pc52-ide"]])
    assert "nirq: i32 equal;" in text["PCIBUS.vmsd"]
    assert "irq_count: i32[4];" in text["PCIBUS.vmsd"]
    assert "version_id: i32 bounded;" in text["PCIDevice.vmsd"] + text["ide.vmsd"]
    assert "unused[28];" in text["mc146818rtc.vmsd"]
    assert "periodic_timer: timer;" in text["mc146818rtc.vmsd"]


def test_a_length_that_varies_is_given_by_the_embedder() -> None:
    text = learned([recorded_sets()["10.0-pc52-esp"]])["pciespscsi.vmsd"]
    assert "fifo: Fifo8 with data_length = 16;" in text
    assert "cmdfifo: Fifo8 with data_length = 32;" in text


def test_what_only_some_had_is_extern() -> None:
    text = learned(of_release("7.2"))["ide.vmsd"]
    assert "identify_data: bytes[512] if extern;" in text
    assert "subsection pio_state version 1 minimum 0 needed extern" in text


@pytest.mark.parametrize("release", RELEASES)
def test_modules_from_streams_read_other_streams_of_that_version(
    release: str, compiled: dict[str, dict[str, Compiled]]
) -> None:
    """Where nothing is decided elsewhere: the class alone, and the same bytes back."""
    read = 0
    for sections in of_release(release):
        for section in sections:
            module = compiled[release].get(f"{section.device}.vmsd")
            if module is None or "if extern" in inherited(module):
                continue
            cls: Any = module.cls(section.device)
            state = cls.decode(section.body, version_id=section.version_id)
            assert section.body == state.encode(subsections="present"), section.idstr
            read += 1
    assert read >= 8
