"""One order of names from sequences that each show a part of it."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsdl.qemu.importing.wire_order import WireOrder


def learned(*sequences: str) -> WireOrder:
    order = WireOrder()
    for sequence in sequences:
        assert order.allows(sequence.split())
        order.add(sequence.split())
    return order


@pytest.mark.parametrize("parts", list(permutations(("a b d", "b c", "c d e"))))
def test_parts_are_put_together_in_any_order(parts: tuple[str, ...]) -> None:
    assert learned(*parts).names == ["a", "b", "c", "d", "e"]


def test_numbered_names_are_in_the_order_of_their_numbers() -> None:
    assert learned("v config[1] irq", "v config[0] irq").names == [
        "v",
        "config[0]",
        "config[1]",
        "irq",
    ]
    assert not learned("config[2]").allows(["config[10]", "config[9]"])


def test_what_contradicts_is_not_allowed() -> None:
    order = learned("a b", "b c")
    assert not order.allows(["c", "a"])
    assert not order.allows(["a", "a"])
    order.add(["c", "new", "a"])
    assert order.names == ["a", "b", "c", "new"]


@given(st.lists(st.sets(st.integers(0, 9)), max_size=6))
def test_parts_of_one_order_never_contradict(parts: list[set[int]]) -> None:
    order = WireOrder()
    for part in parts:
        names = [f"n{number}" for number in sorted(part)]
        assert order.allows(names)
        order.add(names)
        places = [order.names.index(name) for name in names]
        assert places == sorted(places)
