"""Large and odd schemas cost the proofs little."""

import time

import pytest

from vmsdl.driver import load_text


def _many_rules(count: int) -> str:
    fields = "\n".join(
        f"f{i}: u32 where f{i} & 0x{i % 7 + 1:x} == 0 and f{i} <= f{max(i - 1, 0)} + 1;"
        for i in range(count)
    )
    uses = "\n".join(f"g{i}: u8 if f{i} & 3 == 1 or f{i} > 7;" for i in range(count))
    return f"device d {{ {fields} {uses} }}"


def _many_fields(count: int) -> str:
    fields = "\n".join(f"f{i}: u32 where f{i} < {i + 5};" for i in range(count))
    return f"device d {{ a: u8; subsection s needed f0 != 0 {{ {fields} }} }}"


def _hard_predicates(count: int) -> str:
    fields = "\n".join(
        f"a{i}: u64; b{i}: u64; c{i}: u8 if a{i} * b{i} == 0x7fff_ffff_ffff_fa21 + {i} + a{i} & 0;"
        for i in range(count)
    )
    return f"device d {{ {fields} }}"


def _wide_predicate(count: int) -> str:
    fields = "\n".join(f"f{i}: u8;" for i in range(count))

    def tree(low: int, high: int) -> str:
        if high - low == 1:
            return f"f{low} & 1 != 0"
        middle = (low + high) // 2
        return f"({tree(low, middle)} or {tree(middle, high)})"

    return f"device d {{ {fields} last: u8 if {tree(0, count)} and not {tree(0, count)}; }}"


@pytest.mark.parametrize(
    "text",
    [
        _many_rules(60),
        _many_fields(600),
        _hard_predicates(60),
        _wide_predicate(150),
    ],
    ids=["rules", "fields", "hard", "wide"],
)
def test_it_takes_seconds_at_most(text: str) -> None:
    started = time.process_time()
    outcome = load_text(text)
    assert not outcome.has_errors, outcome.diagnostics[:3]
    assert time.process_time() - started < 20
