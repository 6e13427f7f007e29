"""What is written is read back, and a second time over nothing changes."""

import dataclasses
from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import budget
from tests.support.random_trees import comments, files
from vmsdl.source import SourceFile
from vmsdl.syntax import tree
from vmsdl.syntax.format.printer import WIDTH, format_source, format_tree
from vmsdl.syntax.lexer import tokenize
from vmsdl.syntax.parser import parse


def read(text: str) -> tree.FileTree:
    outcome = parse(SourceFile("a.vmsd", text))
    assert [(d.message, d.span.text) for d in outcome.diagnostics] == [], text
    assert outcome.value is not None
    return outcome.value


def formatted(text: str) -> str:
    outcome = format_source(SourceFile("a.vmsd", text))
    assert outcome.value is not None, text
    return outcome.value


def bare(node: Any) -> Any:
    """A tree without its parentheses, and with `self.x` as the `x` that it is."""
    match node:
        case tree.Parenthesized():
            return bare(node.inner)
        case tree.NameUse() | tree.SelfMember():
            return node.name
        case tuple():
            return tuple(bare(part) for part in node)
        case tree.SyntaxNode() | tree.FileTree():
            names = [f.name for f in dataclasses.fields(node) if f.compare]
            return type(node), *(bare(getattr(node, name)) for name in names)
        case _:
            return node


@given(files())
@budget(120)
def test_a_tree_is_read_back(file: tree.FileTree) -> None:
    text = format_tree(file)
    again = read(text)
    assert bare(file) == bare(again), text
    # A tree that was read has all the parentheses it needs, so now it comes back as it is.
    assert text == format_tree(again)
    assert again == read(format_tree(again))


@given(files())
@budget(80)
def test_written_text_is_canonical(file: tree.FileTree) -> None:
    text = format_tree(file)
    assert text == formatted(text)
    assert all(line == line.rstrip() for line in text.splitlines())
    assert "\n\n\n" not in text


@given(files(), st.data())
@budget(150)
def test_comments_and_blanks_anywhere_change_nothing_and_none_is_lost(
    file: tree.FileTree, data: st.DataObject
) -> None:
    text = format_tree(file)
    ends = [0, *(token.end for token in tokenize(text).tokens)]
    places = data.draw(st.lists(st.sampled_from(ends), max_size=6))
    gaps = st.sampled_from(["\n", "\n\n\n", "  ", "\t", "\r\n"])
    spoilt = text
    for place in sorted(places, reverse=True):
        # A line comment right behind a sign such as `/` would be read with it.
        piece = " " + data.draw(comments) + data.draw(gaps)
        spoilt = spoilt[:place] + piece + spoilt[place:]
    once = formatted(spoilt)
    assert read(spoilt) == read(once), spoilt
    assert once == formatted(once), spoilt
    assert remarks(spoilt) == remarks(once), spoilt
    assert [t.text for t in tokenize(spoilt).tokens] == [t.text for t in tokenize(once).tokens]


def remarks(text: str) -> list[str]:
    return [comment.text.replace("\r\n", "\n") for comment in tokenize(text).comments]


@given(files())
@budget(60)
def test_lines_are_long_only_where_they_cannot_be_broken(file: tree.FileTree) -> None:
    for line in formatted(format_tree(file)).splitlines():
        if len(line) > WIDTH and not line.lstrip().startswith("//"):
            words = Counter(token.text for token in tokenize(line).tokens)
            # A line may begin with the word before which it was broken, and have no other.
            assert words["and"] + words["or"] <= 1 or "(" in line or "[" in line or "." in line
