"""What generated objects do beside their bytes: dicts, equality, repr, copies, machines."""

import copy
import json
import math
import pickle
import struct
from typing import Any

import pytest

from tests.unit.runtime.handwritten_classes import (
    Drive,
    Irq,
    Kinds,
    Leaf,
    Mode,
    Node,
    _Drive,
    numbers,
)
from vmsdl.runtime.errors import EncodeError
from vmsdl.runtime.expressions import bit, item
from vmsdl.runtime.objects import decode, encode, for_machine


def kinds() -> Kinds:
    return Kinds(
        mode=Mode.busy,
        irq=Irq.raised | Irq.masked,
        f=1.5,
        blob=b"\1\2",
        n=7,
        rows=[b"ab", b"cd"],
        p=[1, 2],
        q=[None, Leaf(v=1)],
        m={9: Leaf(v=2), 1: Leaf(v=3)},
        keyed=[(Leaf(v=4), Node(v=5, down=[Node(v=6)]))],
        maybe=8,
    )


def test_a_dict_has_the_schema_names_and_json_types() -> None:
    values = kinds().to_dict()
    assert json.loads(json.dumps(values)) == values
    leaf = {"v": 0, "w": 0}
    assert values == {
        "mode": "busy",
        "irq": "raised|masked",
        "f": 1.5,
        "blob": "0102",
        "n": 7,
        "rows": ["6162", "6364"],
        "p": [1, 2],
        "q": [None, {"v": 1, "w": 0}],
        "m": [[1, {"v": 3, "w": 0}], [9, {"v": 2, "w": 0}]],
        "keyed": [[{"v": 4, "w": 0}, {"v": 5, "down": [{"v": 6, "down": []}]}]],
        "leaf": leaf,
        "maybe": 8,
    }
    assert kinds() == Kinds.from_dict(values)
    del values["maybe"]
    assert Kinds.from_dict(values).maybe is None
    assert "maybe" not in Kinds.from_dict(values).to_dict()


@pytest.mark.parametrize(
    "value", [math.inf, -math.inf, struct.unpack(">d", b"\x7f\xf8" + b"\1" * 6)[0]]
)
def test_what_is_no_finite_number_is_its_bits(value: float) -> None:
    text = Kinds(f=value).to_dict()["f"]
    assert struct.pack(">d", value).hex() == text
    again = Kinds.from_dict({"f": text})
    assert struct.pack(">d", value) == struct.pack(">d", again.f)


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"nothing": 1}, "kinds"),
        ({"mode": "none"}, "kinds.mode"),
        ({"mode": 5}, "kinds.mode"),
        ({"irq": "raised|none"}, "kinds.irq"),
        ({"f": True}, "kinds.f"),
        ({"f": "7ff8"}, "kinds.f"),
        ({"blob": "0g"}, "kinds.blob"),
        ({"blob": b"12"}, "kinds.blob"),
        ({"n": "1"}, "kinds.n"),
        ({"n": True}, "kinds.n"),
        ({"rows": ["00", 1]}, "kinds.rows[1]"),
        ({"q": [None, {"v": None}]}, "kinds.q[1].v"),
        ({"m": [[1, {}], [1, {}]]}, "kinds.m[1]"),
        ({"m": [[1]]}, "kinds.m[0]"),
        ({"keyed": [[{}, {"down": [{}, {"x": 1}]}]]}, "kinds.keyed[0].down[1]"),
        ({"leaf": []}, "kinds.leaf"),
    ],
)
def test_a_wrong_dict_is_refused_by_path(values: dict[str, Any], path: str) -> None:
    with pytest.raises(ValueError, match=r"^kinds") as caught:
        Kinds.from_dict(values)
    assert isinstance(caught.value, EncodeError)
    assert path == caught.value.path


def test_a_dict_over_a_base_changes_only_what_it_names() -> None:
    base = Drive(limit=1, status=2, leaf=[Leaf(v=1), Leaf(v=2)], tray=Drive.Tray(step=5))
    o = Drive.from_dict({"leaf": [{"w": 8}], "tray": {"open": True}}, base=base)
    assert (o.limit, o.status, o.leaf[0].v, o.leaf[0].w) == (1, 2, 1, 8)
    assert (o.tray.is_open, o.tray.step) == (True, 5)
    assert (base.leaf[0].w, base.tray.is_open) == (0, False)
    assert Drive.from_dict({}).limit == 4


def test_equality_looks_at_fields_and_subsections_alone() -> None:
    a: Any = Drive(count=2, has=True, data=numbers(1, 2))
    b: Any = Drive(count=2, has=True, data=[1, 2], limit=77)
    assert a == b
    read = decode(_Drive, encode(b))
    read.leaf = a.leaf
    assert type(read) is Drive  # the hidden class has no name of its own
    assert a == read
    assert read == a
    b.tray = Drive.Tray()
    assert a != b
    assert a != 5
    assert Drive.__hash__ is None
    assert Kinds(f=math.nan) != Kinds(f=float("nan"))


def test_a_repr_names_the_public_class_and_cuts_what_is_long() -> None:
    o = object.__new__(_Drive)
    assert repr(o).startswith("Drive(status=None")
    assert "Drive.Tray(is_open=True" in repr(Drive(tray=Drive.Tray(is_open=True)))
    assert len(repr(Kinds(blob=bytes(100_000)))) < 400
    assert len(repr(Drive(data=numbers(*range(1000))))) < 400


def test_copies_and_pickles_are_equal_and_apart() -> None:
    for o in (kinds(), Drive(data=[], tray=Drive.Tray()), for_machine(Kinds, "old")):
        for other in (copy.deepcopy(o), pickle.loads(pickle.dumps(o))):
            assert o == other
            assert type(o) is type(other)
        assert o == copy.copy(o)


def test_a_machine_sets_its_properties_everywhere_below() -> None:
    assert for_machine(Kinds, "old").leaf.size == 9
    assert for_machine(Kinds, "new").leaf.size == 11
    with pytest.raises(ValueError, match="older"):
        for_machine(Kinds, "older")
    data = encode(Kinds(q=[Leaf(), None], m={1: Leaf()}))
    loaded = decode(Kinds, data, base=for_machine(Kinds, "old"))
    assert [loaded.q[0].size, loaded.m[1].size] == [9, 9]


def test_items_and_bits_never_count_from_the_end() -> None:
    assert item([1, 2], 1) == 2
    assert bit(1 << 70, 70)
    for index in (-1, 2):
        with pytest.raises(LookupError):
            item([1, 2], index)
    with pytest.raises(LookupError):
        bit(1, -1)
