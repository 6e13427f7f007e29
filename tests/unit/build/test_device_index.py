"""Which files of a folder a stream needs, by their text."""

import pytest

from vmsdl.build.device_index import find_needed

TEXTS = {
    "plain": "device ide version 3 { a: u8; }",
    "named": '// device ide\ndevice piix as "ide" { a: u8; }',
    "many": 'device card as "i82550",\n    "ide" instance 0 { a: u8; }',
    "late": '/* first */ struct s { device: u8; }\ndevice other as\n    "mc146818rtc" { a: s; }',
    "commented": '/* device ide {} */ // device ide\ndevice "',
    "escaped": r'device q as "i\u0064e" { a: u8; }',
    "machines": 'machine "pc" {}',
    "broken": "device ide { a: ",
    "words": "struct s { machines: u8; devices: u8; }",
}


@pytest.mark.parametrize(
    ("idstrs", "expected"),
    [
        (["ide"], {"plain", "named", "many", "escaped", "broken", "machines"}),
        (["0000:00:01.1/ide"], {"plain", "named", "many", "escaped", "broken", "machines"}),
        (["mc146818rtc", "aide"], {"late", "machines"}),
        ([], {"machines"}),
    ],
)
def test_a_file_is_needed_for_a_device_of_its_own(idstrs: list[str], expected: set[str]) -> None:
    assert set(find_needed(TEXTS, TEXTS.__getitem__, idstrs)) == expected


def test_what_cannot_be_read_is_needed() -> None:
    def read(path: str) -> str:
        raise OSError(path)

    assert find_needed(["x"], read, []) == ["x"]
