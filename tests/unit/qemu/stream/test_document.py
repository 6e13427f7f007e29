"""Streams to documents and back: what was not edited is the same to the byte."""

import json
from typing import Any

import pytest

from tests.support.recorded_sections import recorded
from tests.support.streams import assembled, recorded_sets
from vmsdl.qemu import Stream
from vmsdl.qemu.stream.document import DocumentError, decode_document, encode_document

SETS = sorted(recorded_sets())


def document_of(stream: bytes) -> Any:
    return json.loads(json.dumps(decode_document(stream, "vm.mig")))


def encoded(document: object, stream: bytes) -> bytes:
    return b"".join(bytes(chunk) for chunk in encode_document(document, stream))


def section(document: Any, idstr: str) -> Any:
    return next(part for part in document["parts"] if part.get("idstr") == idstr)


@pytest.mark.parametrize("name", SETS)
def test_an_unedited_document_gives_the_same_stream(name: str) -> None:
    stream = assembled(recorded_sets()[name])
    document = document_of(stream)
    assert [part for part in document["parts"] if "problem" in part] == []
    assert stream == encoded(document, stream)


@pytest.mark.parametrize("name", SETS)
def test_every_described_device_stands_by_name(name: str) -> None:
    sections = recorded_sets()[name]
    document = document_of(assembled(sections))
    for each in sections:
        assert "fields" in section(document, each.idstr), each.idstr


def test_an_edited_field_changes_its_bytes_alone() -> None:
    sections = recorded_sets()["7.2-pc52-ide"]
    stream = assembled(sections)
    document = document_of(stream)
    pic = section(document, "i8259")
    pic["fields"]["imr"] ^= 0xFF
    changed = encoded(document, stream)
    assert len(stream) == len(changed)
    assert 1 == sum(one != other for one, other in zip(stream, changed, strict=True))
    again = Stream(changed).device("i8259", pic["instance_id"])
    assert again.values()["fields"]["imr"] == pic["fields"]["imr"]


@pytest.mark.parametrize("name", ["5.2-pc-midpio", "10.0-pc-midpio", "11.1-pc-midpio"])
def test_a_subsection_taken_out_leaves_sizes_that_are_right(name: str) -> None:
    stream = assembled(recorded_sets()[name])
    document = document_of(stream)
    drive = section(document, "0000:00:01.1/ide")["fields"]["bus[0].ifs"][0]
    del drive["subsections"]["ide_drive/pio_state"]
    changed = encoded(document, stream)
    again = Stream(changed)
    assert "subsections" not in again.device("ide").values()["fields"]["bus[0].ifs"][0]
    assert [] == [p for p in document_of(changed)["parts"] if "problem" in p]
    # The description tells the new sizes, in the white space of its release.
    assert changed == encoded(document_of(changed), changed)
    assert len(stream) - len(changed) >= 131097


def test_a_section_taken_out_leaves_the_description_too() -> None:
    stream = assembled(recorded_sets()["7.2-pc52-ide"])
    document = document_of(stream)
    document["parts"] = [p for p in document["parts"] if p.get("idstr") != "hpet"]
    again = Stream(encoded(document, stream))
    assert "hpet" not in [device.idstr for device in again.devices]
    assert again.vmdesc is not None
    assert "hpet" not in [device["name"] for device in again.vmdesc.json["devices"]]


def test_ram_is_carried_by_reference() -> None:
    stream = assembled(recorded("i8259", "7.2-pc52-ide"))
    ram = [part for part in document_of(stream)["parts"] if part.get("idstr") == "ram"]
    assert [{"offset", "size"}] * 2 == [set(part["bytes"]) for part in ram]


def test_a_body_that_its_description_does_not_fit_is_kept_and_said() -> None:
    one, other = recorded("i8259", "7.2-pc52-ide")[:2]
    stream = bytearray(assembled([one, other]))
    text = b'"name": "imr", "type": "uint8", "size": 1'
    wrong = b'"name": "imr", "type": "uint9", "size": 2'
    at = stream.rindex(text)
    stream[at : at + len(text)] = wrong
    document = document_of(bytes(stream))
    problems = [part["problem"] for part in document["parts"] if "problem" in part]
    assert 1 == len(problems)
    assert "i8259" in problems[0]
    assert bytes(stream) == encoded(document, bytes(stream))


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({"imr": 256}, "i8259.imr: 256 is out of range 0..255"),
        ({"imr": "no"}, "i8259.imr: expected an integer"),
        ({"imr": None}, "i8259.imr: expected an integer"),
        ({"irm": 1}, "unknown name `irm`"),
    ],
)
def test_an_edit_without_bytes_is_refused_with_its_place(edit: Any, words: str) -> None:
    stream = assembled(recorded("i8259", "7.2-pc52-ide"))
    document = document_of(stream)
    section(document, "i8259")["fields"] |= edit
    with pytest.raises(DocumentError) as caught:
        encoded(document, stream)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"vmsdl_stream": 2},
        {"vmsdl_stream": 1, "source": {"size": 3}, "parts": []},
        {"vmsdl_stream": 1, "source": {}, "parts": {}},
    ],
)
def test_what_is_no_document_is_refused(document: object) -> None:
    with pytest.raises(DocumentError):
        encoded(document, b"QEVM")


@pytest.mark.parametrize(
    "part",
    [
        {"part": "what"},
        {"part": "section"},
        {"part": "section", "kind": "half", "section_id": 1},
        {"part": "section", "kind": "full", "section_id": -1, "idstr": "x"},
        {"part": "section", "kind": "part", "section_id": 1, "idstr": "x", "bytes": {}},
        {"part": "command", "number": 1, "payload": "zz"},
        {"part": "surplus", "bytes": {"offset": 0, "size": 10**9}},
        {"part": "surplus", "bytes": {"offset": -1, "size": 1}},
        {"part": "configuration", "machine": 7, "uuid": "0"},
        {"part": "header", "version": "3"},
    ],
)
def test_a_part_that_makes_no_sense_is_refused(part: object) -> None:
    stream = assembled(recorded("i8259", "7.2-pc52-ide"))
    document = {"vmsdl_stream": 1, "source": {"size": len(stream)}, "parts": [part]}
    with pytest.raises(DocumentError):
        encoded(document, stream)
