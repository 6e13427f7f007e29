"""Imported C against dumps and streams: what is exact, what differs, and what they add."""

import copy
from typing import Any

import pytest

from tests.support.recorded_sections import Recorded
from tests.support.streams import assembled
from tests.unit.csource.test_import_corpus import import_corpus
from vmsdl.cli.console import Console
from vmsdl.cli.inputs.c_verify import Evidence, verify_files
from vmsdl.csource.fill import fill_files
from vmsdl.csource.summary import describe_checks
from vmsdl.csource.verify import DeviceCheck, Outcome, count_exact
from vmsdl.driver import build_trees
from vmsdl.qemu.export import export_dump
from vmsdl.qemu.stream.stream import Stream
from vmsdl.source import SourceFile
from vmsdl.syntax.format.printer import format_tree
from vmsdl.syntax.parser import parse


def make_dump() -> dict[str, Any]:
    """The dump of a program that is built from the corpus."""
    trees = {}
    for each in import_corpus().files:
        value = parse(SourceFile(each.name, format_tree(each.tree))).value
        assert value is not None
        trees[each.name] = value
    schemas = tuple(each.value for each in build_trees(trees) if each.value is not None)
    return export_dump(schemas, "toy-2.0")


def check_dump(document: dict[str, Any]) -> tuple[DeviceCheck, ...]:
    verified = verify_files(import_corpus().files, Evidence(dumps=(("d", document),)), Console())
    assert verified is not None
    return verified.checks


def test_a_dump_of_the_same_source_is_exact() -> None:
    checks = check_dump(make_dump())
    assert [each.device for each in checks] == ["toy-pair-isa", "toy-pair-pci", "toy-timer"]
    assert count_exact(checks) == (3, 3)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("version_id", 9, "version 9"),
        ("size", 2, "size 2"),
        ("field_exists", True, "with a test"),
    ],
)
def test_each_fact_of_a_field_is_compared(key: str, value: object, words: str) -> None:
    document = make_dump()
    document["toy-timer"]["Description"]["Fields"][0][key] = value
    (found,) = (each for each in check_dump(document) if each.device == "toy-timer")
    assert found.outcome is Outcome.DIFFERENT
    assert found.detail.startswith("control: ")
    assert found.detail.endswith(f"{words} in the dump")


def test_fields_in_another_order_differ() -> None:
    document = make_dump()
    document["toy-timer"]["Description"]["Fields"].reverse()
    (found,) = (each for each in check_dump(document) if each.device == "toy-timer")
    assert found.outcome is Outcome.DIFFERENT


def test_a_type_that_the_program_makes_is_added_to_its_device() -> None:
    document = make_dump()
    document["toy-timer-run-time"] = document["toy-timer"]
    document["other"] = {"Description": {"name": "other", "version_id": 1, "Fields": []}}
    document["stub"] = {"Description": {"name": "(null)", "version_id": 0}}
    verified = verify_files(import_corpus().files, Evidence(dumps=(("d", document),)), Console())
    assert verified is not None
    outcomes = {each.device: each.outcome for each in verified.checks}
    assert outcomes["toy-timer-run-time"] is Outcome.EXACT
    assert outcomes["other"] is Outcome.UNKNOWN
    assert outcomes["stub"] is Outcome.STUB
    assert count_exact(verified.checks) == (4, 5)
    texts = [format_tree(each.tree) for each in verified.files]
    assert any('@qom("toy-timer", "toy-timer-run-time")' in text for text in texts)


def test_dumps_before_8_1_have_no_numbers_of_elements() -> None:
    document = make_dump()

    def remove(value: Any) -> None:
        if isinstance(value, dict):
            value.pop("num", None)
            for inner in value.values():
                remove(inner)
        elif isinstance(value, list):
            for inner in value:
                remove(inner)

    remove(document)
    assert count_exact(check_dump(copy.deepcopy(document))) == (3, 3)


# Streams -----------------------------------------------------------------------------------------

# toy-pair: twice `head`, `busy`, and `extra` where the local `is_wide` is true.
NARROW = b"\0\0\0\1" b"\0\0\0\2" b"\1"
WIDE = NARROW + b"\0\0\0\3"
TIMER = (
    b"\0\0\0\x08" + bytes(16) + bytes(16) + bytes(4) + b"\4" + b"\0\0\0\1" + b"\0\0\0\7"
    b"\2" + b"\0\0\0\3" + b"\0\0\0\4"
)
LATCH = b"\5\x0ftoy-timer/latch\0\0\0\1" + b"\0\0\0\x09"


def make_stream(idstr: str, version: int, body: bytes, machine: str = "toy-2.0") -> Stream:
    section = Recorded(
        set="toy",
        qemu="9.0.0",
        machine=machine,
        made="by hand",
        idstr=idstr,
        instance_id=0,
        version_id=version,
        body=body,
        description={"name": idstr, "instance_id": 0},
    )
    return Stream(assembled([section]))


def check_streams(*streams: Stream) -> Any:
    evidence = Evidence(streams=tuple((f"s{n}", each) for n, each in enumerate(streams)))
    verified = verify_files(import_corpus().files, evidence, Console())
    assert verified is not None
    return verified


def test_a_section_is_exact_to_the_last_byte() -> None:
    verified = check_streams(make_stream("toy-timer", 3, TIMER + LATCH))
    assert [each.outcome for each in verified.checks] == [Outcome.EXACT]


@pytest.mark.parametrize("body", [TIMER[:-1], TIMER + b"\0", TIMER + LATCH[:-1]])
def test_a_section_of_another_length_differs(body: bytes) -> None:
    verified = check_streams(make_stream("toy-timer", 3, body))
    assert [each.outcome for each in verified.checks] == [Outcome.DIFFERENT]
    assert verified.checks[0].detail


def test_a_section_that_is_not_in_the_source_is_said() -> None:
    verified = check_streams(make_stream("toy-other", 1, b"\0"))
    assert [each.outcome for each in verified.checks] == [Outcome.UNKNOWN]


def test_bytes_that_are_written_otherwise_are_not_exact() -> None:
    # A bool of 2 is loaded, and saved as 1.
    verified = check_streams(make_stream("toy-pair", 1, NARROW[:-1] + b"\2"))
    assert [each.outcome for each in verified.checks] == [Outcome.DIFFERENT]


def test_a_default_is_taken_from_streams_that_agree() -> None:
    verified = check_streams(make_stream("toy-pair", 1, WIDE), make_stream("toy-pair", 1, WIDE))
    assert [each.outcome for each in verified.checks] == [Outcome.EXACT, Outcome.EXACT]
    assert verified.added_defaults == 1
    texts = "\n".join(format_tree(each.tree) for each in verified.files)
    assert "local is_wide: bool = true;" in texts


def test_a_default_stays_where_streams_differ() -> None:
    verified = check_streams(make_stream("toy-pair", 1, NARROW), make_stream("toy-pair", 1, WIDE))
    assert [each.outcome for each in verified.checks] == [Outcome.EXACT, Outcome.EXACT_WITH]
    assert verified.checks[1].detail == "toy_pair.is_wide = true"
    assert verified.added_defaults == 0
    texts = "\n".join(format_tree(each.tree) for each in verified.files)
    assert "local is_wide: bool = false;" in texts


def test_the_summary_lists_what_is_not_exact() -> None:
    exact = DeviceCheck("a", "f", Outcome.EXACT)
    other = DeviceCheck("b", "f", Outcome.DIFFERENT, "b.x: why")
    assert list(describe_checks([exact, other], False)) == [
        "f: 1 of 2 exact",
        "  b: differs: b.x: why",
    ]
    assert len(list(describe_checks([exact, other], True))) == 3
    many = [DeviceCheck(str(n), "f", Outcome.UNKNOWN) for n in range(30)]
    assert list(describe_checks(many, False))[-1] == "  and 20 more (-v lists them)"


def test_defaults_are_written_where_they_are_declared() -> None:
    files = import_corpus().files
    filled = fill_files(files, {}, {("toy_queue", "layout"): 2, ("toy_timer", "has_latch"): False})
    texts = "\n".join(format_tree(each.tree) for each in filled)
    assert "local layout: u8 = 2;" in texts
    assert "property has_latch: bool = false;" in texts
