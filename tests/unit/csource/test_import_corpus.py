"""A small tree in QEMU's manner, imported: each file is exactly what stands in the corpus."""

from pathlib import Path

import pytest

from vmsdl.csource.import_c import ImportedTree, import_tree
from vmsdl.csource.program import Program
from vmsdl.csource.source_tree import open_folder
from vmsdl.csource.summary import count_parts, describe_import, list_left_out
from vmsdl.csource.targets import find_target
from vmsdl.driver import load_source
from vmsdl.source import SourceFile
from vmsdl.syntax.format.printer import format_source, format_tree

CORPUS = Path(__file__).parents[2] / "corpus" / "import-c"


def import_corpus() -> ImportedTree:
    tree = open_folder(CORPUS / "tree")
    return import_tree(Program(tree, find_target(tree, "x86_64")))


def make_texts(imported: ImportedTree) -> dict[str, str]:
    return {each.name: format_tree(each.tree) for each in imported.files}


def test_each_file_is_as_expected(bless: bool) -> None:
    folder = CORPUS / "expected"
    actual = make_texts(import_corpus())
    expected = {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.vmsd"))
    }
    if bless and actual != expected:
        for name in expected.keys() - actual.keys():
            (folder / name).unlink()
        for name, text in actual.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        pytest.fail("blessed, read the difference and run again")
    assert actual == expected


def test_what_is_written_is_checked_and_in_the_canonical_layout() -> None:
    texts = make_texts(import_corpus())

    def read(path: str) -> SourceFile:
        return SourceFile(path, texts[path])

    for name, text in texts.items():
        assert not load_source(read(name), read).has_errors, name
        assert format_source(SourceFile(name, text)).value == text


def test_two_runs_are_identical() -> None:
    assert make_texts(import_corpus()) == make_texts(import_corpus())


def test_what_is_left_out_has_its_place_and_reason() -> None:
    imported = import_corpus()
    (line,) = list_left_out(imported.left_out)
    assert line.startswith("hw/toy/pair.c:")
    assert "`toy_pair_mode_needed`: `toy_host_says_so` has no body in the tree" in line
    counts = count_parts(imported.files)
    assert (counts.sections, counts.conditions, counts.translated) == (2, 4, 3)
    summary = list(describe_import(imported.files, imported.left_out, False))
    assert summary[0] == "2 sections; 3 of 4 conditions are expressions, the others `extern`"
