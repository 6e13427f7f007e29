"""How many functions of real QEMU are understood. The floors are what is so; none may fall."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from vmsdl.csource.descriptions import DescriptionFacts, find_elements, read_description
from vmsdl.csource.functions import run_predicate
from vmsdl.csource.program import Program
from vmsdl.csource.source_tree import open_folder
from vmsdl.csource.targets import find_target
from vmsdl.csource.values import NotUnderstood

Called = tuple[str, str]  # the file and the function


@pytest.mark.parametrize("release", ["7_2", "10_0"])
def test_real_predicates(release: str) -> None:
    folder = os.environ.get(f"QEMU_SOURCE_{release}")
    if not folder:
        pytest.skip(f"QEMU_SOURCE_{release} names no source tree of QEMU")
    tree = open_folder(Path(folder))
    program = Program(tree, find_target(tree, "x86_64"))
    needed: dict[Called, bool] = {}
    tests: dict[Called, bool] = {}
    for description in list_descriptions(program):
        if description.needed:
            check(program, description, description.needed, needed)
        for each in description.fields:
            if each.test:
                check(program, description, each.test, tests)
    assert sum(needed.values()) >= 0.97 * len(needed)
    assert sum(tests.values()) == len(tests)


def list_descriptions(program: Program) -> Iterator[DescriptionFacts]:
    for variable, region in program.initializers("VMStateDescription"):
        for part in find_elements(program, region):
            yield read_description(program, variable, part)


def check(
    program: Program, description: DescriptionFacts, name: str, found: dict[Called, bool]
) -> None:
    key = description.unit.path, name
    if key in found:
        return
    try:
        run_predicate(program, name, description.unit, description.state)
        found[key] = True
    except NotUnderstood:
        found[key] = False
