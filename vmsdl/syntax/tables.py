"""From the grammar to LALR(1) tables: made by Lark, shipped as JSON, read in milliseconds.

Lark needs about 0.2 s to make the tables, and 0.07 s only to be imported. Reading them here takes
3 ms. So the tables are kept beside the grammar, and a test compares them. Lark is imported only
where they do not belong to the grammar: in a checkout where it was just edited.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from zlib import crc32

from vmsdl.records import dataclass
from vmsdl.resources import read_text
from vmsdl.schema.scalars import SCALARS

GRAMMAR = ("grammar", "vmsd.lark")
SHIPPED = ("grammar", "tables.json")


@dataclass(frozen=True, slots=True)
class GrammarRule:
    """One production: `size` values become one value of `origin`, made by the method `name`."""

    name: str
    origin: str
    size: int
    is_list: bool  # an auxiliary rule of a repetition: its values are spliced into its parent's
    is_transparent: bool  # a `?rule`: one value passes through as it is
    holds_list: bool  # one of its values may be that of a repetition
    absent: tuple[int, ...]  # how many `None`s come before each value, for each `[…]` left out


@dataclass(frozen=True, slots=True)
class Tables:
    """`actions[state][terminal]` is a state to shift to, or `~n` to reduce by rule n."""

    words: dict[str, str]  # keyword -> terminal
    signs: dict[str, str]  # punctuation -> terminal
    rules: tuple[GrammarRule, ...]
    actions: tuple[dict[str, int], ...]
    gotos: tuple[dict[str, int], ...]
    start: int
    end: int


@cache
def load_tables() -> Tables:
    grammar = read_text(*GRAMMAR)
    try:
        data = json.loads(read_text(*SHIPPED))
    except OSError:
        data = {}
    if data.get("grammar") != compute_fingerprint(grammar):
        data = build_tables(grammar)
    return Tables(
        words=name_scalars(data["words"]) | data["words"],
        signs=data["signs"],
        rules=tuple(
            GrammarRule(name, origin, size, is_list, is_transparent, holds_list, tuple(absent))
            for name, origin, size, is_list, is_transparent, holds_list, absent in data["rules"]
        ),
        actions=tuple(data["rows"][n] for n in data["actions"]),
        gotos=tuple(data["gotos"]),
        start=data["start"],
        end=data["end"],
    )


def name_scalars(fixed: Mapping[str, str]) -> dict[str, str]:
    """The names of scalars as keywords: the grammar has a terminal for all that are alike."""
    return {
        row.name: "INTEGER" if row.is_integer else "SCALAR"
        for row in SCALARS.values()
        if row.name not in fixed
    }


def compute_fingerprint(grammar: str) -> str:
    # This only detects an edited grammar, so a checksum is enough.
    return f"{crc32(grammar.encode()):08x}"


def build_tables(grammar: str) -> dict[str, Any]:
    """The tables of a grammar as plain data for JSON; the same grammar gives the same data."""
    from lark import Lark

    lark = Lark(grammar, parser="lalr", keep_all_tokens=True, maybe_placeholders=True)
    table = lark.parser.parser._parse_table
    number = {rule: n for n, rule in enumerate(lark.rules)}
    order = _find_state_order(table)
    renumbered = {state: n for n, state in enumerate(order)}
    rows: list[dict[str, int]] = []
    actions: list[int] = []
    gotos: list[dict[str, int]] = []
    for state in order:
        row: dict[str, int] = {}
        goto: dict[str, int] = {}
        for symbol, (action, argument) in sorted(table.states[state].items()):
            if action.name == "Reduce":
                row[symbol] = ~number[argument]
            elif symbol.isupper():
                row[symbol] = renumbered[argument]
            else:
                goto[symbol] = renumbered[argument]
        if row not in rows:
            rows.append(row)
        actions.append(rows.index(row))
        gotos.append(goto)
    fixed = {t.pattern.value: t.name for t in lark.terminals if t.pattern.type == "str"}
    return {
        "grammar": compute_fingerprint(grammar),
        "words": {text: name for text, name in sorted(fixed.items()) if text[0].isalpha()},
        "signs": {text: name for text, name in sorted(fixed.items()) if not text[0].isalpha()},
        "rules": [_describe_rule(rule) for rule in lark.rules],
        "rows": rows,
        "actions": actions,
        "gotos": gotos,
        "start": renumbered[table.start_states["start"]],
        "end": renumbered[table.end_states["start"]],
    }


def _find_state_order(table: Any) -> list[int]:
    # Lark numbers its states in the order of a set, which differs from run to run.
    order = [table.start_states["start"]]
    seen = set(order)
    for state in order:
        for _, (action, argument) in sorted(table.states[state].items()):
            if action.name == "Shift" and argument not in seen:
                seen.add(argument)
                order.append(argument)
    return order


def _describe_rule(rule: Any) -> list[Any]:
    absent: list[int] = []
    if rule.options.empty_indices:
        marks = "".join(str(int(mark)) for mark in rule.options.empty_indices)
        absent = [len(run) for run in marks.split("0")]
    origin = rule.origin.name
    return [
        rule.alias or origin,
        origin,
        len(rule.expansion),
        origin.startswith("__"),
        bool(rule.options.expand1 and not rule.alias and len(rule.expansion) == 1),
        any(not symbol.is_term and symbol.name.startswith("__") for symbol in rule.expansion),
        absent if any(absent) else [],
    ]
