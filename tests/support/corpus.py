"""From the folders of tests/corpus to cases, and from a case to the text that vmsdl says about it.

A case is `NAME.vmsd`; what is expected of it is beside it in `NAME.txt`, exactly as
`vmsdl check` prints it. No such file: nothing is expected. An expected file without its input is an
orphan.

In `errors/` a case is called after the code it shows: `SLUG.vmsd`, more of them
`SLUG.VARIANT.vmsd`. A variant that begins with `fine` shows where the code must not speak, and
never has an expected file.
Files that are only imported by others are in `errors/parts/`.
"""

from dataclasses import dataclass
from pathlib import Path

from vmsdl.diagnostics.diagnostic import Diagnostic
from vmsdl.source import SourceFile

CORPUS = Path(__file__).parent.parent / "corpus"


@dataclass(frozen=True, slots=True)
class Case:
    """One input of a corpus folder. `name` is its file name without `.vmsd`."""

    folder: Path
    name: str

    @property
    def input(self) -> Path:
        return self.folder / f"{self.name}.vmsd"

    @property
    def expected(self) -> Path:
        return self.folder / f"{self.name}.txt"

    @property
    def slug(self) -> str:
        return self.name.partition(".")[0]

    @property
    def is_fine(self) -> bool:
        return self.name.partition(".")[2].startswith("fine")


def cases(folder: str) -> list[Case]:
    """The inputs right in a corpus folder, by name."""
    root = CORPUS / folder
    return [Case(root, path.name.removesuffix(".vmsd")) for path in sorted(root.glob("*.vmsd"))]


def orphans(folder: str) -> list[Path]:
    """Expected files that belong to no input."""
    inputs = {case.expected for case in cases(folder)}
    return [path for path in sorted((CORPUS / folder).glob("*.txt")) if path not in inputs]


def diagnose(case: Case) -> tuple[Diagnostic, ...]:
    """All that `check` has to say about a case; paths are those inside the case's folder."""
    from vmsdl.driver import load_schema

    def read(path: str) -> SourceFile:
        return SourceFile(path, (case.folder / path).read_bytes().decode("utf-8"))

    return load_schema(case.input.name, read).diagnostics


def show(diagnostics: tuple[Diagnostic, ...]) -> str:
    """Diagnostics as a person sees them; empty where there are none."""
    from vmsdl.diagnostics.render.text import render

    return render(diagnostics) if diagnostics else ""


def compare(case: Case, *, bless: bool) -> str | None:
    """What is wrong with a case, or None. Blessing writes what came out and is a failure too."""
    diagnostics = diagnose(case)
    actual = show(diagnostics)
    expected = case.expected.read_text(encoding="utf-8") if case.expected.exists() else ""
    if case.folder.name == "errors":
        speaks = not case.is_fine and (bless or expected != "")
        wanted = {case.slug} if speaks else set()
        found = {diagnostic.code.slug for diagnostic in diagnostics}
        if found != wanted:
            return f"{case.name} must yield {sorted(wanted)}, and yields {sorted(found)}:\n{actual}"
    if actual == expected:
        return None
    if not bless:
        return f"{case.name}: expected\n{expected}\nbut got\n{actual}"
    if actual:
        case.expected.write_text(actual, encoding="utf-8")
    else:
        case.expected.unlink()
    return f"{case.name}: blessed, read the difference and run again"
