"""What a fix of a report says is its whole edit; done, it gives the verdicts that it names."""

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.diff_pairs import PAIRS, compared, machine_of, schema_of
from vmsdl.cli import main
from vmsdl.cli.commands.diff_fix import list_fixes
from vmsdl.diff.compare import compare
from vmsdl.diff.report import Finding, ProposedFix
from vmsdl.diff.verify_fixes import apply_fix
from vmsdl.driver import reload

FIXES = [
    (pair, finding, fix)
    for pair in PAIRS
    for finding in compared(pair).findings
    for fix in finding.fixes
]
each_fix = pytest.mark.parametrize(
    ("pair", "finding", "fix"),
    [pytest.param(*each, id=f"{each[0].name}: {each[2].title[:40]}") for each in FIXES],
)


@each_fix
def test_a_fix_gives_the_verdicts_that_it_names(
    pair: Path, finding: Finding, fix: ProposedFix
) -> None:
    new = schema_of(pair, "new")
    schema = reload(new, apply_fix(fix))
    assert schema is not None
    again = compare(
        [schema_of(pair, "old")], [schema], old_name="old", new_name="new", machine=machine_of(pair)
    )
    # A fix may give the section its old name again.
    before = next(each for each in compared(pair).devices if each.name == finding.device)
    assert before.new is not None
    name = schema.descriptions[before.new.description.name].wire_name
    device = next(each for each in again.devices if each.name == name)
    assert (device.old_to_new, device.new_to_old) == (fix.old_to_new, fix.new_to_old)


@each_fix
def test_a_title_says_all_of_the_edit(pair: Path, finding: Finding, fix: ProposedFix) -> None:
    """Each word that an edit puts in or takes away, which the other edits do not put back."""
    title = _words(fix.title)
    written = [word for each in fix.replacements for word in _words(each.text)]
    removed = [word for each in fix.replacements for word in _words(each.span.text)]
    known = {*removed, *_words(_old_text(pair)), "{", "}", ";"}
    assert {word for word in written if word not in known} <= set(title)
    # Numbers decide what is sent: none is left out, wherever else it is written.
    numbers = [word for word in written if word.isdigit() and word not in removed]
    assert set(numbers) <= set(title) or "the old subsection" in fix.title


def _words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z_]\w*|\d+|[{};]", re.sub(r"///?[^\n]*", "", text))


def _old_text(pair: Path) -> str:
    return (pair / "old.vmsd").read_text(encoding="utf-8")


def test_a_version_that_is_taken_back_is_told_with_its_minimum() -> None:
    told = [
        (fix.title, each.text.strip())
        for _, _, fix in FIXES
        for each in fix.replacements
        if each.text.strip().startswith("version")
    ]
    assert told
    assert all(f"`{text}`" in title for title, text in told)


@pytest.mark.parametrize("pair", PAIRS[::7], ids=lambda path: path.name)
def test_the_command_writes_what_the_report_says(
    pair: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fixes = list_fixes(compared(pair))
    if not fixes:
        return
    for file in pair.glob("*.vmsd"):
        (tmp_path / file.name).write_text(file.read_text("utf-8"), "utf-8")
    monkeypatch.chdir(tmp_path)
    machine = machine_of(pair)
    words = ["diff", "old.vmsd", "new.vmsd", f"--fix={len(fixes)}", "--yes", "--require"]
    words += ["old-to-new=any,new-to-old=any", *(["--machine", machine] if machine else [])]
    assert main(words) == 0
    changed = {
        path.name
        for path in tmp_path.iterdir()
        if path.read_text("utf-8") != (pair / path.name).read_text("utf-8")
    }
    assert changed == set(apply_fix(fixes[-1]))
    assert "old.vmsd" not in changed
    assert f"fix {len(fixes)}: {fixes[-1].title}" in capsys.readouterr().err


def test_fixes_of_one_edit_are_one_fix() -> None:
    report = next(compared(pair) for pair in PAIRS if list_fixes(compared(pair)))
    twice = replace(report, findings=(*report.findings, *report.findings))
    assert list_fixes(twice) == list_fixes(report)


@pytest.mark.parametrize(
    ("number", "answer", "is_written"),
    [
        ("", "1\n", True),
        ("", "\n", False),
        ("", "9\n", False),
        ("1", "y\n", True),
        ("1", "", False),
    ],
)
def test_on_a_terminal_it_asks(
    number: str,
    answer: str,
    is_written: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("vmsdl.cli.commands.diff_fix._is_terminal", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    Path("old.vmsd").write_text("device d { a: u8; b: u8; }\n", "utf-8")
    new = Path("new.vmsd")
    new.write_text("device d { b: u8; }\n", "utf-8")
    main(["diff", "old.vmsd", "new.vmsd", f"--fix={number}" if number else "--fix"])
    assert ("unused[1];" in new.read_text("utf-8")) == is_written
    assert "fix 1: keep `unused[1];`" in capsys.readouterr().err


def test_a_file_that_changed_meanwhile_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("vmsdl.cli.commands.diff_fix._is_terminal", lambda: True)
    Path("old.vmsd").write_text("device d { a: u8; b: u8; }\n", "utf-8")
    new = Path("new.vmsd")
    new.write_text("device d { b: u8; }\n", "utf-8")

    def change(question: str) -> str:
        new.write_text("device d { b: u16; }\n", "utf-8")
        return "1"

    monkeypatch.setattr("vmsdl.cli.commands.diff_fix._ask", change)
    assert main(["diff", "old.vmsd", "new.vmsd", "--fix"]) == 2
    assert new.read_text("utf-8") == "device d { b: u16; }\n"
    assert "`new.vmsd` has changed since it was read" in capsys.readouterr().err


def test_what_was_recorded_of_a_program_is_not_edited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    texts = {
        "old": "@recorded device d { a: u8; b: u8; }\n",
        "new": "@recorded device d { b: u8; }\n",
    }
    for name, text in texts.items():
        Path(f"{name}.vmsd").write_text(text, "utf-8")
    main(["diff", "old.vmsd", "new.vmsd", "--fix", "--yes"])
    assert Path("new.vmsd").read_text("utf-8") == texts["new"]
    assert "no fix to write: what was recorded of a program is not" in capsys.readouterr().err


def test_a_fix_of_an_imported_file_is_written_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for side, inner in (("old", "struct s { a: u8; b: u8; }\n"), ("new", "struct s { b: u8; }\n")):
        Path(side).mkdir()
        Path(side, "part.vmsd").write_text(inner, "utf-8")
        Path(side, "d.vmsd").write_text('import "part.vmsd";\ndevice d { s: s; }\n', "utf-8")
    main(["diff", "old", "new", "--fix", "--yes"])
    assert Path("new/part.vmsd").read_text("utf-8") == "struct s {\n    unused[1]; b: u8; }\n"
    assert Path("old/part.vmsd").read_text("utf-8") == "struct s { a: u8; b: u8; }\n"
    assert "unused" not in Path("new/d.vmsd").read_text("utf-8")
