"""What each kind of knowledge can and cannot say of a stream: schema, dump, other stream."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.recorded_sections import Recorded
from tests.support.streams import assembled
from vmsdl.cli import main
from vmsdl.cli.console import Console
from vmsdl.cli.inputs.program import read_program
from vmsdl.qemu.load_check.check import check_load
from vmsdl.qemu.load_check.program import LoadingProgram
from vmsdl.qemu.load_check.qemu_messages import explain, quote_qemu, verdict_to_json
from vmsdl.qemu.load_check.verdict import (
    CheckOutcome,
    LoadDoubt,
    LoadFault,
    LoadRefusal,
    LoadVerdict,
    OpenQuestion,
)
from vmsdl.qemu.stream.framing import End, Section
from vmsdl.qemu.stream.partial import PartialStream

MACHINE = "pc-i440fx-7.2"
Against = Callable[..., LoadingProgram]

SCHEMA = """
device timer8 as "timer8" version 3 minimum 2 {
    count: u8;
    mode: u16 equal;
    rate: u8 = 4 equal;
    top: i32 = 9 bounded;
    limit: i32 bounded;
    late: u8 since 3;
    subsection extra version 2 minimum 1 needed late != 0 {
        more: u8;
    }
}
"""
BODY = bytes((1, 0, 2, 4, 0, 0, 0, 9, 0, 0, 1, 0, 7))
EXTRA = b"\x05\x0ctimer8/extra"


def section(idstr: str, body: bytes, version: int = 3, **more: Any) -> Recorded:
    fields = more.pop("fields", [{"name": "data", "size": len(body), "type": "buffer"}])
    name = idstr.rpartition("/")[2]
    description = {"name": idstr, "instance_id": more.get("instance", 0), "vmsd_name": name}
    description |= {"version": version, "fields": fields}
    if "subsections" in more:
        description["subsections"] = more["subsections"]
    return Recorded(
        set="",
        qemu="7.2.22",
        machine=MACHINE,
        made="",
        idstr=idstr,
        instance_id=more.get("instance", 0),
        version_id=version,
        body=body,
        description=description,
    )


def stream(*sections: Recorded, machine: str = MACHINE) -> bytes:
    return assembled(sections, machine=machine)


@pytest.fixture
def against(tmp_path: Path) -> Against:
    def read(known: str | bytes | dict[str, Any], machine: str | None = MACHINE) -> LoadingProgram:
        path = tmp_path / ("known.vmsd" if isinstance(known, str) else "known")
        if isinstance(known, dict):
            known = json.dumps(known, indent=2)
        path.write_bytes(known if isinstance(known, bytes) else known.encode())
        program = read_program(str(path), machine, (), Console())
        assert program is not None
        return program

    return read


def of(data: bytes, program: LoadingProgram) -> LoadVerdict:
    return check_load(PartialStream.of(data), program)


def first(verdict: LoadVerdict) -> str:
    assert verdict.first is not None
    return line(verdict.first)


def line(item: LoadRefusal | OpenQuestion) -> str:
    """The first line that QEMU says; none where it says nothing."""
    return next(iter(quote_qemu(item).lines), "")


def doubts(verdict: LoadVerdict) -> list[LoadDoubt]:
    return [question.doubt for question in verdict.questions]


# A schema --------------------------------------------------------------------------------------


def changed(at: int, value: int, size: int = 1) -> bytes:
    return BODY[:at] + value.to_bytes(size, "big") + BODY[at + size :]


@pytest.mark.parametrize(
    ("body", "version", "expected"),
    [
        (BODY, 3, None),
        (BODY[:-1], 2, None),
        (BODY, 4, "savevm: unsupported version 4 for 'timer8' v3"),
        (BODY, 1, "timer8: incoming version_id 1 is too old for local minimum version_id  2"),
        (BODY[:-1], 3, "Missing section footer for timer8"),
        (BODY, 2, "Missing section footer for timer8"),
        (changed(1, 0xFFFF, 2), 3, None),  # compared with what nobody here knows
        (changed(3, 5), 3, "4 != 5"),
        (changed(4, 10, 4), 3, "Invalid value 10 expecting positive value <= 9"),
        (changed(4, 0xFFFFFFFF, 4), 3, "Invalid value -1 expecting positive value <= 9"),
        (changed(8, 0x7FFFFFFF, 4), 3, None),
        (BODY + EXTRA + b"\0\0\0\1x", 3, None),
        (BODY + EXTRA + b"\0\0\1\1x", 3, None),
        (
            BODY + EXTRA + b"\0\0\0\3x",
            3,
            "timer8/extra: incoming version_id 3 is too new for local version_id 2",
        ),
        (
            BODY + EXTRA + b"\0\0\0\0x",
            3,
            "timer8/extra: incoming version_id 0 is too old for local minimum version_id  1",
        ),
        (
            BODY + b"\x05\x0ctimer8/other\0\0\0\1",
            3,
            "error while loading state for instance 0x0 of device 'timer8'",
        ),
        (BODY + b"\x05\x0ctimer9/other\0\0\0\1", 3, "Missing section footer for timer8"),
    ],
)
def test_a_schema_reads_bytes(
    body: bytes, version: int, expected: str | None, against: Against
) -> None:
    verdict = of(stream(section("timer8", body, version)), against(SCHEMA))
    if expected is None:
        assert verdict.refusals == ()
    else:
        assert first(verdict) == expected
        assert len(verdict.refusals) == 1


def test_what_a_schema_compares_with_unknown_values_is_listed(against: Against) -> None:
    verdict = of(stream(section("timer8", BODY)), against(SCHEMA))
    compared = [one for one in verdict.questions if one.doubt is LoadDoubt.COMPARED_FIELD]
    assert {explain(question) for question in compared} == {
        "`mode` of `timer8` is compared with the program's own value",
        "`limit` of `timer8` is compared with the program's own value",
    }
    assert verdict.loads is None


def test_the_bounded_value_below_zero_needs_no_bound(against: Against) -> None:
    verdict = of(stream(section("timer8", changed(8, 0x80000000, 4))), against(SCHEMA))
    assert first(verdict).startswith("Invalid value -2147483648 expecting positive value")


FLAG = """
device card version 1 {
    property is_wide: bool = false;
    low: u8;
    high: u8 if is_wide;
}
machine "pc-i440fx-5.2" { card.is_wide = true; }
"""


def test_properties_are_those_of_the_machine_that_loads(against: Against) -> None:
    narrow, wide = stream(section("card", b"a", 1)), stream(section("card", b"ab", 1))
    assert first(of(narrow, against(FLAG, "pc-i440fx-5.2"))).startswith("Machine type received")
    old = stream(section("card", b"ab", 1), machine="pc-i440fx-5.2")
    assert of(old, against(FLAG, "pc-i440fx-5.2")).refusals == ()
    # The machine is not declared, and with the flag set it would be accepted: that is open.
    undeclared = of(wide, against(FLAG))
    assert undeclared.refusals == ()
    assert LoadDoubt.OTHER_PROPERTIES in doubts(undeclared)
    # With no setting at all it would.
    assert first(of(stream(section("card", b"abc", 1)), against(FLAG))).startswith("Missing")


def test_a_field_that_is_decided_elsewhere_makes_no_proof(against: Against) -> None:
    known = "device card version 1 { low: u8; high: u8 if extern; }"
    for body in (b"a", b"ab", b"abc"):
        assert of(stream(section("card", body, 1)), against(known)).refusals == ()


POINTERS = """
struct slot version 1 { number: u16; }
device card version 1 { slots: slot?[3]; last: u8; }
"""
SLOT = {"vmsd_name": "slot", "version": 1}
SLOT["fields"] = [{"name": "number", "type": "uint16", "size": 2}]
SLOTS = [
    {"name": "slots", "type": "nullptr", "size": 1, "array_len": 2},
    {"name": "slots", "type": "struct", "struct": SLOT, "size": 2},
    {"name": "last", "type": "uint8", "size": 1},
]


def test_pointers_that_are_null_on_the_sender_are_no_reason(against: Against) -> None:
    """The program's own machine decides which are; that of the sender is one that loads."""
    sent = section("card", b"00\0\7\1", 1, fields=SLOTS)
    verdict = of(stream(sent), against(POINTERS + 'machine "pc-i440fx-7.2" {}'))
    assert verdict.refusals == ()
    assert LoadDoubt.POINTERS_OF_MACHINE in doubts(verdict)
    grown = POINTERS.replace("number: u16", "number: u32")
    verdict = of(stream(sent), against(grown + 'machine "pc-i440fx-7.2" {}'))
    assert first(verdict)


def test_pointers_that_nothing_tells_of_make_no_proof(against: Against) -> None:
    sent = section("card", b"00\0\7\1", 1)
    verdict = of(stream(sent), against(POINTERS + 'machine "pc-i440fx-7.2" {}'))
    assert verdict.refusals == ()
    assert LoadDoubt.POINTERS_MAY_BE_NULL in doubts(verdict)


def test_a_rule_is_named_as_qemu_names_it(against: Against) -> None:
    known = 'device card version 1 { low: u8; validate low < 3, "low in range"; }'
    verdict = of(stream(section("card", b"\3", 1)), against(known))
    assert verdict.first is not None
    assert verdict.first.fault is LoadFault.RULE_FAILED
    assert quote_qemu(verdict.first).lines == (
        "Input validation failed: card/low in range",
        "error while loading state for instance 0x0 of device 'card'",
        "load of migration failed: Operation not permitted",
    )


def test_a_pci_device_has_a_path(against: Against) -> None:
    """`vga` on the ISA bus is another device than `0000:00:02.0/vga`."""
    known = "struct PCIDevice version 1 { a: u8; } device vga version 1 { dev: PCIDevice; }"
    program = against(known)
    assert of(stream(section("0000:00:02.0/vga", b"ab", 1)), program).loads is False
    assert of(stream(section("vga", b"ab", 1)), program).loads is None


def test_the_fields_of_a_section_can_say_which_pointers_are_null(against: Against) -> None:
    known = """
        struct slot version 1 { number: u16; }
        device card version 1 { mask: u8; slots: slot?[3] if mask >> index & 1 != 0; last: u8; }
    """
    verdict = of(stream(section("card", b"\x0400\0\7\1", 1)), against(known))
    assert verdict.refusals == ()
    assert LoadDoubt.POINTERS_OF_MACHINE not in doubts(verdict)
    verdict = of(stream(section("card", b"\x0200\0\7\1", 1)), against(known))
    assert first(verdict)


def test_a_section_is_found_by_any_of_its_names(against: Against) -> None:
    program = against('device card as "i82550", "i82551" version 1 { low: u8; }')
    for name in ("i82550", "0000:00:03.0/i82551"):
        assert of(stream(section(name, b"\3", 1)), program).refusals == ()
        assert first(of(stream(section(name, b"\3\4", 1)), program))
    assert LoadDoubt.DEVICE_UNKNOWN in doubts(of(stream(section("i82552", b"\3", 1)), program))


def test_a_section_is_found_by_its_instance_or_an_alias(against: Against) -> None:
    known = """
        device first as "i8259" instance 0 alias 0x20 version 1 { low: u8; }
        device second as "i8259" instance 1 alias 0xa0 version 1 { low: u16; }
    """
    program = against(known)
    for number, body in ((0, b"\1"), (0x20, b"\1"), (1, b"\1\2"), (0xA0, b"\1\2")):
        verdict = of(stream(section("i8259", body, 1, instance=number)), program)
        assert verdict.refusals == (), number
    verdict = of(stream(section("i8259", b"\1", 1, instance=2)), program)
    assert verdict.loads is False
    assert first(verdict).startswith("Unknown savevm section or instance 'i8259' 2")


def test_a_hook_that_says_what_it_sets_refuses_nothing(against: Against) -> None:
    known = "device card version 1 { hook post_load; low: u8; }"
    sent = stream(section("card", b"\3", 1))
    assert LoadDoubt.HOOK in doubts(of(sent, against(known)))
    known = known.replace("post_load", "post_load sets low")
    assert LoadDoubt.HOOK not in doubts(of(sent, against(known)))


# A dump ----------------------------------------------------------------------------------------


def dump(release: str = "7.2", **devices: Any) -> dict[str, Any]:
    entries: dict[str, Any] = {"vmschkmachine": {"Name": f"pc-i440fx-{release}"}}
    for name, description in devices.items():
        versions = {"version_id": description["version_id"]}
        versions["minimum_version_id"] = description["minimum_version_id"]
        entries[name] = {"Name": name, **versions, "Description": description}
    return entries


def described(name: str, version: int, minimum: int, *subsections: Any) -> dict[str, Any]:
    field = {"field": "a", "version_id": 0, "field_exists": False, "size": 1}
    found = {"name": name, "version_id": version, "minimum_version_id": minimum, "Fields": [field]}
    return found | ({"Subsections": list(subsections)} if subsections else {})


CARD = described("card", 3, 2, described("card/known", 2, 1))


def sent(name: str, version: int) -> Recorded:
    """A section of one byte with one subsection of one byte."""
    head = bytes((5, len(name))) + name.encode() + version.to_bytes(4, "big")
    inner = {"vmsd_name": name, "version": version}
    inner["fields"] = [{"name": "b", "type": "uint8", "size": 1}]
    fields = [{"name": "a", "type": "uint8", "size": 1}]
    return section("card", b"a" + head + b"b", fields=fields, subsections=[inner])


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (section("card", b"abc", 4), "savevm: unsupported version 4 for 'card' v3"),
        (
            section("card", b"a", 1),
            "card: incoming version_id 1 is too old for local minimum version_id  2",
        ),
        (section("card", b"any length at all"), "Missing section footer for card"),
        (section("unheard-of", b"a"), None),
        (sent("card/known", 2), None),
        (sent("card/known", 0x102), None),
        (
            sent("card/known", 3),
            "card/known: incoming version_id 3 is too new for local version_id 2",
        ),
        (sent("card/new", 1), "error while loading state for instance 0x0 of device 'card'"),
    ],
)
def test_a_dump_knows_names_and_versions(
    state: Recorded, expected: str | None, against: Against
) -> None:
    verdict = of(stream(state), against(dump(card=CARD)))
    if expected is None:
        assert verdict.loads is None
    else:
        assert first(verdict) == expected


def test_an_old_program_may_load_what_is_below_its_minimum(against: Against) -> None:
    """Until 6.2 there was `load_state_old`, and a dump does not show it."""
    state = section("card", b"a", 1)
    assert of(stream(state), against(dump("5.2", card=CARD), None)).loads is None
    assert of(stream(state), against(dump("7.2", card=CARD), None)).loads is False


def test_what_is_not_in_a_dump_is_named_and_left_open(against: Against) -> None:
    verdict = of(stream(section("timer", b"a")), against(dump(card=CARD)))
    (question,) = [one for one in verdict.questions if one.section == "timer"]
    assert question.doubt is LoadDoubt.DEVICE_UNKNOWN
    assert line(question).startswith("Unknown savevm section or instance 'timer' 0. ")


def test_an_unmigratable_device_refuses_before_all_else(against: Against) -> None:
    blocked = {"name": "stuck", "version_id": 0, "minimum_version_id": 0}
    data = stream(section("stuck", b"a", 0), machine="pc-q35-7.2")
    verdict = of(data, against(dump(stuck=blocked)))
    assert [refusal.fault for refusal in verdict.refusals] == [
        LoadFault.UNMIGRATABLE,
        LoadFault.MACHINE_DIFFERS,
    ]


def command(data: bytes, inserted: bytes) -> bytes:
    place = next(
        part.offset
        for part in PartialStream.of(data).parts
        if isinstance(part, Section) and part.end
    )
    return data[:place] + inserted + data[place:]


@pytest.mark.parametrize(
    ("release", "with_counts", "loads"),
    [("7.2", False, False), ("9.0", True, None), ("10.0", True, None)],
)
def test_the_release_decides_over_a_new_command(
    release: str, with_counts: bool, loads: bool | None, against: Against
) -> None:
    card = described("card", 3, 2)
    if with_counts:  # since 8.1 a dump counts the elements of arrays
        card["Fields"][0]["num"] = 1
    program = against(dump(release, card=card), None)
    verdict = of(command(stream(section("card", b"a")), b"\x08\0\x0b\0\0"), program)
    assert verdict.loads is loads
    lines = [line(one) for one in verdict.refusals] + [line(one) for one in verdict.questions]
    is_named = any(one.startswith("MIG_CMD 0xb unknown") for one in lines)
    assert is_named == (release != "10.0")


def test_what_was_not_sent_raises_no_question(against: Against) -> None:
    """A hook in a subsection that this stream does not have refuses nothing."""
    schema = """
        device card as "card" {
            a: u8;
            subsection more needed b != 0 { hook post_load; b: u8; }
        }
    """
    program = against(schema)
    assert LoadDoubt.HOOK not in doubts(of(stream(section("card", b"a", 1)), program))
    inner = [{"vmsd_name": "card/more", "version": 1, "fields": [u8("b")]}]
    body = b"a\5\x09card/more\0\0\0\1b"
    sent = section("card", body, 1, fields=[u8("a")], subsections=inner)
    assert LoadDoubt.HOOK in doubts(of(stream(sent), program))


# Another stream --------------------------------------------------------------------------------


def test_a_stream_knows_its_machine(against: Against) -> None:
    card = section("card", b"a")
    program = against(stream(card), None)
    assert of(stream(card), program).refusals == ()
    other = of(stream(card, machine="pc-q35-7.2"), program)
    assert first(other) == f"Machine type received is 'pc-q35-7.2' and local is '{MACHINE}'"


def test_a_stream_knows_its_memory(against: Against) -> None:
    data = stream(section("card", b"a"))
    more = data.replace((3 * 4096).to_bytes(8, "big"), (4 * 4096).to_bytes(8, "big"))
    more = more.replace((3 * 4096 | 4).to_bytes(8, "big"), (4 * 4096 | 4).to_bytes(8, "big"))
    assert (
        first(of(more, against(data, None)))
        == "Size mismatch: pc.ram: 0x4000 != 0x3000: Invalid argument"
    )
    other = data.replace(b"\x06pc.ram", b"\x06pc.rom")
    assert (
        first(of(other, against(data, None)))
        == 'Unknown ramblock "pc.rom", cannot accept migration'
    )


def test_a_stream_shows_one_version_and_not_what_is_loaded_of_others(against: Against) -> None:
    program = against(stream(section("card", b"a", 3)), None)
    newer = of(stream(section("card", b"a", 4)), program)
    assert first(newer) == "savevm: unsupported version 4 for 'card' v3"
    older = of(stream(section("card", b"a", 2)), program)
    assert older.loads is None
    assert LoadDoubt.OTHER_VERSION in doubts(older)


def test_a_stream_does_not_show_every_device(against: Against) -> None:
    """A section may be missing since nothing of the device needed to be sent."""
    program = against(stream(section("card", b"a")), None)
    verdict = of(stream(section("card", b"a"), section("0000:00:03.0/other", b"a")), program)
    assert verdict.loads is None
    (named,) = [one for one in verdict.questions if one.doubt is LoadDoubt.SECTION_NOT_SENT]
    assert named.section == "0000:00:03.0/other"
    later = quote_qemu(named).since_11_1
    assert later is not None
    assert later.startswith("Unknown section or instance")


def u8(name: str) -> dict[str, Any]:
    return {"name": name, "type": "uint8", "size": 1}


def u16(name: str) -> dict[str, Any]:
    return {"name": name, "type": "uint16", "size": 2}


def judge_fields(
    sent: list[dict[str, Any]], read: list[dict[str, Any]], against: Against, body: bytes = b""
) -> LoadVerdict:
    """A section of these fields, loaded by a program that itself sends the others."""
    size = sum(each["size"] for each in sent)
    own = bytes(sum(each["size"] for each in read))
    program = against(stream(section("card", own, fields=read)), None)
    return of(stream(section("card", body or bytes(size), fields=sent)), program)


def test_a_field_of_another_size_is_refused(against: Against) -> None:
    verdict = judge_fields([u16("a")], [u8("a")], against)
    assert first(verdict) == "Missing section footer for card"
    assert verdict.first is not None
    assert (verdict.first.path, verdict.first.surplus) == ("a", 1)
    assert verdict.outcome is CheckOutcome.REFUSED


def test_a_renamed_field_is_none_that_differs(against: Against) -> None:
    verdict = judge_fields([u8("a"), u8("b")], [u8("a"), u8("c")], against, b"\1\2")
    assert (verdict.outcome, verdict.not_compared) == (CheckOutcome.NOT_DECIDED, 0)


def test_what_the_program_wrote_itself_it_loads(against: Against) -> None:
    """Byte for byte: then its checks and hooks are known too. Other bytes leave them open."""
    fields = [u8("a"), u8("b")]
    assert judge_fields(fields, fields, against).outcome is CheckOutcome.LOADS
    other = judge_fields(fields, fields, against, b"\1\0")
    assert (other.outcome, doubts(other)) == (
        CheckOutcome.NOT_DECIDED,
        [LoadDoubt.CHECKS_NOT_RECORDED],
    )


def test_the_same_bytes_can_mean_something_else(against: Against) -> None:
    """A renamed field shows that the releases differ, and the two others changed places."""
    sent, read = [u8("x"), u8("a"), u8("b")], [u8("y"), u8("b"), u8("a")]
    verdict = judge_fields(sent, read, against)
    assert verdict.refusals == ()
    assert (verdict.outcome, verdict.loads) == (CheckOutcome.WRONG_VALUES, True)


def conditional(name: str, size: int) -> dict[str, Any]:
    return {"field": name, "version_id": 0, "field_exists": True, "size": size}


def test_of_two_fields_that_may_take_what_is_left_one_may_be_right(against: Against) -> None:
    """`late` takes both bytes that the dump has no names for; `early` would move the others."""
    card = described("card", 3, 2)
    card["Fields"] += [conditional("early", 2), {**card["Fields"][0], "field": "b"}]
    known = against(dump(card=card | {"Fields": [*card["Fields"], conditional("late", 2)]}), None)
    sent = section("card", bytes(4), fields=[u8(name) for name in ("a", "b", "p", "q")])
    verdict = of(stream(sent), known)
    assert (verdict.refusals, verdict.wrong_values) == ((), ())
    assert LoadDoubt.LAYOUT_MAY_DIFFER in doubts(verdict)
    # Without it nothing takes them at their place: it is refused, or others move.
    without = against(dump(card=card), None)
    assert of(stream(sent), without).outcome is CheckOutcome.WRONG_VALUES
    assert all(each.may_refuse for each in of(stream(sent), without).wrong_values)


def test_a_field_that_one_stream_alone_has_may_be_conditional(against: Against) -> None:
    """Nothing else shows that another release wrote the program's stream."""
    verdict = judge_fields([u8("a"), u8("b")], [u8("a")], against)
    (named,) = [one for one in verdict.questions if one.doubt is LoadDoubt.LAYOUT_MAY_DIFFER]
    assert line(named) == "Missing section footer for card"
    assert verdict.not_compared == 1


def test_a_field_that_another_release_does_not_have_is_refused(against: Against) -> None:
    verdict = judge_fields([u8("a"), u8("new"), u8("b")], [u8("old"), u8("b")], against)
    assert first(verdict) == "Missing section footer for card"


def test_a_flag_that_differs_may_decide_what_is_read(against: Against) -> None:
    """Also the number of elements of an array of one, which is described as one value."""
    sent = [u8("old"), u8("is_busy"), u8("request")]
    verdict = judge_fields(sent, [u8("new"), u8("is_busy")], against, b"\0\1\7")
    assert verdict.refusals == ()
    assert LoadDoubt.LAYOUT_MAY_DIFFER in doubts(verdict)


def test_a_value_that_lands_in_another_field_is_said(against: Against) -> None:
    sent, read = [u8("old"), u8("lun"), u8("drq")], [u8("new"), u8("ti_cmd"), u8("lun")]
    verdict = judge_fields(sent, read, against, b"\0\7\2")
    assert [(one.path, one.arrives_as, one.value) for one in verdict.wrong_values] == [
        ("lun", "ti_cmd", 7),
        ("drq", "lun", 2),
    ]
    assert verdict.outcome is CheckOutcome.WRONG_VALUES


def test_a_count_that_is_sent_makes_no_difference(against: Against) -> None:
    def fields(count: int) -> list[dict[str, Any]]:
        return [u8("n"), {"name": "a", "type": "uint16", "size": 2, "array_len": count}]

    program = against(stream(section("card", bytes((1, 0, 0)), fields=fields(1))), None)
    verdict = of(stream(section("card", bytes((2, 0, 0, 0, 0)), fields=fields(2))), program)
    assert (verdict.outcome, verdict.not_compared) == (CheckOutcome.NOT_DECIDED, 0)
    # One that is not sent is the program's own.
    fixed = of(stream(section("card", bytes((7, 0, 0, 0, 0)), fields=fields(2))), program)
    assert first(fixed) == "Missing section footer for card"


def test_bytes_that_are_divided_otherwise_are_the_same_where_they_are_zero(
    against: Against,
) -> None:
    """`globalstate`: QEMU 9.0 cut two flags out of the end of a string's buffer."""
    sent = [{"name": "state", "type": "buffer", "size": 8}]
    read = [{"name": "state", "type": "buffer", "size": 4}, u8("flag"), u8("more"), u16("unused")]
    fits = judge_fields(sent, read, against, b"run\0\0\0\0\0")
    assert (fits.outcome, fits.not_compared) == (CheckOutcome.NOT_DECIDED, 0)
    assert LoadDoubt.BYTES_MOVED not in doubts(fits)
    moved = judge_fields(sent, read, against, b"run\0\1\0\0\0")
    (named,) = [one for one in moved.questions if one.doubt is LoadDoubt.BYTES_MOVED]
    assert (named.name, named.owner) == ("state", "flag")


def test_a_compared_value_that_differs_is_named(against: Against) -> None:
    fields = [{"name": "lines", "type": "int32 equal", "size": 4}]
    program = against(stream(section("card", b"\0\0\0\4", fields=fields)), None)
    verdict = of(stream(section("card", b"\0\0\0\x1f", fields=fields)), program)
    assert verdict.loads is None
    (named,) = [one for one in verdict.questions if one.doubt is LoadDoubt.COMPARED_VALUE]
    assert quote_qemu(named).lines[:2] == ("4 != 1f", "Failed to load card:lines")


# An imported folder ----------------------------------------------------------------------------


def test_a_folder_remembers_the_machine_that_it_was_made_of(tmp_path: Path) -> None:
    card, known, folder = section("card", b"a"), tmp_path / "known", tmp_path / "folder"
    known.write_bytes(stream(card))
    assert main(["import", "stream", str(known), "-o", str(folder)]) == 0
    program = read_program(str(folder), None, ["card"], Console())
    assert program is not None
    assert (program.machine, program.before) == (MACHINE, (8, 2))
    other = of(stream(card, machine="pc-q35-7.2"), program)
    assert first(other) == f"Machine type received is 'pc-q35-7.2' and local is '{MACHINE}'"
    newer = of(command(stream(card), b"\x08\0\x0b\0\0"), program)
    assert first(newer) == "MIG_CMD 0xb unknown (len 0x0)"
    # What is said on the command line is another machine of the same program.
    told = read_program(str(folder), "pc-q35-7.2", ["card"], Console())
    assert told is not None
    assert of(stream(card, machine="pc-q35-7.2"), told).refusals == ()


def test_a_folder_of_a_dump_is_a_program_with_any_machine(tmp_path: Path) -> None:
    known, folder = tmp_path / "known", tmp_path / "folder"
    known.write_text(json.dumps(dump(card=CARD)), encoding="utf-8")
    assert main(["import", "dump", str(known), "-o", str(folder)]) == 0
    program = read_program(str(folder), None, ["card"], Console())
    assert program is not None
    assert (program.machine, program.oldest, program.before) == (None, (7, 2), (8, 1))


def test_errors_of_a_file_that_is_not_needed_are_not_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "timer8.vmsd").write_text(SCHEMA, encoding="utf-8")
    (tmp_path / "other.vmsd").write_text("device other { a: ", encoding="utf-8")
    sent = tmp_path / "sent"
    sent.write_bytes(stream(section("timer8", BODY)))
    check = ["stream", "check", "--against", str(tmp_path)]
    assert main([*check, str(sent)]) == 0
    sent.write_bytes(stream(section("other", BODY)))
    assert main([*check, str(sent)]) == 1
    assert "other.vmsd" in capsys.readouterr().err


# What breaks a stream --------------------------------------------------------------------------


def broken() -> dict[str, tuple[bytes, str | None]]:
    data = stream(section("timer8", BODY), section("other", b"o" * 9))
    parts = PartialStream.of(data).parts
    found = {part.idstr: part for part in parts if isinstance(part, Section)}
    timer = found["timer8"]
    end = next(part for part in parts if isinstance(part, End))
    failed = "load of migration failed: Input/output error"
    return {
        "empty": (b"", "Not a migration stream"),
        "magic": (b"QEVX" + data[4:], "Not a migration stream"),
        "version 2": (
            data[:7] + b"\2" + data[8:],
            "SaveVM v2 format is obsolete and don't work anymore",
        ),
        "version 4": (data[:7] + b"\4" + data[8:], "Unsupported migration stream version"),
        "type": (data[: timer.offset] + b"\x09" + data[timer.offset :], "Unknown savevm section"),
        "part": (
            data[: timer.offset] + b"\2\0\0\0\x7b" + data[timer.offset :],
            "Unknown savevm section 123",
        ),
        "footer's id": (
            data[: timer.stop] + b"\x7e\0\0\0\x7b" + data[timer.end :],
            "Mismatched section id in footer for timer8 - read 0x7b expected 0xa",
        ),
        "no footer": (
            data[: timer.stop] + data[timer.end :],
            "Missing section footer for timer8",
        ),
        "no end": (data[: end.offset], failed),
        "no end, a description": (
            data[: end.offset] + data[end.end :],
            "Unknown savevm section type 6",
        ),
        "cut in a body": (data[: timer.start + 1], "Failed to load timer8:mode"),
        "no description": (data[: end.end], None),
        "half a description": (data[:-20], None),
        "something behind": (data + b"x", None),
    }


@pytest.mark.parametrize("damage", broken())
def test_what_breaks_a_stream_is_a_reason(damage: str, against: Against) -> None:
    data, expected = broken()[damage]
    verdict = of(data, against(SCHEMA))
    if expected is None:
        assert verdict.refusals == ()
    else:
        assert first(verdict).startswith(expected)
        assert verdict.first is not None
        assert 0 <= verdict.first.offset <= len(data)


def test_reasons_stand_in_the_loaders_order(against: Against) -> None:
    data = stream(section("timer8", BODY, 9), section("timer8", BODY[:-1]), machine="isapc")
    data = data.replace(b"\x04\0\0\0\x0b", b"\x08\0\x63\0\0\x04\0\0\0\x0b")
    record = verdict_to_json(of(data, against(SCHEMA)))
    assert [reason["qemu_message"].partition(" ")[0] for reason in record["reasons"]] == [
        "Machine",
        "savevm:",
        "MIG_CMD",
        "Missing",
    ]
    assert [reason["first"] for reason in record["reasons"]] == [True, False, False, False]
    assert record["loads"] is False


def test_the_exit_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known, good, bad = tmp_path / "known.vmsd", tmp_path / "good", tmp_path / "bad"
    known.write_text(SCHEMA, encoding="utf-8")
    good.write_bytes(stream(section("timer8", BODY)))
    bad.write_bytes(stream(section("timer8", BODY[:-1])))
    check = ["stream", "check", "--against", str(known)]
    assert main([*check, str(good)]) == 0
    assert main([*check, str(good), "--strict"]) == 1
    capsys.readouterr()
    assert main([*check, str(bad), "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    (reason,) = record["reasons"]
    assert reason["section"] == "timer8"
    assert reason["path"] == "timer8.late"
    assert reason["qemu_message"].startswith("Missing section footer for timer8; load of migration")
    assert main([*check, str(tmp_path / "nowhere")]) == 2


def test_every_fault_and_doubt_has_its_words() -> None:
    """A refusal with a `detail` needs none of ours."""
    for fault in LoadFault:
        refusal = LoadRefusal(
            fault=fault, section="card", offset=8, received=1, local=2, detail="it is cut"
        )
        assert quote_qemu(refusal).lines
        assert explain(refusal) == "it is cut"
        for doubt in LoadDoubt:
            question = OpenQuestion(doubt=doubt, refusal=refusal, detail="other")
            assert explain(question)
