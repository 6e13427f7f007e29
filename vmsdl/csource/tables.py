"""Constant tables of a file: `static const T table[] = { [X] = { .member = value } }`."""

from collections.abc import Sequence

from vmsdl.csource.brackets import find_close, read_designators, split_list
from vmsdl.csource.constants import evaluate
from vmsdl.csource.program import Program
from vmsdl.csource.state import Address, Typed
from vmsdl.csource.unit import Unit
from vmsdl.csource.values import FALSE, CType, Global, NumberValue, Path, StepInto, StepTo

_POINTER = CType(("void",), 1)


def read_table_member(program: Program, unit: Unit, path: Path) -> Typed | None:
    """The function that `table[index].member` points to; NULL where the table names none.

    None where that is not certain: the table is not of this file, or something may write to it.
    """
    match path:
        case Path(
            root=Global(name=name), steps=(StepInto(index=NumberValue(value=at)), StepTo() as to)
        ):
            table = _find_table(program.unit(unit.path), name)
        case _:
            return None
    if table is None:
        return None
    next_index = 0
    for item in split_list(table[1]):
        value = item
        if item[:1] == ["["]:
            close = find_close(item, 0)
            number = evaluate(program, item[1:close], unit)
            if number is None or item[close + 1 : close + 2] != ["="]:
                return None
            next_index, value = number, item[close + 2 :]
        if next_index == at:
            return _read_function(program, unit, value, to.name)
        next_index += 1
    return None


def count_elements(program: Program, unit: Unit, name: str) -> int | None:
    """The length that its initializer gives to an array of the file: `T table[] = { … }`"""
    table = _find_table(program.unit(unit.path), name)
    if table is None:
        return None
    length, items = table
    if length:
        return evaluate(program, length, unit)
    most = next_index = 0
    for item in split_list(items):
        if item[:1] == ["["]:
            number = evaluate(program, item[1 : find_close(item, 0)], unit)
            if number is None or "..." in item:
                return None
            next_index = number
        next_index += 1
        most = max(most, next_index)
    return most


def _read_function(program: Program, unit: Unit, item: Sequence[str], member: str) -> Typed | None:
    if item[:1] != ["{"]:
        return None
    facts = read_designators(item[1 : find_close(item, 0)])
    if not facts:
        return None
    words = list(facts.get(member, ("NULL",)))
    if words == ["NULL"]:
        return Typed(FALSE, _POINTER)
    if len(words) == 1 and program.find_function(words[0], unit) is not None:
        return Typed(Address(Path(Global(words[0]), ())), _POINTER)
    return None


def _find_table(unit: Unit, name: str) -> tuple[Sequence[str], Sequence[str]] | None:
    """Of an array with an initializer: the tokens of its length, and those between the braces."""
    tokens = unit.tokens
    found: tuple[Sequence[str], Sequence[str]] | None = None
    for at, token in enumerate(tokens):
        if token != name or tokens[at + 1 : at + 2] != ["["]:
            continue
        end = at + 1
        while tokens[end : end + 1] in (["["], ["."], ["->"]):
            end = find_close(tokens, end) + 1 if tokens[end] == "[" else end + 2
        if tokens[end : end + 2] == ["=", "{"] and found is None:
            length = tokens[at + 2 : find_close(tokens, at + 1)]
            found = length, tokens[end + 2 : find_close(tokens, end + 1)]
        elif tokens[end : end + 1] == ["="]:
            return None  # something is written to it
    return found
