"""A frozen release is read back as the schemas it was made of, and an edit of it shows."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.examples import EXAMPLES
from vmsdl.driver import load_schema, load_text
from vmsdl.files import FROZEN, read_source, write_folder
from vmsdl.releases import baseline
from vmsdl.releases.baseline import Baseline
from vmsdl.releases.freeze import freeze
from vmsdl.schema.description import Schema

CLOCK = """
// a plain comment
const TICKS = 0x0a;
/// A clock.
device clock version 2 minimum 1 { ticks: u32 = TICKS; late: bool since 2; }
machine "old" { }
"""


def loaded(path: Path) -> Schema:
    schema = load_schema(str(path), read_source).value
    assert schema is not None
    return schema


def meaning(schema: Schema) -> str:
    """All that a schema is, but for where its files lie."""
    return repr([file.definitions for file in schema.files])


def clock() -> Schema:
    schema = load_text(CLOCK, "clock.vmsd").value
    assert schema is not None
    return schema


def frozen(folder: Path, release: str = "1.0") -> Path:
    """The folder of a release of `clock`."""
    target = folder / release
    write_folder(str(target), freeze(release, [clock()]).files)
    return target


@pytest.mark.parametrize("folder", ["arm", "esp", "ide", "nvme", "pc", "virtio"])
def test_what_is_frozen_is_read_back_whole(folder: str, tmp_path: Path) -> None:
    schemas = [loaded(path) for path in sorted((EXAMPLES / folder).glob("*.vmsd"))]
    write_folder(str(tmp_path / "1.0"), freeze("1.0", schemas).files)
    found = baseline.read(str(tmp_path))
    assert () == found.problems
    (release,) = found.releases
    assert sorted(map(meaning, schemas)) == sorted(map(meaning, release.schemas))


def test_only_comments_for_the_author_are_left_out() -> None:
    (text,) = freeze("1.0", [clock()]).texts.values()
    assert "/// A clock." in text
    assert "0x0a" in text
    assert "plain comment" not in text


def test_files_keep_their_places_to_each_other(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "board").mkdir()
    (tmp_path / "parts" / "a.vmsd").write_text("struct a version 1 { x: u8; }")
    (tmp_path / "board" / "b.vmsd").write_text('import "../parts/a.vmsd"; device b { a: a; }')
    made = freeze("1.0", [loaded(tmp_path / "board" / "b.vmsd")])
    assert {"parts/a.vmsd", "board/b.vmsd"} == set(made.texts)


def test_the_hash_of_a_layout_is_what_it_was_when_it_was_first_frozen() -> None:
    """Every frozen release out there would count as edited if this were another."""
    made = freeze("1.0", [clock()]).manifest
    assert {"clock.vmsd": {"clock": "438c29fc00217b93"}} == made.layouts


def test_releases_are_read_in_order(tmp_path: Path) -> None:
    for name in ("10.0", "9.2", "9.2-rc1"):
        frozen(tmp_path, name)
    (tmp_path / ".git").mkdir()
    (tmp_path / "README.md").touch()
    assert ["9.2-rc1", "9.2", "10.0"] == [r.name for r in baseline.read(str(tmp_path)).releases]


def messages_of(found: Baseline) -> list[str]:
    assert {"baseline-edited"} == {fault.rule for fault in found.problems}
    return [fault.message for fault in found.problems]


def edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            edit("clock.vmsd", "u32", "u16"),
            [
                "release `1.0`: `clock.vmsd` was edited after it was frozen",
                (
                    "release `1.0`: the layout of `clock` differs from the one that vmsdl VERSION"
                    " froze"
                ),
            ],
        ),
        (
            edit("clock.vmsd", "= TICKS", "= 11"),
            ["release `1.0`: `clock.vmsd` was edited after it was frozen"],
        ),
        (
            edit("clock.vmsd", "u32", "u33"),
            [
                "release `1.0`: `clock.vmsd` was edited after it was frozen",
                "release `1.0`: `clock.vmsd` is no longer a valid schema: unknown type `u33`",
            ],
        ),
        (
            lambda folder: (folder / "clock.vmsd").unlink(),
            ["release `1.0`: cannot read `clock.vmsd`: no such file or folder"],
        ),
        (
            lambda folder: (folder / FROZEN).unlink(),
            ["release `1.0`: missing `vmsdl-release.json`: the folder was not frozen by vmsdl"],
        ),
        (
            lambda folder: (folder / FROZEN).write_text("[" * 100_000),
            None,
        ),
        (
            edit(FROZEN, '"clock.vmsd"', '"../clock.vmsd"'),
            ["release `1.0`: cannot read `vmsdl-release.json`: it names a file outside its folder"],
        ),
        (
            edit(FROZEN, '"edition": 1', '"edition": 2'),
            [
                "release `1.0`: cannot read `vmsdl-release.json`: "
                "it has edition 2, and this vmsdl supports 1"
            ],
        ),
        (
            edit(FROZEN, '"release": "1.0"', '"release": "1.1"'),
            ["release `1.0`: it was frozen as `1.1`, and its folder was renamed"],
        ),
    ],
)
def test_an_edit_is_messages_of(
    change: Callable[[Path], object], words: list[str] | None, tmp_path: Path
) -> None:
    from vmsdl.version import VERSION

    change(frozen(tmp_path))
    messages = [
        each.replace(VERSION, "VERSION") for each in messages_of(baseline.read(str(tmp_path)))
    ]
    assert words is None or words == messages


def test_line_ends_are_no_edit(tmp_path: Path) -> None:
    file = frozen(tmp_path) / "clock.vmsd"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert () == baseline.read(str(tmp_path)).problems


@pytest.mark.parametrize("folder", ["", "missing"])
def test_no_release_is_a_fault(folder: str, tmp_path: Path) -> None:
    found = baseline.read(str(tmp_path / folder))
    assert ["baseline-missing"] == [fault.rule for fault in found.problems]


def test_a_folder_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = frozen(tmp_path)
    before = json.loads((target / FROZEN).read_text(encoding="utf-8"))
    with pytest.raises(OSError, match="not UTF-8"):
        write_folder(str(target), {"a.vmsd": "new", "b.vmsd": "\ud800"})
    assert before == json.loads((target / FROZEN).read_text(encoding="utf-8"))
    assert [target] == list(tmp_path.iterdir())
