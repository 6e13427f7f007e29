"""What is compiled and what is up to date; modules loaded in memory."""

import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

import vmsdl
from vmsdl import files
from vmsdl.build import stamp, targets
from vmsdl.build.import_graph import ImportGraph, scan_imports
from vmsdl.module_names import to_module_name
from vmsdl.syntax.parser import parse
from vmsdl.syntax.tree import ImportDecl

ROOT = Path(__file__).parents[3]
SCHEMAS = sorted(
    path
    for folder in ("examples", "tests/corpus/valid", "tests/corpus/errors")
    for path in (ROOT / folder).rglob("*.vmsd")
)

PCI = "struct pci_regs { irq: i32; }\n"
CARD = 'import "pci.vmsd";\ndevice card { parent: pci_regs; status: u8; }\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pci.vmsd").write_text(PCI)
    (tmp_path / "card.vmsd").write_text(CARD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def build(*roots: str, jobs: int = 1) -> list[str]:
    """Compile what is stale; the paths that were written."""
    closure = ImportGraph(files.read_text)
    found = targets.find_targets(roots, "out", closure)
    stale = [target for target in found if targets.find_staleness_reason(target, closure)]
    compiled = targets.compile_all(stale, closure, jobs)
    return targets.write_modules(module for built in compiled for module in built.modules)


def test_imports_are_seen_as_the_parser_sees_them() -> None:
    assert SCHEMAS
    for path in SCHEMAS:
        try:
            source = files.read_source(str(path))
        except UnicodeDecodeError:
            continue
        outcome = parse(source)
        if outcome.value is None or outcome.has_errors:
            continue
        written = [item.path.value for item in outcome.value.items if isinstance(item, ImportDecl)]
        assert list(scan_imports(source.text)) == written, path


def test_the_package_of_the_modules_is_marked_as_typed(folder: Path) -> None:
    (folder / "out" / "card").mkdir(parents=True)
    (folder / "out" / "card" / "__init__.py").write_text("mine = 1\n")
    written = targets.write_package_markers(("out/card", "out/card/codec"))
    assert written == ["out/card/codec/__init__.py", "out/card/codec/py.typed"]
    assert targets.write_package_markers(("out/card", "out/card/codec")) == []
    assert targets.write_package_markers(()) == []


@pytest.mark.parametrize(
    "text",
    [
        '// import "a";',
        '/* import "a"; */',
        'const A = 1; // import "a";',
        'device d { validate true, "import \\"a\\""; }',
        "device d { import: u8; }",
    ],
)
def test_what_only_looks_like_an_import(text: str) -> None:
    assert list(scan_imports(text)) == []


@pytest.mark.parametrize("text", ['import/**/"a";', 'import // x\n "a" ;', 'import "\\u0061";'])
def test_imports_however_written(text: str) -> None:
    assert list(scan_imports(text)) == ["a"]


def test_scanning_takes_time_in_proportion_to_the_file() -> None:
    for text in ("/*" * 500_000, '"' * 500_000, "import " * 200_000, "import/*" * 200_000):
        assert list(scan_imports(text)) == []


def test_second_build_compiles_nothing(folder: Path) -> None:
    assert build("card.vmsd") == ["out/card.py", "out/pci.py", "out/_vmsd.py"]
    assert build("card.vmsd") == []
    # Asked for by itself, an imported file is the same module.
    assert build("pci.vmsd") == []


def test_several_at_a_time_write_the_same(folder: Path) -> None:
    (folder / "other.vmsd").write_text(CARD.replace("card", "other"))
    build("card.vmsd", "other.vmsd", "pci.vmsd", jobs=3)
    first = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    for path in (folder / "out").iterdir():
        path.unlink()
    build("card.vmsd", "other.vmsd", "pci.vmsd")
    assert {path.name: path.read_bytes() for path in (folder / "out").iterdir()} == first


def test_modules_do_not_depend_on_the_place(folder: Path) -> None:
    build("card.vmsd")
    closure = ImportGraph(files.read_text)
    absolute = targets.find_targets([str(folder / "card.vmsd")], "out", closure)
    assert targets.find_staleness_reason(absolute[0], closure) is None
    compiled = targets.compile_target(absolute[0], closure)
    assert targets.write_modules(compiled.modules) == []


def test_change_of_an_import_makes_both_stale(folder: Path) -> None:
    build("card.vmsd")
    (folder / "pci.vmsd").write_text(PCI.replace("i32", "i64"))
    assert build("card.vmsd") == ["out/card.py", "out/pci.py"]


def test_line_ends_are_no_change(folder: Path) -> None:
    build("card.vmsd")
    (folder / "pci.vmsd").write_bytes(PCI.replace("\n", "\r\n").encode())
    assert build("card.vmsd") == []


def test_stamp_survives_black(folder: Path) -> None:
    from vmsdl.emit.python import format_code

    build("card.vmsd")
    for path in (folder / "out").iterdir():
        text = path.read_text()
        assert format_code((text,)) == text


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("status", "Status", "edited by hand"),
        ("\n# vmsdl ", "\n# ", "not written by vmsdl, or its last line is missing"),
        (f"vmsdl {vmsdl.__version__}: from", "vmsdl 0.0.1: from", "written by vmsdl 0.0.1"),
    ],
)
def test_what_is_stale_is_said(folder: Path, old: str, new: str, why: str) -> None:
    build("card.vmsd")
    path = folder / "out" / "card.py"
    path.write_text(path.read_text().replace(old, new))
    closure = ImportGraph(files.read_text)
    (target,) = targets.find_targets(["card.vmsd"], "out", closure)
    assert f"`out/card.py`: {why}" in str(targets.find_staleness_reason(target, closure))


def test_stamp_of_something_else_is_none() -> None:
    assert stamp.read_stamp("") is None
    assert stamp.read_stamp("# vmsdl 1: from x, text y\n") is None


def test_collisions_are_refused(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "PCI.vmsd").write_text(PCI)
    closure = ImportGraph(files.read_text)
    with pytest.raises(targets.BuildError, match=r"`pci.vmsd` and `sub/PCI.vmsd`"):
        targets.find_targets(["pci.vmsd", "sub/PCI.vmsd"], "out", closure)
    targets.find_targets(["pci.vmsd", "sub/PCI.vmsd"], None, closure)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("hw/ide.vmsd", "ide"),
        ("queue.vmsd", "queue_"),
        ("class.vmsd", "class_"),
        ("_vmsd.vmsd", "_vmsd_"),
        ("16550a.vmsd", "m16550a"),
        ("virtio-net.vmsd", "virtio_net"),
        (".vmsd", "_"),
    ],
)
def test_names_of_modules(path: str, name: str) -> None:
    assert to_module_name(path) == name


def test_load_gives_a_module(folder: Path) -> None:
    card = vmsdl.load(folder / "card.vmsd")
    value = card.Card(status=3)
    assert card.Card.decode(value.encode()) == value
    assert sorted(os.listdir(folder)) == ["card.vmsd", "pci.vmsd"]


def test_tracebacks_show_the_lines_of_a_loaded_module(folder: Path) -> None:
    card = vmsdl.load(folder / "card.vmsd")
    try:
        card.Card.decode(b"")
    except card.DecodeError as error:
        lines = "".join(traceback.format_exception(error))
    assert "raise" in lines
    assert "<vmsdl " in lines


def test_two_loads_share_nothing(folder: Path) -> None:
    assert vmsdl.load("card.vmsd").Card is not vmsdl.load("card.vmsd").Card


def test_load_refuses_with_what_check_says() -> None:
    with pytest.raises(vmsdl.CompileError, match=r"schema.vmsd:1:15: error\[unknown-type\]"):
        vmsdl.compile_text("device d { a: u9; }")


def test_compile_text_takes_imports_from_a_mapping() -> None:
    texts = vmsdl.compile_text(CARD, name="card.vmsd", imports={"pci.vmsd": PCI})
    assert texts.keys() == {"card.py", "pci.py", "_vmsd.py"}


def test_importing_vmsdl_imports_nothing_heavy() -> None:
    program = "import sys, vmsdl; print(sorted(m for m in sys.modules if 'vmsdl' in m))"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert said.stdout.strip() == "['vmsdl', 'vmsdl.compile_error', 'vmsdl.version']"
