"""A comparison of some devices is that of all, without the others."""

from pathlib import Path

from tests.support.reports import of_texts
from vmsdl.diff.chosen_devices import ChosenDevices
from vmsdl.diff.compare import compare
from vmsdl.diff.formats import FORMATS, find_format

OLD = 'device d { a: u8; } device e { b: u8; } device f as "x/f" { c: u8; }'
NEW = 'device d { a: u16; } device e { b: u16; } device f as "x/f" { c: u16; }'


def _names(chosen: ChosenDevices) -> list[str]:
    whole = of_texts(OLD, NEW)
    sides = [(d.old, d.new) for d in whole.devices]
    old = {id(side.schema): side.schema for side, _ in sides if side is not None}
    new = {id(side.schema): side.schema for _, side in sides if side is not None}
    found = compare(old.values(), new.values(), old_name="old", new_name="new", chosen=chosen)
    assert found.devices == tuple(d for d in whole.devices if chosen.has(d.name))
    assert found.findings == tuple(f for f in whole.findings if chosen.has(f.device))
    return [device.name for device in found.devices]


def test_names_and_patterns() -> None:
    assert ["d"] == _names(ChosenDevices(("d",)))
    assert ["d", "e"] == _names(ChosenDevices(("[de]",)))


def test_sections_of_a_stream_end_in_the_name() -> None:
    assert ["e"] == _names(ChosenDevices(sections=("0000:00:02.0/e", "timer")))
    assert ["x/f"] == _names(ChosenDevices(sections=("0000:00:02.0/x/f",)))
    assert [] == _names(ChosenDevices(sections=("fee",)))


def test_the_form_follows_the_suffix() -> None:
    assert "markdown" == find_format(str(Path("a") / "report.MD"))
    assert "text" == find_format("report")
    for name in set(FORMATS) - {"text"}:
        assert name == find_format(f"report.{name}")
