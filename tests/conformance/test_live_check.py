"""`stream check` against real QEMU: for each pair of a stream and a machine, outcome and reason.

The whole table is `agreement.json`, written by `tests.support.load_check_table`; each pair of it
is compared with the QEMU that is installed.
"""

import json
from typing import Any

import pytest

from tests.support import load_check_table, qemu_machines
from tests.support.load_check_table import DISAGREES, DOCUMENT, OPEN, ORIGINS, TABLE, Pair

LOADED = "loaded"


def table() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return found


def test_the_document_is_that_of_the_table() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == load_check_table.document(table())


def test_the_table_has_every_pair() -> None:
    written = [(each["from"], each["into"], each["change"]) for each in table()["pairs"]]
    assert written == [(pair.source, pair.target, pair.change) for pair in load_check_table.pairs()]


def test_no_pair_disagrees() -> None:
    assert [each for each in table()["pairs"] if DISAGREES in each.values()] == []


def test_schemas_decide_most_of_what_qemu_refuses() -> None:
    """`open` must not be the answer to everything."""
    for change in ("cut by a byte", "a byte more", "version + 1"):
        said = [e["examples"] for e in table()["pairs"] if e["change"].endswith(change)]
        assert len(said) > 10
        assert set(said) <= {"agrees", "named"}
        assert said.count("agrees") > 0.9 * len(said)


# The recorded outcomes are those of one release; another one words and decides differently.
@pytest.mark.skipif(
    qemu_machines.release() != qemu_machines.RELEASE,
    reason=f"there is no qemu-system-x86_64 of {qemu_machines.RELEASE} to compare the table with",
)
def test_real_qemu_and_the_table_agree() -> None:
    chosen = load_check_table.in_suite()
    written = {Pair(each["from"], each["into"], each["change"]): each for each in table()["pairs"]}
    different = [
        (now, written[pair])
        for pair, now in zip(chosen, load_check_table.rows(chosen), strict=True)
        if now != written[pair]
    ]
    assert different == []
    assert 10 < sum(written[pair]["qemu"] == LOADED for pair in chosen) < len(chosen) / 2
    for origin in ORIGINS:
        assert any(written[pair][origin] != OPEN for pair in chosen), origin
