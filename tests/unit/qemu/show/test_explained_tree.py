"""A state for people: each value with what the schema says of its field."""

from typing import Any

import pytest

from tests.support.pipeline import compiled_files
from vmsdl.qemu.show.explained_tree import explain_refused_state, explain_state
from vmsdl.qemu.stream.framing import Section, SectionType
from vmsdl.qemu.stream.schema_state import (
    RefusedState,
    SchemaDevice,
    SchemaState,
    decode_state,
    encode_state,
    state_to_json,
)
from vmsdl.qemu.stream.values import decode_record

TEXT = """
const ON = 1;
enum Mode : u8 { idle = 0; busy = 7; }
flags Irq : u8 { rx = 1; tx = 2; }
struct slot version 1 { number: u8; }
/// What the card is.
device card version 2 minimum 1 {
    /// Is it running?
    status: u8;
    mode: Mode;
    irq: Irq;
    alarm: timer;
    late: u16 if status == ON;
    secret: u8 if extern;
    bits: bitmap[4];
    slots: slot?[2];
    list: list<slot>;
    words: u16[3];
    data: bytes[40];
    since_two: u8 since 2;
    /// Only in flight.
    subsection extra version 1 needed mode != Mode.idle { a: u8; b: f64; }
}
"""
HEAD = bytes.fromhex("00 07 03 ffffffffffffffff")  # status, mode, irq, alarm
TAIL = (
    bytes.fromhex("0000000000000005 30 09")  # bits, slots
    + bytes.fromhex("01 04 00 0001 0002 0003")
    + bytes(40)
    + b"\x2a\x05\x0acard/extra\0\0\0\1\x07"
    + bytes.fromhex("3ff8000000000000")
)
BODY = HEAD + TAIL
SLOT = {"vmsd_name": "slot", "version": 1}
FIELDS: list[dict[str, Any]] = [
    {"name": "status", "type": "uint8", "size": 1},
    {"name": "mode", "type": "uint8", "size": 1},
    {"name": "irq", "type": "uint8", "size": 1},
    {"name": "alarm", "type": "timer", "size": 8},
    {"name": "bits", "type": "bitmap", "size": 8},
    {"name": "slots", "type": "nullptr", "size": 1},
    {
        "name": "slots",
        "type": "struct",
        "struct": SLOT | {"fields": [{"name": "number", "type": "uint8", "size": 1}]},
        "size": 1,
    },
    {"name": "list", "type": "qtailq", "size": 3},
    {"name": "words", "type": "uint16", "array_len": 3, "size": 2},
    {"name": "data", "type": "buffer", "size": 40},
    {"name": "since_two", "type": "uint8", "size": 1},
]
EXTRA = {
    "vmsd_name": "card/extra",
    "version": 1,
    "fields": [
        {"name": "a", "type": "uint8", "size": 1},
        {"name": "b", "type": "CPU_Double_U", "size": 8},
    ],
}
DESCRIPTION = {"vmsd_name": "card", "version": 2, "fields": FIELDS, "subsections": [EXTRA]}


def section(idstr: str = "0000:00:02.0/card", size: int = len(BODY)) -> Section:
    return Section(
        kind=SectionType.FULL,
        section_id=1,
        idstr=idstr,
        instance_id=0,
        version_id=2,
        offset=0,
        start=0,
        stop=size,
        end=size,
    )


@pytest.fixture(scope="module")
def card() -> SchemaDevice:
    made = compiled_files({"card.vmsd": TEXT}, "card.vmsd")
    description = made.schema.descriptions["card"]
    return SchemaDevice("card.vmsd", made.schema, description, lambda: made.cls("card"))


def state_of(card: SchemaDevice) -> tuple[SchemaState, Any]:
    record = decode_record(DESCRIPTION, memoryview(BODY), 0, len(BODY), "card")
    state = decode_state(section(), memoryview(BODY), record, [card])
    assert isinstance(state, SchemaState)
    return state, record


def test_values_stand_with_names_docs_and_conditions(card: SchemaDevice) -> None:
    state, record = state_of(card)
    assert list(explain_state(state, "card 0", record)) == [
        "/// What the card is.",
        "card 0: card of card.vmsd",
        "  /// Is it running?",
        "  status = 0",
        "  mode = Mode.busy (7)",
        "  irq = rx|tx (0x3)",
        "  alarm = not armed",
        "  late: not sent  if status == ON",
        "  secret: not sent  if extern",
        "  bits = 5",
        "  slots[0] = null",
        "  slots[1]: slot",
        "    number = 9",
        "  list[0]: slot",
        "    number = 4",
        "  words = [1, 2, 3]",
        "  data = 40 zero bytes (bytes)",
        "  since_two = 42 (0x2a)",
        "  /// Only in flight.",
        "  subsection extra (card/extra) version 1  needed mode != Mode.idle",
        "    a = 7",
        "    b = 1.5",
    ]


def test_offsets_and_bytes_are_those_of_the_stream(card: SchemaDevice) -> None:
    state, record = state_of(card)
    lines = list(explain_state(state, "card 0", record, memoryview(BODY), with_offsets=True))
    alarm = next(line for line in lines if "alarm" in line)
    assert alarm.split()[0] == "3"
    assert alarm.endswith("[ff ff ff ff ff ff ff ff]")
    assert next(line for line in lines if " a = 7" in line).split()[0] == f"{len(BODY) - 9:x}"


def test_a_state_goes_round_and_edits_of_what_is_there_are_kept(card: SchemaDevice) -> None:
    state, record = state_of(card)
    values = state_to_json(state, section(), memoryview(BODY), record)
    assert BODY == encode_state(card, values, 2, record)
    del values["extra"]
    values["slots"] = [{"number": 1}, None]
    values["secret"] = 5
    changed = encode_state(card, values, 2, record)
    assert changed == HEAD + b"\5" + TAIL[:8] + b"\1\x30" + TAIL[10:-25]


@pytest.mark.parametrize(
    ("body", "is_exact"), [(b"\1\0", True), (b"\2\0", False), (b"\1\1", False)]
)
def test_what_would_be_written_otherwise_is_not_taken(body: bytes, is_exact: bool) -> None:
    made = compiled_files({"one.vmsd": "device one version 2 { b: bool; unused[1]; }"}, "one.vmsd")
    one = SchemaDevice(
        "one.vmsd", made.schema, made.schema.descriptions["one"], lambda: made.cls("one")
    )
    place = section("one", 2)
    state = decode_state(place, memoryview(body), None, [one])
    assert isinstance(state, SchemaState)
    values = state_to_json(state, place, memoryview(body), None)
    assert (values is not None) == is_exact


def refused_of(card: SchemaDevice, body: bytes) -> RefusedState:
    record = decode_record(DESCRIPTION, memoryview(BODY), 0, len(BODY), "card")
    state = decode_state(section(), memoryview(body), record, [card])
    assert isinstance(state, RefusedState)
    return state


def test_a_refusal_tells_its_place_in_the_stream(card: SchemaDevice) -> None:
    problem = refused_of(card, BODY.replace(b"\7\3", b"\6\3", 1)).problem
    assert problem.offset == 1
    assert "card.mode" in str(problem)
    assert "bad-enum, by card.vmsd" in str(problem)


def test_what_was_read_before_a_refusal_is_shown(card: SchemaDevice) -> None:
    refused = refused_of(card, BODY[:-8])
    lines = list(explain_refused_state(refused, "card 0"))
    assert lines[0] == "card 0: card of card.vmsd, up to what it refuses"
    assert "  irq = rx|tx (0x3)" in lines
    assert lines[-3:] == [
        "  subsection extra (card/extra)",
        "    a = 7",
        "  refused: needs 8 bytes, but only 0 left [truncated, by card.vmsd]",
    ]
    early = list(explain_refused_state(refused_of(card, BODY[:2]), "card 0"))
    assert early[1:] == [
        "  /// Is it running?",
        "  status = 0",
        "  mode = Mode.busy (7)",
        "  refused: needs 1 byte, but only 0 left [truncated, by card.vmsd]",
    ]
