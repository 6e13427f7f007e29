"""From names and numbers of QEMU's own descriptions to pieces of trees."""

from collections.abc import Mapping
from typing import Any

from vmsdl.qemu.identifiers import Names
from vmsdl.syntax import tree

NO_COUNTS = "no array counts"  # @info of a machine whose dump tells no number of elements


def presence(item: Mapping[str, Any]) -> tuple[list[tree.Modifier], list[tree.AnnotationDecl]]:
    """A test replaces the version (VMStateField.field_exists): then the version gates nothing."""
    version = item["version_id"]
    if item["field_exists"]:
        return [tree.If(condition=tree.ExternWord())], (
            [annotation("version", version)] if version else []
        )
    return [tree.Since(version=integer(version))] if version else [], []


def versions(description: Mapping[str, Any]) -> tree.Versions:
    version, minimum = description["version_id"], description["minimum_version_id"]
    return tree.Versions(
        version=integer(version), minimum=None if minimum == version else integer(minimum)
    )


def subsection_name(names: Names, owner: str, wire_name: str) -> tuple[str, tree.Text | None]:
    """A name of its own within the owner, and the wire name where that does not follow from it."""
    name = names.take(wire_name.removeprefix(owner).lstrip("/_.-") or wire_name, "subsection")
    return name, None if wire_name == f"{owner}/{name}" else text(wire_name)


def is_gap(item: Mapping[str, Any]) -> bool:
    """Bytes that mean nothing. With a test they stay a field, whose value can tell its presence."""
    return (
        item["field"] == "unused"
        and not item["field_exists"]
        and "num" not in item
        and item["size"] > 0
    )


def wire_text(given: str, wire_name: str) -> tree.Text | None:
    return None if given == wire_name else text(wire_name)


def annotation(word: str, *arguments: str | int) -> tree.AnnotationDecl:
    return tree.AnnotationDecl(
        name=name(word),
        arguments=tuple(
            text(value) if isinstance(value, str) else integer(value) for value in arguments
        ),
        has_parentheses=bool(arguments),
    )


def name(word: str) -> tree.Name:
    return tree.Name(text=word)


def text(value: str) -> tree.Text:
    return tree.Text(value=value)


def integer(value: int) -> tree.IntegerLiteral:
    return tree.IntegerLiteral(value=value, text=str(value))
