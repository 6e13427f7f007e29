"""Small trees of C in QEMU's manner, and the real ones where the environment names them."""

import os
from pathlib import Path

import pytest

from vmsdl.csource.program import Program
from vmsdl.csource.source_tree import SourceTree, open_folder
from vmsdl.csource.targets import find_target


def make_tree(files: dict[str, str]) -> SourceTree:
    texts = {path: text.encode() for path, text in files.items()}
    return SourceTree(
        "a test", {path: len(text) for path, text in texts.items()}, texts.__getitem__
    )


def make_program(
    files: dict[str, str], target: str = "x86_64", defines: dict[str, str] | None = None
) -> Program:
    tree = make_tree(files)
    return Program(tree, find_target(tree, target), defines)


def open_real(release: str, target: str) -> Program:
    """A real tree: QEMU's source is no part of this repository."""
    variable = f"QEMU_SOURCE_{release}"
    folder = os.environ.get(variable)
    if not folder:
        pytest.skip(f"{variable} names no source tree of QEMU")
    tree = open_folder(Path(folder))
    return Program(tree, find_target(tree, target))
