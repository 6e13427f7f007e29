"""Verdicts by machine type: a property has the value that the machine type gives it."""

from vmsdl.diff.compare import compare
from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import Report
from vmsdl.diff.verdict import Level, Verdict
from vmsdl.driver import load_source
from vmsdl.schema.description import Schema
from vmsdl.source import SourceFile

OLD_MACHINES = 'machine "v-1" { }'
NEW_MACHINES = 'machine "v-2" { } machine "v-1" extends "v-2" { %s }'


def schema(text: str) -> Schema:
    source = SourceFile("d.vmsd", text)
    outcome = load_source(source, lambda path: source)
    assert outcome.value is not None, outcome.diagnostics
    return outcome.value


def report(old: str, new: str, machine: str | None = None) -> Report:
    return compare([schema(old)], [schema(new)], old_name="old", new_name="new", machine=machine)


def verdicts(found: Report) -> tuple[str, str]:
    return found.old_to_new, found.new_to_old


def rules(found: Report) -> set[str]:
    return {finding.rule for finding in found.findings}


def compare_property(member: str, entry: str = "", old: str = "a: u8;") -> Report:
    """A new version whose members read a new property that is true by default."""
    return report(
        f"device d {{ {old} }} {OLD_MACHINES}",
        f"device d {{ property x: bool = true; {member} }} {NEW_MACHINES % entry}",
    )


def test_an_entry_that_is_missing_is_an_error_whatever_the_property_guards() -> None:
    for member, expected in (
        ("a: u8; b: u8 if x;", ("refused", "refused")),
        ("a: u8 if not x;", ("refused", "refused")),
        ("a: u8 where not x or a < 4;", ("conditional", "ok")),
        ("a: u8; subsection s needed x { b: u8; }", ("ok", "refused")),
        ("a: u8; subsection s needed x and b != 0 { b: u8; }", ("ok", "conditional")),
    ):
        found = compare_property(member)
        assert expected == verdicts(found), member
        assert "compat-entry-missing" in rules(found), member
        assert not Requirement(old_to_new=Level.CONDITIONAL, new_to_old=Level.CONDITIONAL).is_met(
            found
        ), member
        right = compare_property(member, "d.x = false;")
        assert ("ok", "ok") == verdicts(right), member
        assert "compat-entry-missing" not in rules(right)


def test_a_whole_section_has_its_entry_too() -> None:
    old = f"device d {{ a: u8; }} {OLD_MACHINES}"
    new = "device d { a: u8; } device e needed x { property x: bool = true; b: u8; } "
    found = report(old, new + NEW_MACHINES % "")
    assert ("ok", "refused") == verdicts(found)
    assert {"section-added", "compat-entry-missing"} <= rules(found)
    found = report(old, new + NEW_MACHINES % "e.x = false;")
    assert ("ok", "ok") == verdicts(found)
    assert "compat-entry-missing" not in rules(found)


def test_a_machine_type_in_another_file_counts() -> None:
    device = "device d { property x: bool = true; a: u8; b: u8 if x; }"
    new = [schema(f'{device} machine "v-1" {{ d.x = false; }}'), schema(device)]
    old = [schema(f"device d {{ a: u8; }} {OLD_MACHINES}")]
    found = compare(old, new, old_name="old", new_name="new")
    assert ("ok", "ok") == verdicts(found)


def test_the_worst_machine_type_is_the_headline_and_the_others_are_told() -> None:
    both = 'machine "v-2" { } machine "v-1" { }'
    found = report(
        f"device d {{ a: u8; }} {both}",
        "device d { property x: bool = true; a: u8; b: u8 if x; }"
        ' machine "v-2" { d.x = false; } machine "v-1" { }',
    )
    assert ("refused", "refused") == verdicts(found)
    told = {each.machines: each.verdicts.new_to_old for each in found.devices[0].on_machines}
    assert {("v-2",): Verdict.OK, ("v-1",): Verdict.REFUSED} == told
    harmful = [each for each in found.findings if each.verdict is not Verdict.OK]
    assert {("v-1",)} == {each.machine_types for each in harmful}


def test_a_property_that_anybody_can_set_is_free_where_its_default_is_well() -> None:
    """No machine type sets it, and both versions have it: `-device d,x=on` starts both ends."""
    both = 'machine "v-1" { }'
    body = "property x: bool = {}; a: u8;"
    new = "subsection s needed x {{ b: u8; }}"
    for default, expected in (("false", "conditional"), ("true", "refused")):
        old_text, new_text = body.format(default), (body + new).format(default)
        found = report(f"device d {{ {old_text} }} {both}", f"device d {{ {new_text} }} {both}")
        assert ("ok", expected) == verdicts(found)


def test_without_machine_types_a_condition_names_the_property_that_it_rests_on() -> None:
    found = report(
        "device d { a: u8; }", "device d { property x: bool = true; a: u8; b: u8 if x; }"
    )
    assert Verdict.REFUSED is found.old_to_new
    (result,) = {
        each.old_to_new.condition
        for each in found.findings
        if each.old_to_new.verdict is Verdict.REFUSED
    }
    assert "receiver.x" == result
    found = report(
        "device d { a: u8; }", "device d { property x: bool = false; a: u8; b: u8 if x; }"
    )
    assert Verdict.OK is found.old_to_new


def test_a_setting_of_one_place_of_a_struct_is_read_where_it_has_one_place() -> None:
    text = "struct s {{ property x: bool = true; b: u8 if x; }} device d {{ a: u8; i: s; }}"
    old = f"struct s {{ }} device d {{ a: u8; i: s; }} {OLD_MACHINES}"
    found = report(old, text.format() + NEW_MACHINES % "d.i.x = false;")
    assert ("ok", "ok") == verdicts(found)


def test_a_version_that_can_save_nothing_is_told() -> None:
    found = report(
        "device d { n: u8; }", "device d { property queues: u16 = 256; n: u8 where n == queues; }"
    )
    assert Verdict.REFUSED is found.new_to_new
    assert "nothing-can-be-saved" in rules(found)
    anything = Requirement(old_to_new=Level.ANY, new_to_old=Level.ANY)
    assert not anything.is_met(found)
    assert anything.with_levels({"new-to-new": Level.ANY}).is_met(found)


def test_only_what_the_old_version_does_to_itself_is_excused() -> None:
    skewed = (
        "struct r version 2 minimum 1 { t: u32; p: u8 since 2; }"
        " device d { q: list<r version 1>; tail: u8; }"
    )
    whole = "struct r version 1 { t: u32; } device d { q: list<r>; tail: u8; }"
    found = report(whole, skewed)
    assert Verdict.OK is found.old_to_new
    assert Verdict.OK is not found.new_to_old
    assert "own-state-not-loaded" in rules(found)
    assert "own-state-not-loaded" not in rules(report(skewed, skewed + " struct unused { }"))


def test_a_rename_does_not_hide_what_else_was_edited() -> None:
    found = report('device d as "one" { a: u8; }', 'device d as "two" { a: u16; }')
    assert ("refused", "refused") == verdicts(found)
    assert {"section-renamed", "width-changed"} <= rules(found)


def test_no_loss_tells_what_is_refused_from_what_is_gone() -> None:
    old = "device d { a: u8; subsection s needed b != 0 { b: u8; } }"
    refused = report("device d { a: u8; }", old)
    lost = report(old, "device d { a: u8; subsection s needed b > 3 { b: u8; } }")
    assert Verdict.CONDITIONAL is refused.new_to_old
    assert Verdict.CONDITIONAL is lost.new_to_old
    required = Requirement(new_to_old=Level.NO_LOSS)
    assert required.is_met(refused)
    assert not required.is_met(lost)
    assert Requirement().is_met(lost)


def test_a_default_that_no_declared_machine_type_has_is_that_of_the_others() -> None:
    """Machine types that set nothing need no declaration."""
    text = "device d {{ property x: bool = true; a: u8; b: {} if x; }} {}"
    entry = 'machine "v-1" { d.x = false; }'
    found = report(text.format("u16", entry), text.format("u32", entry))
    assert ("refused", "refused") == verdicts(found)
    harmful = [each for each in found.findings if each.verdict is not Verdict.OK]
    assert {("every other machine type",)} == {each.machine_types for each in harmful}
    entry += ' machine "v-2" { }'
    found = report(text.format("u16", entry), text.format("u32", entry))
    assert [("v-1",), ("v-2",)] == [each.machines for each in found.devices[0].on_machines]
