"""The valid files hold all of the language, and every one is a schema."""

import dataclasses
from collections.abc import Iterator

import pytest

from tests.support.corpus import Case, cases, diagnose
from vmsdl.diagnostics.diagnostic import Severity
from vmsdl.expr.nodes import Function, Operator, Quantity
from vmsdl.schema.scalars import SCALARS
from vmsdl.source import SourceFile
from vmsdl.syntax import tree
from vmsdl.syntax.parser import parse

# Bases that stand for others, and what no file holds as it is.
ABSTRACT = {tree.SyntaxNode, tree.Declaration}


@pytest.mark.parametrize("case", cases("valid"), ids=lambda case: case.name)
def test_a_valid_file_has_no_error_and_warns_only_where_a_file_says_so(case: Case) -> None:
    severities = {diagnostic.severity for diagnostic in diagnose(case)}
    assert severities <= ({Severity.WARNING} if case.expected.exists() else set())


def test_every_kind_of_node_stands_in_a_valid_file() -> None:
    kinds = {
        kind
        for kind in vars(tree).values()
        if isinstance(kind, type) and issubclass(kind, tree.SyntaxNode) and kind not in ABSTRACT
    }
    assert {kind.__name__ for kind in kinds - {type(node) for node in all_nodes()}} == set()


def test_every_word_of_the_language_stands_in_a_valid_file() -> None:
    words: set[str] = set()
    for node in all_nodes():
        match node:
            case tree.BuiltinType(word=word):
                words.add(word)
            case tree.UnaryExpr(operator=sign):
                words.add("-x" if sign == "-" else sign)
            case tree.BinaryExpr(operator=sign):
                words.add(sign)
            case tree.CallExpr(function=name) | tree.QuantifierExpr(function=name):
                words.add(name.text)
            case tree.HookDecl(hook=name):
                words.add(name.text)
            case tree.AnnotationDecl(name=name):
                words.add(f"@{name.text}")
            case tree.DescriptionDecl(keyword=word) | tree.EnumDecl(keyword=word):
                words.add(word)
            case _:
                pass
    wanted = {*SCALARS, "bytes", "blob", "bitmap"}
    wanted |= {word.value for kind in (Operator, Function, Quantity) for word in kind}
    wanted |= {"pre_load", "post_load", "pre_save", "post_save"}
    wanted |= {"@recorded", "@qom", "@memory", "@version", "@info"}
    wanted |= {"device", "struct", "subsection", "enum", "flags"}
    assert wanted - words == set()


def test_every_optional_part_is_there_and_left_out_somewhere() -> None:
    seen: dict[tuple[str, str], set[bool]] = {}
    for node in all_nodes():
        for part in dataclasses.fields(node):
            value = getattr(node, part.name)
            if part.default is None or value == () or isinstance(value, tuple):
                seen.setdefault((type(node).__name__, part.name), set()).add(bool(value))
    never = {place for place, both in seen.items() if both != {True, False}}
    # These have no empty form, or a full one only where the parser builds it.
    assert never <= {
        ("CallExpr", "arguments"),
        ("CallExpr", "annotations"),
        ("EnumDecl", "members"),
        ("With", "bindings"),
        ("Sets", "places"),
        ("MemberPath", "path"),
        ("SettingDecl", "path"),
        ("SettingDecl", "annotations"),
        ("EnumValueDecl", "annotations"),
    }


def all_nodes() -> Iterator[tree.SyntaxNode]:
    for case in cases("valid"):
        text = case.input.read_text(encoding="utf-8")
        parsed = parse(SourceFile(case.input.name, text))
        assert parsed.value is not None
        stack: list[object] = list(parsed.value.items)
        while stack:
            node = stack.pop()
            if isinstance(node, tuple):
                stack += node
            elif isinstance(node, tree.SyntaxNode):
                yield node
                stack += (getattr(node, part.name) for part in dataclasses.fields(node))
