"""Records behave as frozen dataclasses do, but for the freezing."""

import copy
import dataclasses
import pickle
from dataclasses import field, replace

from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 0
    note: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deep(Point):
    """A point with a third number."""

    z: int = 0


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    name: str


def test_equality_is_by_class_and_compared_fields() -> None:
    assert Point(1, 2, "a") == Point(1, 2, "b")
    assert Point(1, 2) != Point(1, 3)
    assert Point(1, 2) != Deep(x=1, y=2, z=0)
    assert Deep(x=1, y=2, z=3) != Deep(x=1, y=2, z=4)
    assert Nothing() == Nothing()
    assert Body("a") != Body("a")


def test_equal_records_are_one_key() -> None:
    assert len({Point(1, 2, "a"), Point(1, 2, "b"), Point(2, 1)}) == 2
    assert len({Nothing(), Nothing()}) == 1
    assert len({Body("a"), Body("a")}) == 2


def test_what_is_shown_is_what_makes_it() -> None:
    assert repr(Point(1, 2, "a")) == "Point(x=1, y=2)"
    assert repr(Deep(x=1, z=3)) == "Deep(x=1, y=0, z=3)"
    assert repr(Body("a")) == "Body(name='a')"


def test_all_that_takes_dataclasses_takes_records() -> None:
    assert replace(Point(1, 2), y=5) == Point(1, 5)
    assert [each.name for each in dataclasses.fields(Deep)] == ["x", "y", "note", "z"]
    assert copy.deepcopy(Point(1, 2)) == Point(1, 2)
    assert pickle.loads(pickle.dumps(Deep(x=1, z=3))) == Deep(x=1, z=3)
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)


def test_records_have_no_dict() -> None:
    assert not hasattr(Point(1), "__dict__")
    assert not hasattr(Deep(x=1), "__dict__")
