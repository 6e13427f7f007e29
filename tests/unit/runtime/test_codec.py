"""What the general codec does beside single encodings: hooks, base, TYPES, limits, damage."""

import mmap
from array import array
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.runtime.handwritten_classes import LOG, Drive, Kinds, Leaf, Node
from tests.unit.runtime.test_objects import kinds
from vmsdl.runtime.errors import DecodeError, EncodeError
from vmsdl.runtime.objects import decode, decode_from, encode

TRAY = b"\x05\x0adrive/tray\0\0\0"
PLAIN = bytes.fromhex("01 02 01 0003 0004 0000 09 0506 0708")
FULL = PLAIN + TRAY + b"\x02\x01\x06" + b"\x05\x0fdrive/tray/deep\0\0\0\x01\x08"


@pytest.fixture(autouse=True)
def _quiet() -> None:
    LOG.clear()


def refusal(cls: type[Any], data: bytes, **options: Any) -> tuple[str, str, int]:
    with pytest.raises(DecodeError) as caught:
        decode(cls, data, **options)
    assert str(caught.value)
    return caught.value.reason, caught.value.path, caught.value.offset


def unsaved(o: Any, **options: Any) -> tuple[str, str]:
    with pytest.raises(EncodeError) as caught:
        encode(o, **options)
    return caught.value.reason, caught.value.path


def test_hooks_run_in_the_order_of_qemu() -> None:
    o = decode(Drive, FULL)
    assert LOG == ["pre_load", "tray.pre_load", "tray.post_load 2 1", "post_load 3"]
    LOG.clear()
    assert encode(o) == FULL
    assert LOG == ["pre_save", "tray.pre_save", "tray.post_save", "post_save"]


def test_post_save_runs_after_a_failure_but_not_after_that_of_pre_save() -> None:
    assert unsaved(Drive(count=300)) == ("out-of-range", "drive.count")
    assert LOG == ["pre_save", "post_save"]
    LOG.clear()

    class Failing(Drive):
        def pre_save(self) -> None:
            raise ValueError("no")

    assert unsaved(Failing()) == ("hook-failed", "drive")
    assert LOG == []


def test_a_value_error_of_a_hook_is_a_refusal_and_any_other_error_passes() -> None:
    class Picky(Drive):
        error: ClassVar[type[Exception]] = ValueError

        def post_load(self, version_id: int) -> None:
            raise self.error("no")

    assert refusal(Picky, PLAIN) == ("hook-failed", "drive", len(PLAIN))

    class Broken(Picky):
        error = KeyError

    with pytest.raises(KeyError):
        decode(Broken, PLAIN)


def test_pre_load_gives_the_values_of_what_is_absent() -> None:
    class Ready(Drive):
        def pre_load(self) -> None:
            self.late = 33
            self.leaf[0].size = 0

    o = decode(Ready, PLAIN[:7] + b"\0\0" + PLAIN[10:], 2)
    assert (o.late, o.leaf[0].size, o.leaf[1].size) == (33, 2, 3)
    assert decode(Drive, PLAIN[:7] + b"\0\0" + PLAIN[10:], 2).late == 9
    absent = decode(Ready, bytes.fromhex("01 02 00 0000 09 0506 0708"))
    assert list(absent.data) == [0, 0]  # the length of that moment, not of pre_load's


def test_a_base_is_copied_and_loaded_into() -> None:
    class Mine(Drive):
        def __init__(self) -> None:
            super().__init__(limit=200, late=3, tray=Drive.Tray(step=50), data=array("H", [9]))
            self.more = ["kept"]

    base = Mine()
    o = decode(Drive, bytes.fromhex("01 02 00 0000 0506 0708"), 2, base)
    assert type(o) is Mine
    assert (o.limit, o.late, list(o.data), o.tray.step, o.more) == (200, 3, [9], 50, ["kept"])
    assert o.tray is not base.tray
    assert o.more is not base.more
    assert o.data is not base.data
    again = decode(Drive, FULL, None, base)
    assert (again.tray.is_open, base.tray.is_open, again.tray.deep.z) == (True, False, 8)
    assert (again.leaf[0].size, base.leaf[0].v) == (2, 0)  # `with` wins over the base
    with pytest.raises(TypeError):
        decode(Drive, FULL, None, Leaf())


def test_nested_classes_are_the_base_s_else_those_of_types() -> None:
    class Mine(Leaf):
        pass

    class Tray(Drive.Tray):
        pass

    class Holder(Drive):
        TYPES: ClassVar[dict[str, type]] = {"leaf": Mine, "tray": Tray}

    o = decode(Holder, FULL)
    assert [type(leaf) for leaf in o.leaf] == [Mine, Mine]
    assert type(o.tray) is Tray
    o = decode(Holder, FULL, None, Holder(leaf=[Leaf(), Mine()]))
    assert [type(leaf) for leaf in o.leaf] == [Leaf, Mine]
    node = decode(Node, b"\1\1\2\0\0", None, Node(down=[type("Sub", (Node,), {})()]))
    assert type(node.down[0]).__name__ == "Sub"

    class Wrong(Drive):
        TYPES: ClassVar[dict[str, type]] = {"leaf": Drive}

    with pytest.raises(TypeError):
        decode(Wrong, FULL)


def test_no_user_init_runs() -> None:
    class Mine(Drive):
        def __init__(self) -> None:
            raise AssertionError

    assert type(decode(Mine, PLAIN)) is Mine


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xff" + PLAIN[1:], ("check-failed", "drive.status", 0)),
        (b"\1\x11" + PLAIN[2:], ("check-failed", "drive", 2)),
        (PLAIN[:6], ("truncated", "drive.data", 3)),
        (PLAIN[:-1], ("truncated", "drive.leaf[1].w", 13)),
        (PLAIN + b"\0", ("trailing-data", "drive", 14)),
        (PLAIN + b"\5\x09drive/xyz\0\0\0\1", ("unknown-subsection", "drive", 14)),
        (PLAIN + TRAY + b"\3\0\0", ("version-too-new", "drive/tray", 26)),
        (PLAIN + TRAY + b"\0\0\0", ("version-too-old", "drive/tray", 26)),
        (PLAIN + TRAY + b"\2\0", ("truncated", "drive/tray.step", 31)),
        (FULL[:-1], ("truncated", "drive/tray/deep.z", len(FULL) - 1)),
    ],
)
def test_a_refusal_says_where_and_why(data: bytes, expected: tuple[str, str, int]) -> None:
    assert refusal(Drive, data) == expected


def test_other_refusals_of_loading() -> None:
    assert refusal(Drive, PLAIN, version_id=4) == ("version-too-new", "drive", 0)
    assert refusal(Drive, PLAIN, version_id=0) == ("version-too-old", "drive", 0)
    good = encode(Kinds(rows=[b"ab", b"cd"], p=[1, 2]))
    assert refusal(Kinds, b"\0\4" + good[2:]) == ("bad-enum", "kinds.mode", 0)
    assert refusal(Kinds, good[:2] + b"\2" + good[3:]) == ("bad-enum", "kinds.irq", 2)
    above = Kinds(n=5, p=[1, 2])
    assert refusal(Kinds, encode(above), base=Kinds(n=4)) == ("out-of-range", "kinds.n", 15)
    assert decode(Kinds, encode(Kinds(p=[None, 3])), base=Kinds(p=[None, 0])).p == [None, 3]
    marker = refusal(Kinds, encode(Kinds(p=[1, 3])), base=Kinds(p=[None, 0]))
    assert marker == ("bad-marker", "kinds.p[0]", 23)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"mode": 4}, ("bad-enum", "kinds.mode")),
        ({"mode": "idle"}, ("bad-value", "kinds.mode")),
        ({"irq": 2}, ("bad-enum", "kinds.irq")),
        ({"f": "1"}, ("bad-value", "kinds.f")),
        ({"f": 10**400}, ("out-of-range", "kinds.f")),
        ({"blob": [1]}, ("bad-value", "kinds.blob")),
        ({"n": 1 << 31}, ("out-of-range", "kinds.n")),
        ({"n": 10**6000}, ("out-of-range", "kinds.n")),
        ({"n": 1.0}, ("bad-value", "kinds.n")),
        ({"rows": [b"ab"]}, ("length-mismatch", "kinds.rows")),
        ({"rows": [b"ab", b"c"]}, ("length-mismatch", "kinds.rows[1]")),
        ({"p": 5}, ("bad-value", "kinds.p")),
        ({"q": [None, Node()]}, ("bad-value", "kinds.q[1]")),
        ({"m": {-1: Leaf()}}, ("out-of-range", "kinds.m[0]")),
        ({"m": {"a": Leaf()}}, ("bad-value", "kinds.m[0]")),
        ({"m": []}, ("bad-value", "kinds.m")),
        ({"keyed": [(Leaf(),)]}, ("bad-value", "kinds.keyed")),
        ({"keyed": [(Leaf(v=256), Node())]}, ("out-of-range", "kinds.keyed[0].v")),
        ({"leaf": None}, ("bad-value", "kinds.leaf")),
    ],
)
def test_a_state_that_cannot_be_written_is_refused(
    change: dict[str, Any], expected: tuple[str, str]
) -> None:
    o = kinds()
    for attribute, value in change.items():
        setattr(o, attribute, value)
    assert unsaved(o) == expected


def test_other_refusals_of_saving() -> None:
    drive: Any = Drive(has=True, count=2, data=[1, 2, 3])
    assert unsaved(drive) == ("length-mismatch", "drive.data")
    drive.data = [1, 70000]
    assert unsaved(drive) == ("out-of-range", "drive.data[1]")
    assert unsaved(Drive(count=17)) == ("check-failed", "drive")
    assert unsaved(Drive(), version_id=4) == ("version-too-new", "drive")
    assert unsaved(Drive(limit=None, tray=Drive.Tray(is_open=True)))[0] == "bad-value"
    del drive.status
    assert unsaved(drive) == ("bad-value", "drive.status")
    tree = Node()
    tree.down.append(tree)
    assert unsaved(tree) == ("limit", "node")
    with pytest.raises(ValueError, match="must be 'needed' or 'present'"):
        encode(Drive(), subsections="all")  # type: ignore[arg-type]


def test_which_subsections_are_written() -> None:
    bare = encode(Drive())
    assert bare == encode(Drive(tray=Drive.Tray()))
    assert bare + TRAY + b"\2\0\7" == encode(Drive(tray=Drive.Tray()), subsections="present")
    o = Drive(tray=Drive.Tray(is_open=True))
    assert bare + TRAY + b"\2\1\7" == encode(o)


def test_depth_is_limited() -> None:
    assert refusal(Node, b"\1\1" * 100_000)[0] == "limit"
    deep = Node()
    for _ in range(140):
        deep = Node(down=[deep])
    assert deep == decode(Node, encode(deep))


@pytest.mark.parametrize("offset", [0, 3])
def test_every_buffer_is_good(offset: int, tmp_path: Path) -> None:
    whole = b"\xff" * offset + FULL
    wanted = decode(Drive, FULL)
    file = tmp_path / "state"
    file.write_bytes(whole)
    with file.open("rb") as opened:
        mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    strided = memoryview(bytes(b for byte in whole for b in (byte, 0)))[::2]
    for data in (bytearray(whole), memoryview(whole), array("B", whole), mapped, strided):
        o, end = decode_from(Drive, data, offset)
        assert (wanted, len(whole)) == (o, end)
    mapped.close()  # nothing holds on to it
    assert decode_from(Drive, FULL + b"\x7e\0", 0)[1] == len(FULL)
    with pytest.raises(ValueError, match="-1"):
        decode_from(Drive, FULL, -1)
    with pytest.raises(DecodeError, match="before the offset"):
        decode_from(Drive, FULL, 1000)


@pytest.mark.parametrize("data", [PLAIN, FULL, encode(kinds())])
def test_every_prefix_is_refused_or_a_value(data: bytes) -> None:
    cls = Kinds if data not in (PLAIN, FULL) else Drive
    assert data == encode(decode(cls, data))
    for length in range(len(data)):
        try:
            o = decode(cls, data[:length])
        except DecodeError as error:
            fits = error.offset <= length
        else:
            fits = data[:length] == encode(o)
        assert fits


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damage_gives_a_value_or_a_decode_error(data: st.DataObject) -> None:
    cls, good = data.draw(st.sampled_from([(Drive, FULL), (Kinds, encode(kinds()))]))
    damaged = bytearray(good)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=6))
    try:
        o = decode(cls, bytes(damaged))
    except DecodeError as error:
        fits = 0 <= error.offset <= len(damaged)
    else:
        fits = o == decode(cls, encode(o, subsections="present"), base=o)
    assert fits
