"""Checks stay in proportion to the file, whatever it repeats: what was quadratic took minutes."""

from time import process_time

import pytest

from vmsdl.analysis.build import build_schema
from vmsdl.analysis.checks import run_checks
from vmsdl.analysis.load import LoadedProgram, load_program
from vmsdl.schema.description import Schema
from vmsdl.source import SourceFile
from vmsdl.syntax.parser import parse

SECONDS = 10.0  # a hundred times what they take
NUMBER = 1000


def schema(text: str) -> Schema:
    def read(path: str) -> SourceFile:
        raise FileNotFoundError(path)

    tree = parse(SourceFile("large.vmsd", text)).value
    assert tree is not None
    program = load_program(tree, read).value
    assert isinstance(program, LoadedProgram)
    built = build_schema(program).value
    assert built is not None
    return built


def repeated(line: str) -> str:
    return "\n".join(line.replace("#", str(number)) for number in range(NUMBER))


LARGE = {
    "checks": f"device d {{ f: u8; {repeated('f#: u32 where f# < 9 and f != 3;')} }}",
    "one gate of many": f"device d {{ p: bool; {repeated('f#: u32 if p where f# < 9;')} }}",
    "subsections": f"device d {{ a: u8; {repeated('subsection s# needed a > 3 { x: u8; }')} }}",
    "structs that may be the last": "struct s { a: bool; }"
    f"device d {{ p: bool; {repeated('f#: s if p;')} subsection t needed p {{ x: s; }} }}",
    "many structs": f"{repeated('struct s# { a: bool; }')}"
    f"device d {{ p: bool; {repeated('f#: s# if p;')} }}",
    "long conditions": f"device d {{ {repeated('f#: u8;')} z: u8 if "
    + " and ".join(f"f{number} != {number}" for number in range(170))
    + "; }",
    "structs within structs": "\n".join(
        f"struct s{number} {{ a: bool; b: s{number + 1} if a; c: s{number + 1} if a; }}"
        for number in range(60)
    )
    + "struct s60 { a: bool; } device d { s: s0; subsection t needed true { a: bool; } }",
}


@pytest.mark.parametrize("name", LARGE)
def test_large_files_are_checked_in_time(name: str) -> None:
    large = schema(LARGE[name])
    start = process_time()
    for _ in run_checks(large):
        pass
    assert process_time() - start < SECONDS
