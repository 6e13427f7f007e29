"""What only several releases show, on histories of one small device."""

from itertools import pairwise

import pytest

from vmsdl.diff.verdict import Verdict
from vmsdl.driver import load_text
from vmsdl.releases.baseline import Baseline, Release
from vmsdl.releases.findings import HistoryFinding
from vmsdl.releases.matrix import Matrix, build_matrix
from vmsdl.schema.description import Schema


def schema(text: str) -> Schema:
    outcome = load_text(text, "d.vmsd")
    assert outcome.value is not None, outcome.diagnostics
    return outcome.value


def history(*texts: str, machine: str | None = None) -> Matrix:
    """Releases 1, 2, … and the last text as the working schemas."""
    *frozen, now = (schema(text) for text in texts)
    releases = tuple(Release(str(n), (each,)) for n, each in enumerate(frozen, start=1))
    return build_matrix(Baseline(releases, ()), [now], machine)


def found(several: Matrix, rule: str) -> list[HistoryFinding]:
    return [each for group in several.groups for each in group.findings if each.rule == rule]


PLAIN = "device d version 1 { a: u8; }"


def with_part(needed: str, head: str = "") -> str:
    part = f"subsection s version 1 needed {needed} {{ x: u8; y: u8; }}"
    return f"device d version 1 {{ {head} a: u8; {part} }}"


def test_a_raised_minimum_refuses_across_neighbours_that_accept() -> None:
    versions = [
        "device d version 1 { a: u8; }",
        "device d version 2 minimum 1 { a: u8; }",
        "device d version 2 minimum 2 { a: u8; }",
    ]
    (chain,) = found(history(*versions), "chain-refused")
    assert ("1", "2", "now") == chain.versions
    assert "version-too-old" in (chain.result.detail or "")
    assert "migrate from 1 to now through 2" == chain.help


def test_a_longer_chain_is_not_told_again() -> None:
    versions = [
        "device d version 1 { a: u8; }",
        "device d version 2 minimum 1 { a: u8; }",
        "device d version 3 minimum 2 { a: u8; }",
        "device d version 4 minimum 3 { a: u8; }",
    ]
    chains = found(history(*versions), "chain-refused")
    assert [("1", "2", "3"), ("2", "3", "now")] == [chain.versions for chain in chains]


def test_a_chain_whose_neighbours_refuse_too_is_no_news() -> None:
    versions = [
        "device d version 1 { a: u8; }",
        *(f"device d version {n} {{ a: u8; }}" for n in (2, 3)),
    ]
    assert [] == found(history(*versions), "chain-refused")


def test_what_a_release_takes_and_does_not_send_on_is_lost_by_way_of_it() -> None:
    wide, narrow = with_part("x != 0 or y != 0"), with_part("x != 0")
    several = history(wide, narrow, wide)
    forward, backward = found(several, "chain-loses")
    assert ("1", "2", "now") == forward.versions
    assert ("now", "2", "1") == backward.versions
    assert "s.y != 0 and s.x == 0" == forward.result.condition
    assert {"s.y": 1} == forward.result.witness


def test_what_a_release_has_no_place_for_is_lost_by_way_of_it() -> None:
    """The field became unused bytes and came back."""
    there = "device d version 1 { a: u8; b: u8; }"
    gone = "device d version 1 { a: u8; unused[1]; }"
    forward, backward = found(history(there, gone, there), "chain-loses")
    assert ("1", "2", "now") == forward.versions
    assert "b != 0" == forward.result.condition
    assert "2, which does not load it" in forward.message
    assert ("now", "2", "1") == backward.versions


@pytest.mark.parametrize(
    "versions",
    [
        (PLAIN, with_part("x != 0 or y != 0"), with_part("x != 0 or y != 0")),
        (with_part("x != 0"), with_part("x != 0"), with_part("x != 0")),
        (with_part("x != 0"), with_part("x != 0 or y != 0"), with_part("x != 0")),
        (with_part("x != 0 or y != 0"), PLAIN, with_part("x != 0 or y != 0")),
    ],
)
def test_what_no_chain_loses_is_not_reported(versions: tuple[str, ...]) -> None:
    """The sender keeps it to itself, or the release between refuses the stream."""
    assert [] == found(history(*versions), "chain-loses")


def test_a_hook_that_came_leaves_a_chain_open() -> None:
    wide, narrow = with_part("x != 0 or y != 0"), with_part("x != 0", "hook post_load;")
    assert [] == found(history(wide, narrow, wide), "chain-loses")


def test_a_wider_needed_cuts_off_who_does_not_know_the_subsection() -> None:
    several = history(PLAIN, with_part("x != 0"), with_part("x != 0 or y != 0"))
    (cut,) = found(several, "window-shrunk")
    assert ("now", "1") == cut.versions
    assert Verdict.REFUSED is cut.result.verdict
    assert "s.y != 0 and s.x == 0" == cut.result.condition
    assert {"s.y": 1} == cut.result.witness


def test_a_minimum_that_rises_cuts_off_older_releases() -> None:
    versions = [
        "device d version 1 { a: u8; }",
        "device d version 2 minimum 1 { a: u8; }",
        "device d version 2 minimum 2 { a: u8; }",
    ]
    cut = found(history(*versions), "window-shrunk")
    assert [("1", "now")] == [each.versions for each in cut]
    assert "always" == cut[0].result.condition


@pytest.mark.parametrize(
    "last", [with_part("x != 0"), with_part("x != 0 and y != 0"), with_part("not (x == 0)")]
)
def test_what_is_not_wider_cuts_nobody_off(last: str) -> None:
    assert [] == found(history(PLAIN, with_part("x != 0"), last), "window-shrunk")


MACHINE = 'machine "old" { d.on = false; }'
GUARDED = with_part("on and x != 0", "property on: bool = true;") + MACHINE


def test_machine_types_that_are_alike_share_a_table() -> None:
    several = history(PLAIN, GUARDED + ' machine "older" extends "old" { }')
    assert [(None,), ("old", "older")] == [group.table.machines for group in several.groups]
    verdicts = [group.table.cells.get((1, 0)) for group in several.groups]
    assert verdicts[0] is not None
    assert Verdict.CONDITIONAL is verdicts[0].verdict
    assert verdicts[1] is None, "the two are alike there"


def test_versions_that_are_alike_are_one_row() -> None:
    several = history(PLAIN, PLAIN, with_part("x != 0"), with_part("x != 0"))
    assert (("1", "2"), ("3", "now")) == several.groups[0].table.names


def test_advice_knows_what_holds_after_a_reset_and_what_can_pass() -> None:
    several = history(PLAIN, with_part("a == 0"), with_part("a == 0"))
    _, back = several.groups[0].rollbacks
    (case,) = back.cases
    assert (True, True) == (case.at_reset, case.can_pass)
    several = history(PLAIN, with_part("on", "property on: bool = true;"))
    (back,) = several.groups[0].rollbacks
    (case,) = back.cases
    assert (None, False) == (case.at_reset, case.can_pass)


def test_every_pair_of_a_history_says_what_a_diff_of_the_two_says() -> None:
    from vmsdl.diff.compare import compare

    texts = [PLAIN, with_part("x != 0"), with_part("x != 0 or y != 0"), GUARDED]
    schemas = [schema(text) for text in texts]
    table = history(*texts).groups[0].table
    assert 4 == len(table.names)
    for old, new in pairwise(range(4)):
        report = compare([schemas[old]], [schemas[new]], old_name="", new_name="")
        assert report.old_to_new == table.cells[old, new].verdict
        assert report.new_to_old == table.cells[new, old].verdict


WIDE, NARROW = with_part("x != 0 or y != 0"), with_part("x != 0")
THERE = "device d version 1 { a: u8; b: u8; }"
GONE = "device d version 1 { a: u8; unused[1]; }"


@pytest.mark.parametrize("versions", [(WIDE, NARROW, WIDE), (THERE, GONE, THERE)])
def test_the_codecs_lose_what_a_chain_is_said_to_lose(versions: tuple[str, ...]) -> None:
    from vmsdl.build.in_memory import compile_mapping, import_texts

    names = ("1", "2", "now")
    texts = [compile_mapping({"d.vmsd": text}, "d.vmsd") for text in versions]
    codecs = {name: import_texts(text, "d").D for name, text in zip(names, texts, strict=True)}
    chains = found(history(*versions), "chain-loses")
    assert 2 == len(chains)
    for chain in chains:
        first, middle, last = (codecs[name] for name in chain.versions)
        state: dict[str, object] = {"a": 0}
        for path, value in (chain.result.witness or {}).items():
            owner, _, name = path.rpartition(".")
            state.update({owner: {"x": 0, "y": 0, name: value}} if owner else {name: value})
        sent = first.from_dict(state)
        directly = last.decode(sent.encode())
        by_way = last.decode(middle.decode(sent.encode()).encode())
        assert directly == last.from_dict(state)
        assert by_way != directly
