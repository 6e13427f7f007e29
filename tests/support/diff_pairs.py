"""The pairs of `tests/corpus/diff`: two versions of a schema, and the report between them."""

from functools import cache
from pathlib import Path

from vmsdl.diff.compare import compare
from vmsdl.diff.formats import text
from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import Report
from vmsdl.diff.verify_fixes import verify_fixes
from vmsdl.driver import load_source, reload
from vmsdl.schema.description import Schema
from vmsdl.source import SourceFile

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "corpus" / "diff"
PAIRS = sorted(path for path in FOLDER.glob("*") if path.is_dir())


@cache
def schema_of(pair: Path, side: str) -> Schema:
    """`side`: old or new. Its files go by their names alone."""

    def read(path: str) -> SourceFile:
        return SourceFile(path, (pair / path).read_text(encoding="utf-8"))

    outcome = load_source(read(f"{side}.vmsd"), read)
    assert outcome.value is not None, outcome.diagnostics
    assert not outcome.has_errors, outcome.diagnostics
    return outcome.value


def machine_of(pair: Path) -> str | None:
    """A pair can be about one machine type: its first line says `// machine: NAME`."""
    first = (pair / "new.vmsd").read_text(encoding="utf-8").partition("\n")[0]
    return first.removeprefix("// machine: ") if first.startswith("// machine: ") else None


@cache
def compared(pair: Path, swapped: bool = False) -> Report:
    old, new = ("new", "old") if swapped else ("old", "new")
    one, other = schema_of(pair, old), schema_of(pair, new)
    report = compare(
        [one],
        [other],
        old_name=f"{old}.vmsd",
        new_name=f"{new}.vmsd",
        machine=machine_of(pair),
    )
    return verify_fixes(report, reload)


def report_text(pair: Path) -> str:
    return text.render(compared(pair), Requirement())
