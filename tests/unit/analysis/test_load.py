"""Imports: each file once, imported ones first, and a clear word for every one that fails."""

from collections.abc import Callable

import pytest

from vmsdl.analysis.load import MAX_DEPTH, MAX_FILES, LoadedProgram, load_program
from vmsdl.diagnostics.diagnostic import StageResult
from vmsdl.source import SourceFile
from vmsdl.syntax.parser import parse

Files = dict[str, str | Exception]


def reader(files: Files) -> Callable[[str], SourceFile]:
    def read(path: str) -> SourceFile:
        text = files.get(path, FileNotFoundError(path))
        if isinstance(text, Exception):
            raise text
        return SourceFile(path, text)

    return read


def load_all(root: str, files: Files) -> StageResult[LoadedProgram]:
    read = reader(files)
    return parse(read(root)).then(lambda tree: load_program(tree, read))


def paths(outcome: StageResult[LoadedProgram]) -> list[str]:
    assert outcome.value is not None, outcome.diagnostics
    return [file.path for file in outcome.value.files]


def faults(outcome: StageResult[LoadedProgram]) -> list[tuple[str, str, int]]:
    assert outcome.value is None
    return [(d.code.slug, d.span.source.path, d.span.first.line) for d in outcome.diagnostics]


def test_imported_files_come_first_and_once() -> None:
    outcome = load_all(
        "a/root.vmsd",
        {
            "a/root.vmsd": 'import "left.vmsd"; import "b/right.vmsd"; const R = 1;',
            "a/left.vmsd": 'import "../shared.vmsd"; const LEFT = 1;',
            "a/b/right.vmsd": 'import "./../../shared.vmsd"; const RIGHT = 1;',
            "shared.vmsd": "const SHARED = 1;",
        },
    )
    assert paths(outcome) == ["shared.vmsd", "a/left.vmsd", "a/b/right.vmsd", "a/root.vmsd"]
    assert outcome.value is not None
    assert outcome.value.files[-1].imports == ("a/left.vmsd", "a/b/right.vmsd")


def test_one_text_met_on_two_ways_is_one_file() -> None:
    shared = "const SHARED = 1;"
    outcome = load_all(
        "root.vmsd",
        {
            "root.vmsd": 'import "shared.vmsd"; import "../here/shared.vmsd"; const R = 1;',
            "shared.vmsd": shared,
            "../here/shared.vmsd": shared,
        },
    )
    assert paths(outcome) == ["shared.vmsd", "root.vmsd"]


def test_files_that_only_import_are_told_apart_by_path() -> None:
    outcome = load_all(
        "root.vmsd",
        {
            "root.vmsd": 'import "a/all.vmsd"; import "b/all.vmsd";',
            "a/all.vmsd": 'import "x.vmsd";',
            "b/all.vmsd": 'import "x.vmsd";',
            "a/x.vmsd": "const A = 1;",
            "b/x.vmsd": "const B = 1;",
        },
    )
    assert set(paths(outcome)) == {"a/x.vmsd", "a/all.vmsd", "b/x.vmsd", "b/all.vmsd", "root.vmsd"}


def test_a_ring_shows_its_whole_chain() -> None:
    outcome = load_all(
        "a.vmsd",
        {
            "a.vmsd": 'import "b.vmsd";\nconst A = 1;',
            "b.vmsd": 'import "c.vmsd";\nconst B = 1;',
            "c.vmsd": 'import "./a.vmsd";\nconst C = 1;',
        },
    )
    assert faults(outcome) == [("import-cycle", "c.vmsd", 1)]
    (fault,) = outcome.diagnostics
    assert "`a.vmsd` -> `b.vmsd` -> `c.vmsd` -> `a.vmsd`" in fault.message
    assert [label.span.source.path for label in fault.labels] == ["c.vmsd", "a.vmsd", "b.vmsd"]


@pytest.mark.parametrize("path", ["a.vmsd", "./a.vmsd", "../x/a.vmsd"])
def test_a_file_that_imports_itself_is_a_ring(path: str) -> None:
    text = f'import "{path}";\nconst A = 1;'
    outcome = load_all("a.vmsd", {"a.vmsd": text, "../x/a.vmsd": text})
    assert faults(outcome) == [("import-cycle", "a.vmsd", 1)]


def test_a_ring_of_files_that_only_import_ends() -> None:
    text = 'import "../x/a.vmsd";'
    outcome = load_all("a.vmsd", {"a.vmsd": text, "../x/a.vmsd": text})
    assert faults(outcome) == [("import-cycle", "../x/a.vmsd", 1)]


@pytest.mark.parametrize(
    ("error", "slug", "words"),
    [
        (FileNotFoundError(2, "No such file"), "import-not-found", "cannot find file `x/b.vmsd`"),
        (IsADirectoryError(21, "Is a directory"), "import-unreadable", "is a folder"),
        (PermissionError(13, "Permission denied"), "import-unreadable", "permission denied"),
        (OSError(36, "File name too long"), "import-unreadable", "file name too long"),
        (OSError(), "import-unreadable", "cannot be opened"),
        (UnicodeDecodeError("utf-8", b"\xff", 3, 4, "no"), "import-unreadable", "byte at offset 3"),
        (ValueError("embedded null byte"), "import-not-found", "invalid import path"),
    ],
)
def test_what_cannot_be_read_is_an_error_at_the_import(
    error: Exception, slug: str, words: str
) -> None:
    files: Files = {"x/a.vmsd": 'const A = 1;\nimport "b.vmsd";', "x/b.vmsd": error}
    outcome = load_all("x/a.vmsd", files)
    assert faults(outcome) == [(slug, "x/a.vmsd", 2)]
    assert words in outcome.diagnostics[0].message
    assert outcome.diagnostics[0].span.text == '"b.vmsd"'


@pytest.mark.parametrize(
    ("path", "slug"),
    [("", "import-not-found"), ("a\\u0000b", "import-not-found"), ("/x", "import-not-relative")],
)
def test_what_can_be_no_path_is_not_read(path: str, slug: str) -> None:
    outcome = load_all("a.vmsd", {"a.vmsd": f'import "{path}";'})
    assert faults(outcome) == [(slug, "a.vmsd", 1)]


def test_all_faults_of_all_files_in_one_run() -> None:
    outcome = load_all(
        "a.vmsd",
        {
            "a.vmsd": 'import "no.vmsd"; import "b.vmsd"; import "c.vmsd"; import "no.vmsd";',
            "b.vmsd": "const = 1;",
            "c.vmsd": 'import "b.vmsd"; import "neither.vmsd"; const C = 1;',
        },
    )
    found = faults(outcome)
    assert [(slug, path) for slug, path, _ in found if slug == "import-not-found"] == [
        ("import-not-found", "a.vmsd"),
        ("import-not-found", "c.vmsd"),
    ]
    assert {path for slug, path, _ in found if slug != "import-not-found"} == {"b.vmsd"}


def test_endless_imports_end() -> None:
    row: Files = {f"{i}.vmsd": f'import "{i + 1}.vmsd"; const A{i} = 1;' for i in range(200)}
    outcome = load_all("0.vmsd", row)
    assert faults(outcome) == [("too-many-imports", f"{MAX_DEPTH - 1}.vmsd", 1)]


def test_too_many_files_end() -> None:
    names = range(MAX_FILES + 50)
    many: Files = {f"{i}.vmsd": f"const A{i} = 1;" for i in names}
    many["root.vmsd"] = "".join(f'import "{i}.vmsd";\n' for i in names)
    outcome = load_all("root.vmsd", many)
    assert {slug for slug, _, _ in faults(outcome)} == {"too-many-imports"}
