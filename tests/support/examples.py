"""The examples, compiled: each folder's .vmsd files as one set of modules."""

from functools import cache
from pathlib import Path

from tests.support.pipeline import Compiled, compiled_files, read_schema
from vmsdl.schema.description import Schema

EXAMPLES = Path(__file__).parents[2] / "examples"


def files(folder: str) -> dict[str, str]:
    paths = sorted((EXAMPLES / folder).glob("*.vmsd"))
    return {path.name: path.read_text(encoding="utf-8") for path in paths}


@cache
def schema(folder: str, name: str) -> Schema:
    return read_schema(files(folder), f"{name}.vmsd")


@cache
def example(folder: str, name: str) -> Compiled:
    return compiled_files(files(folder), f"{name}.vmsd")
