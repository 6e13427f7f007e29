"""`check --strict` is usable on layouts as QEMU has them: their warnings can be accepted."""

import json
import shutil
from pathlib import Path

import pytest

from vmsdl.cli import main

ROOT = Path(__file__).parents[3]

CONFIGURATION = """[tool.vmsdl]
sources = "schemas"
strict = true
[tool.vmsdl.allow]
"""


@pytest.fixture(params=["examples", "10.0-x86_64-pc.json"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    if request.param == "examples":
        for path in (ROOT / "examples").rglob("*.vmsd"):
            copy = Path("schemas") / path.relative_to(ROOT / "examples")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    else:
        dump = ROOT / "tests" / "conformance" / "dumps" / request.param
        assert main(["import", "dump", str(dump), "-o", "schemas", "-q"]) == 0
    return tmp_path


def test_the_warnings_of_real_layouts_can_be_accepted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--strict", "schemas", "--format", "json", "-q"]) == 1
    codes = {each["code"] for each in json.loads(capsys.readouterr().out)}
    rows = "".join(f'{code} = "as QEMU has it"\n' for code in sorted(codes))
    (folder / "pyproject.toml").write_text(CONFIGURATION + rows, "utf-8")
    assert main(["check", "--format", "sarif", "-q"]) == 0
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    kinds = {
        (entry["kind"], entry["justification"])
        for each in run["results"]
        for entry in each["suppressions"]
    }
    assert kinds == {("external", "as QEMU has it")}


def test_an_acceptance_in_the_file_is_in_the_source_for_sarif(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = '@allow("unused-const", "kept for readers")\nconst A = 1;\ndevice d { x: u8; }\n'
    Path("a.vmsd").write_text(text, "utf-8")
    assert main(["check", "--strict", "a.vmsd", "--format", "sarif", "-q"]) == 0
    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert result["suppressions"] == [
        {"kind": "inSource", "status": "accepted", "justification": "kept for readers"}
    ]


def test_a_warning_that_only_an_importing_file_causes_is_no_reason_to_remove_its_acceptance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    inner = """@allow("embedded-struct-versioned", "it grew before the first release")
    struct s version 2 minimum 1 { a: u8; b: u8 since 2; }"""
    Path("inner.vmsd").write_text(inner, "utf-8")
    Path("outer.vmsd").write_text('import "inner.vmsd";\ndevice d { s: s; }\n', "utf-8")
    assert main(["check", "--strict", "."]) == 0
    assert "1 accepted" in capsys.readouterr().err


def test_only_the_acceptance_that_is_used_elsewhere_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    inner = """@allow("embedded-struct-versioned", "it grew before the first release")
    struct s version 2 minimum 1 { a: u8; b: u8 since 2; }
    @allow("embedded-struct-versioned", "nothing embeds it")
    struct t version 2 minimum 1 { a: u8; b: u8 since 2; }"""
    Path("inner.vmsd").write_text(inner, "utf-8")
    Path("outer.vmsd").write_text('import "inner.vmsd";\ndevice d { s: s; }\n', "utf-8")
    assert main(["check", "--strict", "."]) == 1
    shown = capsys.readouterr().err
    assert "inner.vmsd:3:5: warning[allow-unused]" in shown
    assert "1 accepted, 1 warning" in shown or "1 warning, 1 accepted" in shown


def test_a_compile_of_a_path_minds_what_the_project_accepts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.vmsd").write_text("const A = 1;\ndevice d { x: u8; }\n", "utf-8")
    assert main(["compile", "a.vmsd"]) == 0
    assert "warning[unused-const]" in capsys.readouterr().err
    Path("pyproject.toml").write_text('[tool.vmsdl.allow]\nunused-const = "kept"\n', "utf-8")
    Path("a.py").unlink()
    assert main(["compile", "a.vmsd"]) == 0
    assert "warning" not in capsys.readouterr().err


def test_an_error_is_not_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = '@allow("unknown-type", "it will come")\ndevice d { x: nothing; }\n'
    Path("a.vmsd").write_text(text, "utf-8")
    Path("pyproject.toml").write_text(
        '[tool.vmsdl]\nsources = "."\n[tool.vmsdl.allow]\nunknown-type = "it will come"\n', "utf-8"
    )
    assert main(["check", "a.vmsd"]) == 1
    assert "error[unknown-type]" in capsys.readouterr().err
