"""An edit names the machine types on which it can go wrong."""

from vmsdl.diff.compare import compare
from vmsdl.diff.machines import limit_to_machine
from vmsdl.driver import load_source
from vmsdl.schema.description import Schema
from vmsdl.source import SourceFile

MACHINES = """
machine "pc-9.0" { }
machine "pc-8.0" { drive.x_late = false; }
machine "pc-7.2" extends "pc-8.0" { }
"""
DRIVE = "struct drive version 1 {{ property x_late: bool = true; n: u8; late: u8 {late}; }}"


def schema(late: str = "", count: str = "", machines: str = MACHINES) -> Schema:
    text = (
        f"{DRIVE.format(late=late)} device d version 1 {{ drives: drive[2]; {count} }} {machines}"
    )
    source = SourceFile("d.vmsd", text)
    outcome = load_source(source, lambda path: source)
    assert outcome.value is not None
    return outcome.value


def machine_types(old: Schema, new: Schema, machine: str | None = None) -> set[object]:
    found = compare([old], [new], old_name="old", new_name="new", machine=machine)
    return {finding.machine_types for finding in found.findings}


def test_what_a_machine_type_inherits_counts() -> None:
    assert {("pc-8.0", "pc-7.2")} == machine_types(schema(), schema("if x_late"))


def test_where_the_guest_decides_too_a_machine_type_can_be_affected() -> None:
    assert {("pc-9.0",)} == machine_types(schema("if n == 7"), schema("if n == 7 or x_late"))


def test_what_no_machine_type_decides_is_not_told_by_them() -> None:
    assert {None} == machine_types(schema(), schema("if n == 7"))
    assert {None} == machine_types(schema(), schema(count="count: u8;"))
    assert {None} == machine_types(schema(machines=""), schema("if x_late", machines=""))


def test_for_one_machine_type_it_is_decided() -> None:
    assert {None} == machine_types(schema(), schema("if x_late"), machine="pc-8.0")


def test_machine_types_with_one_value_are_told_together() -> None:
    told = limit_to_machine(schema(), ("drive", "x_late"))
    assert "true on `pc-9.0`; false on `pc-8.0`, `pc-7.2`" == told
