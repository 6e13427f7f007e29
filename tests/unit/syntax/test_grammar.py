"""The grammar is LALR(1) without conflicts, its tables are its own, and every rule makes a node."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from lark import Lark, logger

from vmsdl.resources import read_text
from vmsdl.source import SourceFile
from vmsdl.syntax import tables as shipped
from vmsdl.syntax.build_context import BuildContext
from vmsdl.syntax.keywords import BUILTIN_TYPES, ITEMS, RESERVED
from vmsdl.syntax.tree_builder import collect_node_builders

FOLDER = Path(__file__).parents[3] / "grammar"


def test_grammar_has_no_conflicts(caplog: pytest.LogCaptureFixture) -> None:
    logger.addHandler(caplog.handler)
    level = logger.level
    try:
        logger.setLevel(logging.DEBUG)
        Lark(read_text(*shipped.GRAMMAR), parser="lalr", debug=True)
    finally:
        logger.setLevel(level)
        logger.removeHandler(caplog.handler)
    assert [record.message for record in caplog.records if "onflict" in record.message] == []


def test_a_conflict_would_be_logged(caplog: pytest.LogCaptureFixture) -> None:
    logger.addHandler(caplog.handler)
    level = logger.level
    try:
        logger.setLevel(logging.DEBUG)
        Lark('start: a | start "+" start\na: "x"', parser="lalr", debug=True)
    finally:
        logger.setLevel(level)
        logger.removeHandler(caplog.handler)
    assert any("onflict" in record.message for record in caplog.records)


def test_shipped_tables_are_those_of_the_grammar(bless: bool) -> None:
    made = (
        json.dumps(shipped.build_tables(read_text(*shipped.GRAMMAR)), separators=(",", ":")) + "\n"
    )
    if bless and made != read_text(*shipped.SHIPPED):
        (FOLDER / "tables.json").write_text(made, encoding="utf-8")
        pytest.fail("the tables were made anew, run again")
    assert made == read_text(*shipped.SHIPPED), "run this test with --bless"


def test_an_edited_grammar_is_used_before_its_tables_are(monkeypatch: pytest.MonkeyPatch) -> None:
    grammar = read_text(*shipped.GRAMMAR).replace('"unmigratable"', '"immovable"')
    texts = {shipped.GRAMMAR: grammar, shipped.SHIPPED: read_text(*shipped.SHIPPED)}
    monkeypatch.setattr(shipped, "read_text", lambda *parts: texts[parts])
    assert "immovable" in shipped.load_tables.__wrapped__().words


def test_every_rule_has_its_method_and_every_method_its_rule() -> None:
    rules = {
        rule.name
        for rule in shipped.load_tables().rules
        if not rule.is_list and not rule.is_transparent
    }
    context = BuildContext(SourceFile("", ""), {})
    assert rules == set(collect_node_builders(context))


def test_words_of_the_messages_are_those_of_the_grammar() -> None:
    words = set(shipped.load_tables().words)
    assert words >= BUILTIN_TYPES | RESERVED | set(ITEMS)


def test_parsing_does_not_import_lark() -> None:
    program = (
        "import sys; from vmsdl.source import SourceFile; from vmsdl.syntax.parser import parse;"
        "assert parse(SourceFile('a', 'struct a { x: u8; }')).value; print('lark' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr
