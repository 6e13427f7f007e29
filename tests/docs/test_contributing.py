"""Each common task of CONTRIBUTING.md, done in a copy of the code with the listed files alone."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

OLD = "device card version 1 { level: u8; }\n"
NEW = "device card version 1 { level: u8; speed: u8; }\n"


class Copy:
    """A copy of the code in which a task is done; it notes the files that the task touches."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.touched: list[str] = []
        for folder in ("vmsdl", "grammar", "templates"):
            shutil.copytree(
                ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__")
            )
        (root / "old.vmsd").write_text(OLD, encoding="utf-8")
        (root / "new.vmsd").write_text(NEW, encoding="utf-8")

    def add(self, place: str, text: str) -> None:
        self.touched.append(place)
        assert not (self.root / place).exists()
        (self.root / place).write_text(text, encoding="utf-8")

    def edit(self, place: str, before: str, after: str) -> None:
        """Replace the first occurrence of `before`."""
        self.touched.append(place)
        text = (self.root / place).read_text(encoding="utf-8")
        assert before in text, f"{place} has no {before!r}"
        (self.root / place).write_text(text.replace(before, after, 1), encoding="utf-8")

    def append(self, place: str, text: str) -> None:
        self.touched.append(place)
        with (self.root / place).open("a", encoding="utf-8") as file:
            file.write(text)

    def run(self, *arguments: str) -> str:
        """What `vmsdl ARGUMENTS` of the copy prints, on either output."""
        return self.run_python("-m", "vmsdl", *arguments)

    def run_python(self, *arguments: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def files_of(task: str) -> set[str]:
    """The files and folders that the table lists for a task."""
    (row,) = re.findall(rf"^\| {re.escape(task)} \| (.*?) \|", CONTRIBUTING, re.MULTILINE)
    return set(re.findall(r"`([\w./]+\.(?:py|md|lark|json)|[\w/]+/)`", row))


def assert_listed(copy: Copy, task: str, family: Callable[[str], str] = str) -> None:
    """Each file that was touched is one that the table lists, or in a folder that it lists."""
    listed = files_of(task)
    for place in copy.touched:
        folder, _, name = family(place).rpartition("/")
        assert {f"{folder}/{name}", f"{folder}/", name} & listed, place


def test_a_wire_scalar(copy: Copy) -> None:
    copy.edit(
        "vmsdl/schema/scalars.py",
        '            name="f64",',
        '            name="half", kind=ScalarKind.FLOAT, code="e", size=2),\n'
        '        ScalarRow(\n            name="f64",',
    )
    (copy.root / "new.vmsd").write_text("device card version 1 { level: half; }\n")
    assert "level: float" in copy.run("compile", "new.vmsd", "--stdout")
    assert "[width-changed]" in copy.run("diff", "old.vmsd", "new.vmsd")
    copy.run("compile", "new.vmsd", "-o", "out")
    program = (
        "import sys; sys.path.insert(0, 'out'); from new import Card;"
        "print(Card(level=1.5).encode().hex(), Card.decode(Card(level=1.5).encode(), version_id=1))"
    )
    assert copy.run_python("-c", program) == "3e00 Card(level=1.5)\n"
    assert_listed(copy, "a wire scalar")


def test_a_check(copy: Copy) -> None:
    copy.append(
        "vmsdl/diagnostics/explain/versions.md",
        "\n## version-is-one\n\nA description has version 1.\n\nExample:\n\n    struct s version 1"
        " {\n    }\n",
    )
    copy.edit(
        "vmsdl/diagnostics/codes.py",
        "CODES: dict[str, Code]",
        'VERSION_IS_ONE = Code(\n    "version-is-one",\n    Severity.NOTE,\n    "version 1",\n'
        '    "diagnostics/explain/versions.md",\n)\n\nCODES: dict[str, Code]',
    )
    copy.add(
        "vmsdl/analysis/checks/version_is_one.py",
        '''"""A description of version 1."""

from collections.abc import Iterator

from vmsdl.analysis.expression_uses import find_bodies, find_name_span
from vmsdl.diagnostics.codes import VERSION_IS_ONE
from vmsdl.diagnostics.diagnostic import Diagnostic
from vmsdl.schema.description import Schema


def version_is_one(schema: Schema) -> Iterator[Diagnostic]:
    for body in find_bodies(schema):
        if body.description.version_id == 1:
            span = find_name_span(body.description)
            yield body.make_diagnostic(VERSION_IS_ONE, span, "this is version 1", "version 1")
''',
    )
    registry = "vmsdl/analysis/checks/__init__.py"
    copy.edit(
        registry,
        "from vmsdl.diagnostics.diagnostic",
        "from vmsdl.analysis.checks.version_is_one import version_is_one\n"
        "from vmsdl.diagnostics.diagnostic",
    )
    copy.edit(
        registry,
        "    minimum_above_version,\n",
        "    version_is_one,\n    minimum_above_version,\n",
    )
    assert "note[version-is-one]: this is version 1" in copy.run("check", "old.vmsd")
    assert "A description has version 1." in copy.run("explain", "version-is-one")
    assert "version-is-one" in copy.run("explain")
    assert_listed(copy, "a check")


def test_a_rule_of_the_diff(copy: Copy) -> None:
    copy.append(
        "vmsdl/diff/rules/fields.md",
        "\n## speed-added\n\nA field `speed` was added.\n\nOlder streams do not have it.\n",
    )
    copy.append(
        "vmsdl/diff/rules/fields.py",
        """

@FAMILY.rule("speed-added", waiver="an example")
def speed_added(pair: Pair) -> Iterator[Edit]:
    for new in pair.added_fields:
        if new.name == "speed":
            yield make_edit(pair, None, new, "a speed was added", shifts=True)
""",
    )
    assert "cause: a speed was added [speed-added]" in copy.run("diff", "old.vmsd", "new.vmsd")
    assert "Older streams do not have it." in copy.run("explain", "speed-added")
    assert_listed(copy, "a rule of the diff", lambda place: place.replace("fields.", "X."))


def test_an_output_format(copy: Copy) -> None:
    copy.add(
        "vmsdl/diff/formats/names.py",
        '''"""A report as the names of its devices."""

from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import Report


def render(report: Report, requirement: Requirement, *, color: bool = False) -> str:
    return "".join(f"{device.name}\\n" for device in report.devices)
''',
    )
    copy.edit(
        "vmsdl/diff/formats/__init__.py", "FORMATS = {\n", 'FORMATS = {\n    "names": "names",\n'
    )
    assert copy.run("diff", "old.vmsd", "new.vmsd", "--format", "names") == "card\n"
    assert_listed(copy, "an output format of `vmsdl diff`")


def test_a_command(copy: Copy) -> None:
    copy.add(
        "vmsdl/cli/commands/greet.py",
        '''"""`vmsdl greet`: say hello."""

import argparse

from vmsdl.cli.console import Console

DESCRIPTION = "Say hello to NAME."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")


def run(options: argparse.Namespace, console: Console) -> int:
    console.result(f"hello {options.name}\\n")
    return 0
''',
    )
    copy.edit(
        "vmsdl/cli/registry.py",
        "COMMANDS = (\n",
        'COMMANDS = (\n    CommandRow("greet", "greet", "say hello"),\n',
    )
    assert copy.run("greet", "you") == "hello you\n"
    assert "say hello" in copy.run("--help")
    assert_listed(copy, "a command")


def test_every_file_that_is_named_exists() -> None:
    named = re.findall(r"`((?:vmsdl|grammar|tests|templates)/[\w./]+)`", CONTRIBUTING)
    assert named
    assert [name for name in named if "X" not in name and not (ROOT / name).exists()] == []
