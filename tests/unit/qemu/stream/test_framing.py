"""Small streams, made by hand after QEMU's rules, and what the framing says of them."""

import contextlib
import json
import struct
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.streams import sections
from vmsdl.qemu.stream.framing import (
    Command,
    Configuration,
    End,
    Header,
    Part,
    Section,
    SectionType,
    Surplus,
    read_stream,
)
from vmsdl.qemu.stream.reader import StreamError
from vmsdl.qemu.stream.vmdesc import Vmdesc

HEADER = b"QEVM" + struct.pack(">I", 3)
CONFIGURATION = b"\x07" + struct.pack(">I", 8) + b"virt-1.0"
EOS = struct.pack(">Q", 0x10)


def full(
    section_id: int, name: bytes, body: bytes, *, version: int = 1, footer: bool = True
) -> bytes:
    header = struct.pack(">BIB", 4, section_id, len(name)) + name + struct.pack(">II", 0, version)
    return header + body + (struct.pack(">BI", 0x7E, section_id) if footer else b"")


def ram(*records: bytes) -> bytes:
    start = struct.pack(">BIB", 1, 2, 3) + b"ram" + struct.pack(">II", 0, 4)
    blocks = struct.pack(">Q", 0x3000 | 4) + b"\x06pc.ram" + struct.pack(">Q", 0x3000)
    end = struct.pack(">BI", 3, 2) + b"".join(records)
    footer = struct.pack(">BI", 0x7E, 2)
    return start + blocks + EOS + footer + end + EOS + footer


def described(*devices: dict[str, object], page_size: int = 4096) -> bytes:
    text = json.dumps({"page_size": page_size, "devices": devices}).encode()
    return b"\x06" + struct.pack(">I", len(text)) + text


def device(name: str, size: int, **more: object) -> dict[str, object]:
    fields = [{"name": "data", "type": "buffer", "size": size, **more}]
    return {"name": name, "instance_id": 0, "vmsd_name": name, "version": 1, "fields": fields}


def bodies(stream: bytes) -> dict[str, bytes]:
    return {section.idstr: stream[section.body] for section in sections(stream)}


def test_every_part_of_a_stream_is_seen_and_they_touch() -> None:
    stream = (
        HEADER
        + CONFIGURATION
        + ram(struct.pack(">Q", 0x1000 | 8) + b"\x06pc.ram" + b"\x7e" * 4096)
        + b"\x08\x00\x0b\x00\x00"
        + full(31, b"port92", b"\x00")
        + b"\x00"
        + described(device("port92", 1))
    )
    parts = list(read_stream(stream))
    kinds = [Header, Configuration, Section, Section, Command, Section, End, Vmdesc]
    assert [type(part) for part in parts] == kinds
    assert all(left.end == right.offset for left, right in pairwise(parts))
    assert (parts[0].offset, parts[-1].end) == (0, len(stream))
    port = parts[5]
    assert isinstance(port, Section)
    assert (port.kind, port.section_id, port.idstr) == (SectionType.FULL, 31, "port92")
    assert (port.instance_id, port.version_id, port.size) == (0, 1, 1)
    assert isinstance(parts[3], Section)
    assert (parts[3].kind, parts[3].idstr) == (SectionType.END, "ram")


def test_any_buffer_will_do() -> None:
    stream = HEADER + full(1, b"a", b"xyz") + b"\x00"
    expected = list(read_stream(stream))
    assert list(read_stream(bytearray(stream))) == expected
    assert list(read_stream(memoryview(stream))) == expected


def test_a_body_that_holds_a_footer_is_cut_by_the_claimed_size() -> None:
    footer = struct.pack(">BI", 0x7E, 1)
    trap = b"ab" + footer + full(9, b"b", b"") + b"cd"
    stream = HEADER + full(1, b"a", trap) + full(2, b"b", b"!") + b"\x00"
    described_stream = stream + described(device("a", len(trap)), device("b", 1))
    assert bodies(described_stream) == {"a": trap, "b": b"!"}


def test_a_body_that_holds_a_footer_is_not_cut_where_nothing_could_follow() -> None:
    body = struct.pack(">BI", 0x7E, 1) + b"\x07 no section begins like this"
    assert bodies(HEADER + full(1, b"a", body) + b"\x00") == {"a": body}


def test_a_wrong_claim_is_not_believed() -> None:
    stream = HEADER + full(1, b"a", b"12345") + full(2, b"b", b"6") + b"\x00"
    for size in (0, 4, 6, (1 << 32) - 1):
        claimed = stream + described(device("a", size), device("b", 1))
        assert bodies(claimed) == {"a": b"12345", "b": b"6"}


def test_claims_count_arrays_and_subsections() -> None:
    claim = device("a", 3, array_len=2)
    claim["subsections"] = [
        {"vmsd_name": "a/s", "version": 1, "fields": [{"name": "x", "type": "u8", "size": 1}]}
    ]
    body = b"ffffff" + b"\x05\x03a/s" + struct.pack(">I", 1) + b"x"
    tail = full(2, b"b", b"") + b"\x00" + described(claim, device("b", 0))
    without_footer = full(1, b"a", body, footer=True)
    assert bodies(HEADER + without_footer + tail)["a"] == body


def test_sections_of_one_name_take_their_sizes_in_stream_order() -> None:
    one = HEADER + full(1, b"dma", b"1") + full(2, b"dma", b"22") + b"\x00"
    stream = one + described(device("dma", 1), device("dma", 2))
    assert [stream[section.body] for section in sections(stream)] == [b"1", b"22"]


def test_a_machine_without_footers() -> None:
    def bare(data: bytes) -> bytes:
        return data.replace(struct.pack(">BI", 0x7E, 2), b"")

    stream = HEADER + bare(ram()) + full(5, b"a", b"12", footer=False) + b"\x00"
    found = list(sections(stream + described(device("a", 2))))
    assert [section.has_footer for section in found] == [False, False, False]
    assert (stream)[found[2].body] == b"12"


@pytest.mark.parametrize(
    "record",
    [
        struct.pack(">Q", 0x1000 | 2) + b"\x06pc.ram\x00",
        struct.pack(">Q", 0x1000 | 2)
        + b"\x06pc.ram\x00"
        + struct.pack(">Q", 0x2000 | 0x22)
        + b"\x00",
        struct.pack(">Q", 0x1000 | 0x40) + b"\x06pc.ram\x01\x00\x03abc",
        struct.pack(">Q", 0x1000 | 0x100) + b"\x06pc.ram\x00\x00\x00\x02zz",
        struct.pack(">Q", 0x200),
    ],
    ids=["zero", "same-block", "delta", "compressed", "flush"],
)
def test_ram_records_are_skipped(record: bytes) -> None:
    stream = HEADER + ram(record) + full(7, b"a", b"1") + b"\x00"
    assert bodies(stream)["a"] == b"1"


def test_mapped_ram_continues_behind_the_pages() -> None:
    configuration = (
        CONFIGURATION
        + b"\x05\x1aconfiguration/capabilities"
        + struct.pack(">II", 1, 1)
        + b"\x0amapped-ram"
    )
    head = HEADER + configuration + struct.pack(">BIB", 1, 2, 3) + b"ram" + struct.pack(">II", 0, 4)
    block = struct.pack(">Q", 0x1000 | 4) + b"\x01m" + struct.pack(">Q", 0x1000)
    pages = 0x2000
    stream = head + block + struct.pack(">IQQQ", 1, 4096, 0x1000, pages)
    stream = stream.ljust(pages, b"\xaa") + b"p" * 0x1000 + EOS + struct.pack(">BI", 0x7E, 2)
    stream += full(3, b"a", b"1") + b"\x00"
    assert bodies(stream)["a"] == b"1"


def test_the_configuration_says_what_it_has() -> None:
    configuration = (
        CONFIGURATION
        + b"\x05\x1econfiguration/target-page-bits"
        + struct.pack(">II", 1, 12)
        + b"\x05\x12configuration/uuid"
        + struct.pack(">I", 0x101)  # a loader keeps eight bits of it
        + bytes(range(16))
    )
    part = list(read_stream(HEADER + configuration + b"\x00"))[1]
    assert isinstance(part, Configuration)
    assert (part.machine, part.page_bits, part.uuid) == ("virt-1.0", 12, bytes(range(16)))


def test_a_packaged_stream_is_stepped_over() -> None:
    inner = full(1, b"inner", b"1")
    package = b"\x08\x00\x07\x00\x04" + struct.pack(">I", len(inner)) + inner
    parts = list(read_stream(HEADER + package + b"\x00"))
    assert isinstance(parts[1], Command)
    assert parts[1].packaged == slice(parts[1].end - len(inner), parts[1].end)
    assert list(sections(HEADER + package + b"\x00")) == []


def test_what_follows_the_end_is_surplus() -> None:
    stream = HEADER + CONFIGURATION + b"\x00" + b"padding"
    assert list(read_stream(stream))[-1] == Surplus(offset=len(stream) - 7, end=len(stream))


REFUSED = {
    "empty": (b"", 0, "the stream's header needs 4 bytes, but only 0 left"),
    "magic": (b"QEMU" + bytes(8), 0, "not a migration stream"),
    "version": (b"QEVM" + struct.pack(">I", 2), 4, "stream version 2"),
    "cut": (HEADER, 8, "a section type needs 1 bytes"),
    "type": (HEADER + b"\x05", 8, "unknown section type 5"),
    "footer": (HEADER + full(1, b"a", b"", footer=False) + b"\0", 8, "its footer is missing"),
    "orphan": (HEADER + b"\x02" + bytes(4), 8, "section 0 continues, but was not started"),
    "configuration": (HEADER + b"\x07" + b"\xff" * 9, 13, "the configuration needs"),
    "unknown-subsection": (
        HEADER + CONFIGURATION + b"\x05\x0fconfiguration/x" + bytes(3) + b"\x01\0",
        21,
        "unknown subsection `configuration/x`",
    ),
    "ram": (HEADER + ram(struct.pack(">Q", 0x80)), 66, "unknown RAM record with flags 0x80"),
    "json": (HEADER + b"\0\x06\0\0\0\x02{!", 14, "the description is not valid JSON"),
    "deep-json": (
        HEADER + b"\0\x06\0\x03\x0d\x40" + b"[" * 200000,
        14,
        "the description is not valid JSON",
    ),
    "json-cut": (HEADER + b"\0\x06\0\0\0\x09{}", 14, "the description needs 9 bytes"),
    "command": (HEADER + b"\x08\0\x01\0\x09", 13, "a command's payload needs 9 bytes"),
}


@pytest.mark.parametrize(("stream", "offset", "message"), REFUSED.values(), ids=REFUSED)
def test_nonsense_is_refused_with_its_place(stream: bytes, offset: int, message: str) -> None:
    with pytest.raises(StreamError) as caught:
        list(read_stream(stream))
    assert message in caught.value.message
    assert caught.value.offset == offset


def _prefixes(stream: bytes) -> Iterator[bytes]:
    return (stream[:length] for length in range(len(stream)))


def test_every_prefix_is_refused_or_ends_without_a_description() -> None:
    end = HEADER + CONFIGURATION + ram() + full(31, b"port92", b"\x00") + b"\x00"
    stream = end + described(device("port92", 1))
    for prefix in _prefixes(stream):
        if len(prefix) == len(end):
            assert isinstance(list(read_stream(prefix))[-1], End)
        else:
            with pytest.raises(StreamError):
                list(read_stream(prefix))


@given(data=st.data())
def test_a_mutated_stream_gives_parts_or_a_stream_error(data: st.DataObject) -> None:
    stream = bytearray(
        HEADER
        + CONFIGURATION
        + ram(struct.pack(">Q", 0x1000 | 2) + b"\x06pc.ram\x00")
        + full(31, b"port92", b"\x00")
        + b"\x00"
        + described(device("port92", 1))
    )
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(stream) - 1))
        stream[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
    parts: list[Part] = []
    offset = 0
    try:
        parts.extend(read_stream(stream))
    except StreamError as error:
        offset = error.offset
    assert 0 <= offset <= len(stream)
    assert all(left.end == right.offset for left, right in pairwise(parts))


def test_a_stream_of_footers_is_read_in_one_pass() -> None:
    footer = struct.pack(">BI", 0x7E, 1)
    stream = HEADER + full(1, b"a", footer * 100_000) + b"\x00"
    (section,) = sections(stream)
    assert section.size == 500_000


def test_a_description_nested_without_end_is_an_error_or_nothing() -> None:
    text = b'{"devices":[' + b'{"fields":[],"vmsd_name":"a","subsections":[' * 3000
    text += b"]}" * 3000 + b"]}"
    stream = HEADER + b"\x00\x06" + struct.pack(">I", len(text)) + text
    with contextlib.suppress(StreamError):
        list(read_stream(stream))
