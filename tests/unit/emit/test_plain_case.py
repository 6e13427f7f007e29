"""The straight-line code and the general codec are one codec: same values, bytes and refusals."""

import random
from pathlib import Path
from typing import Any

import pytest

from tests.support.pipeline import Compiled, compiled

IDE = """
const DRQ = 0x08;
enum Kind : u8 { off = 0; on = 1; odd = 5; }
flags Bits : u16 { a = 1; b = 4; }
struct inner as "in" { a: u8; b: u16; k: Kind where k != Kind.odd; }
struct drive version 3 minimum 0 {
    local size: i32 = 3;
    local extra: u8;
    kind: Kind;
    set: i32;
    data: bytes[4] if set != 0;
    late: u8 since 3;
    dead: u8 since 4;
    one: inner;
    many: inner[3];
    count: u8 where count < 9;
    numbers: u16[count];
    raw: bytes[size];
    fixed: i32[2];
    bits: Bits;
    unused[2];
    subsection pio version 1 needed late & DRQ != 0 {
        req: i32;
        io: bytes[size];
        kind: Kind;
        subsection deep version 2 minimum 1 needed req > 0 { x: u64; y: u8 since 2; }
    }
    subsection tray version 1 needed is_open or locked { is_open: bool; locked: bool; }
    subsection free version 1 needed extern { v: f64; }
}
device ide version 1 {
    first: drive with extra = 2;
    n: u8;
    drives: drive[n] with size = n + index, extra = first.late;
    more: inner[2];
    validate n < 5, "too many";
    when: timer;
    tail: u8 if n > 1 and any(d in drives: d.late == 8);
}
"""


@pytest.fixture(scope="module")
def ide() -> Compiled:
    return compiled(IDE, checked=False)


def test_the_plain_case_has_code_of_its_own(ide: Compiled) -> None:
    for name in ("_load_Drive", "_save_Drive", "_load_Inner"):
        assert callable(vars(ide.modules["case"])[name])
    assert ide.texts["case"].count("except _vmsd.NeedsGeneralCodec") == 6


def random_state(ide: Compiled, random_: random.Random) -> Any:
    def inner() -> Any:
        return ide.cls("inner")(a=random_.choice([0, 5]), b=random_.randrange(1 << 16), k=kind(1))

    def kind(limit: int = 2) -> Any:
        return vars(ide.modules["case"])["Kind"]([0, 1, 5][random_.randint(0, limit)])

    def drive(size: int) -> Any:
        cls = ide.cls("drive")
        count = random_.randrange(4)
        return cls(
            size=size,
            kind=kind(),
            set=random_.randrange(2),
            late=random_.choice([0, 8, 255]),
            one=inner(),
            many=[inner() for _ in range(3)],
            numbers=[random_.randrange(1 << 16) for _ in range(count)],
            raw=random_.randbytes(size),
            fixed=[-1, random_.randrange(1 << 31)],
            bits=random_.choice([0, 1, 4, 5]),
            pio=(
                cls.Pio(req=random_.choice([0, 1]), io=bytes(size), deep=cls.Pio.Deep(x=1 << 63))
                if random_.random() < 0.7
                else None
            ),
            tray=random_.choice([None, cls.Tray(locked=True), cls.Tray()]),
            free=random_.choice([None, cls.Free(v=1.5)]),
        )

    n = random_.randrange(4)
    drives = [drive(n + index) for index in range(n)]
    more = [inner(), inner()]
    return ide.cls("ide")(first=drive(3), n=n, drives=drives, more=more, when=-1, tail=3)


def test_they_agree_on_states_and_on_damage(ide: Compiled, monkeypatch: pytest.MonkeyPatch) -> None:
    cls, support = ide.cls("ide"), ide.support
    general_encode, general_decode = support.encode, support.decode
    random_ = random.Random(7)
    left: list[str] = []
    taken: list[bool] = []
    for word in ("decode", "encode"):  # what the plain case leaves to the general codec
        general = getattr(support, word)

        def find_counts(*arguments: Any, general: Any = general, word: str = word) -> Any:
            left.append(word)
            return general(*arguments)

        monkeypatch.setattr(support, word, find_counts)
    for _ in range(150):
        state = random_state(ide, random_)
        written = general_encode(state)
        assert written == state.encode()
        left.clear()
        read = cls.decode(written)
        assert read.encode() == written
        taken.append(not left)
        assert general_decode(cls, written) == read
        for _ in range(12):
            damaged = bytearray(written)
            for _ in range(random_.randint(1, 3)):
                damaged[random_.randrange(len(damaged))] = random_.choice([0, 1, 2, 5, 8, 255])
            cut = bytes(damaged[: random_.randint(1, len(damaged))])
            for data in (bytes(damaged), cut, bytes(damaged) + b"\x05"):
                assert outcome(general_decode, cls, data) == outcome(cls.decode, data)
    assert sum(taken) > 100


def outcome(function: Any, *arguments: Any) -> object:
    try:
        made = function(*arguments)
    except ValueError as error:
        facts = vars(error) | {"loaded": None}  # objects of which parts were read
        return (type(error).__name__, *facts.values())
    return (made.to_dict(), made.first.extra, [d.size for d in made.drives])


def test_a_subsection_is_looked_for_behind_every_struct() -> None:
    module = compiled(
        """
        struct part as "p" { x: u8; }
        device d { parts: part[3]; rest: bytes[16]; }
        """,
        checked=False,
    )
    cls = module.cls("d")
    plain = bytes([1, 2, 3]) + bytes(16)
    assert cls.decode(plain).parts[2].x == 3
    # Behind the last part stands what QEMU takes for a subsection of it.
    taken = bytes([1, 2, 3]) + b"\x05\x03p/x" + bytes(11)
    with pytest.raises(ValueError, match="unknown subsection") as caught:
        cls.decode(taken)
    assert (caught.value.reason, caught.value.path) == ("unknown-subsection", "d.parts[2]")  # type: ignore[attr-defined]
    # The same byte, and no name of the struct behind it.
    assert cls.decode(bytes([1, 2, 3]) + b"\x05\x03q/x" + bytes(11)).rest[:2] == b"\x05\x03"


def test_hooks_and_types_of_a_subclass_are_never_passed_over() -> None:
    module = compiled(
        """
        struct part { hook post_load; hook pre_save; x: u8; }
        device d { hook post_load; a: part; many: part[2]; }
        """,
        checked=False,
    )
    d, part = module.cls("d"), module.cls("part")

    class Part(part):  # type: ignore[misc, valid-type]
        __slots__ = ()

        def post_load(self, version_id: int) -> None:
            self.x += 1

        def pre_save(self) -> None:
            self.x -= 1

    class Device(d):  # type: ignore[misc, valid-type]
        __slots__ = ()
        TYPES = {"a": Part, "many": Part}  # noqa: RUF012

    made = Device.decode(b"\x01\x02\x03")
    assert [made.a.x, made.many[1].x] == [2, 4]
    assert made.encode() == b"\x01\x02\x03"
    mixed = d(a=part(x=1), many=[part(x=2), Part(x=4)])
    assert mixed.encode() == b"\x01\x02\x03"
    assert d.decode(b"\x01\x02\x03").many[1].x == 3


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"count": 2, "numbers": [1]}, "length-mismatch"),
        ({"numbers": [1 << 16]}, "out-of-range"),
        ({"raw": b"12"}, "length-mismatch"),
        ({"fixed": [1]}, "length-mismatch"),
        ({"set": "x"}, "bad-value"),
        ({"late": 256}, "out-of-range"),
        ({"many": []}, "length-mismatch"),
        ({"bits": 2}, "bad-enum"),
        ({"kind": 3}, "bad-enum"),
        ({"count": 9, "numbers": [0] * 9}, "check-failed"),
    ],
)
def test_a_state_that_cannot_be_written_is_refused(
    ide: Compiled, change: dict[str, Any], reason: str
) -> None:
    cls = ide.cls("drive")
    state = cls(**change)
    with pytest.raises(ValueError, match="drive") as caught:
        state.encode()
    assert caught.value.reason == reason  # type: ignore[attr-defined]


def test_a_count_is_the_length_of_what_it_counts(ide: Compiled) -> None:
    assert ide.cls("drive")(numbers=[1, 2]).count == 2
    assert ide.cls("drive")().count == 0


@pytest.mark.parametrize(("name", "size"), [("ide", 708), ("small", 20), ("wide", 1000)])
def test_the_benchmark_records_are_plain(
    name: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(__file__).parents[2] / "bench" / f"{name}.vmsd"
    made = compiled(path.read_text(encoding="utf-8"))
    module = vars(made.modules["case"])
    cls = next(module[n] for n in ("IdeDrive", "Small", "Wide") if n in module)
    for word in ("decode", "encode"):
        monkeypatch.delattr(made.support, word)
    data = cls().encode()
    assert len(data) == size
    assert cls.decode(data) == cls()
