"""From names and numbers of QEMU's own descriptions to nodes of syntax trees."""

from collections.abc import Mapping
from typing import Any

from vmsdl.qemu.identifiers import Names
from vmsdl.syntax import tree


def make_presence(item: Mapping[str, Any]) -> tuple[list[tree.Modifier], list[tree.AnnotationDecl]]:
    """Modifiers and annotations. A test (VMStateField.field_exists) replaces the version gate."""
    version = item["version_id"]
    if item["field_exists"]:
        return [tree.If(condition=tree.ExternWord())], (
            [make_annotation("version", version)] if version else []
        )
    return [tree.Since(version=make_integer(version))] if version else [], []


def make_versions(description: Mapping[str, Any]) -> tree.Versions:
    version, minimum = description["version_id"], description["minimum_version_id"]
    return tree.Versions(
        version=make_integer(version), minimum=None if minimum == version else make_integer(minimum)
    )


def make_subsection_name(names: Names, owner: str, wire_name: str) -> tuple[str, tree.Text | None]:
    """A unique name within the owner, and the wire name where it does not follow from that."""
    name = names.take(wire_name.removeprefix(owner).lstrip("/_.-") or wire_name, "subsection")
    return name, None if wire_name == f"{owner}/{name}" else make_text(wire_name)


def is_unused(item: Mapping[str, Any]) -> bool:
    """Bytes that mean nothing. With a test they stay a field, whose value can tell its presence."""
    return (
        item["field"] == "unused"
        and not item["field_exists"]
        and "num" not in item
        and item["size"] > 0
    )


def make_wire_name(given: str, wire_name: str) -> tree.Text | None:
    return None if given == wire_name else make_text(wire_name)


def make_annotation(word: str, *arguments: str | int) -> tree.AnnotationDecl:
    return tree.AnnotationDecl(
        name=make_name(word),
        arguments=tuple(
            make_text(value) if isinstance(value, str) else make_integer(value)
            for value in arguments
        ),
        has_parentheses=bool(arguments),
    )


def make_name(word: str) -> tree.Name:
    return tree.Name(text=word)


def make_text(value: str) -> tree.Text:
    return tree.Text(value=value)


def make_integer(value: int) -> tree.IntegerLiteral:
    return tree.IntegerLiteral(value=value, text=str(value))
