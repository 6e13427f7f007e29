"""The object that a schema loads into, made from what the stream says of its own layout."""

from typing import Any

from tests.support.pipeline import compiled
from vmsdl.qemu.stream.load_target import make_load_target
from vmsdl.qemu.stream.values import decode_record


def load(schema: str, name: str, body: bytes, *fields: dict[str, Any]) -> Any:
    """The device that these bytes are, loaded as `stream decode --schema` loads them."""
    description = {"vmsd_name": "d", "version": 1, "fields": list(fields)}
    record = decode_record(description, memoryview(body), 0, len(body), "d")
    cls = vars(compiled(schema).modules["case"])[name]
    return cls.decode(body, base=make_load_target(cls, record))


def test_the_length_of_a_bitmap_is_the_streams() -> None:
    # The SD card of QEMU 10.0: as many bits as the image has groups of blocks.
    body = bytes((0, 0, 0, 0, 0, 0, 0, 5, 7))
    schema = "device d { local bits: i32 = 0; groups: bitmap[bits]; last: u8; }"
    loaded = load(
        schema,
        "D",
        body,
        {"name": "groups", "type": "bitmap", "size": 8},
        {"name": "last", "type": "uint8", "size": 1},
    )
    assert (loaded.groups, loaded.last) == (5, 7)


def test_a_schema_may_have_a_struct_where_the_stream_has_bytes() -> None:
    # virtio devices: the stream knows only the size of `virtio`, which has a codec of its own.
    schema = "struct body { a: u8; } device d { local n: i32 = 1; b: body; rest: bytes[n]; }"
    fields = [
        {"name": "b", "type": "virtio", "size": 1},
        {"name": "rest", "type": "buffer", "size": 2},
    ]
    loaded = load(schema, "D", bytes((1, 2, 3)), *fields)
    assert (loaded.b.a, loaded.rest) == (1, b"\2\3")


def test_a_schema_may_have_an_array_of_structs_where_the_stream_has_bytes() -> None:
    schema = """
        struct body { a: u8; }
        device d { local n: i32 = 9; b: body[2]; m: map<u64, body> if extern; rest: bytes[n]; }
    """
    fields = [
        {"name": "b", "type": "own codec", "size": 2},
        {"name": "m", "type": "gtree", "size": 5},
        {"name": "rest", "type": "buffer", "size": 1},
    ]
    loaded = load(schema, "D", bytes((1, 2, 0, 0, 0, 0, 0, 3)), *fields)
    assert ([each.a for each in loaded.b], loaded.m, loaded.rest) == ([1, 2], {}, b"\3")


def test_the_local_that_says_which_pointers_are_null_is_the_streams() -> None:
    # css of s390x: the images that the machine has not are nulls of one byte.
    schema = """
        struct image { state: u8; }
        device d { local present: bool[3]; css: image?[3] if present[index]; last: u8; }
    """
    image = {
        "vmsd_name": "image",
        "version": 1,
        "fields": [{"name": "state", "type": "uint8", "size": 1}],
    }
    loaded = load(
        schema,
        "D",
        b"0\x30\x07\x09",
        {"name": "css", "array_len": 2, "type": "nullptr", "size": 1},
        {"name": "css", "index": 2, "type": "struct", "struct": image, "size": 1},
        {"name": "last", "type": "uint8", "size": 1},
    )
    assert loaded.present == [False, False, True]
    assert (loaded.css[:2], loaded.css[2].state, loaded.last) == ([None, None], 7, 9)


def test_a_subsection_has_the_length_that_its_owner_knows() -> None:
    # The PIO buffer of an IDE disk: its length is a local of the drive, nothing else needs one.
    schema = """
        device d {
            local n: i32 = 0;
            a: u8;
            subsection pio version 1 needed a == 1 { buffer: u8[n]; }
        }
    """
    body = bytes((1, 5, 5)) + b"d/pio" + bytes((0, 0, 0, 1, 7, 8, 9))
    inner = {
        "vmsd_name": "d/pio",
        "version": 1,
        "fields": [{"name": "buffer", "type": "uint8", "size": 1, "array_len": 3}],
    }
    description = {
        "vmsd_name": "d",
        "version": 1,
        "fields": [{"name": "a", "type": "uint8", "size": 1}],
        "subsections": [inner],
    }
    record = decode_record(description, memoryview(body), 0, len(body), "d")
    cls = vars(compiled(schema).modules["case"])["D"]
    loaded = cls.decode(body, base=make_load_target(cls, record))
    assert bytes(loaded.pio.buffer) == b"\7\x08\x09"
