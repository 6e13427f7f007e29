"""The house rules: who may import whom, sizes, names, registries; types, lint and format."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from vmsdl.analysis.checks import CHECKS, Check
from vmsdl.diagnostics import codes
from vmsdl.diagnostics.diagnostic import Code
from vmsdl.diff.rules.registry import FAMILIES
from vmsdl.explanations import read_slugs
from vmsdl.prove.checks import CHECKS as PROOFS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "vmsdl"

FORBIDDEN = {"utils", "helpers", "common", "misc", "core", "manager", "base"}

# A package may import those on lower floors. The package itself, the face of all, is not in the
# table: everyone may ask it for the version, and it imports what it needs when it is called.
FLOORS: dict[str, float] = {
    "vmsdl.records": -1,
    "vmsdl.source": 0,
    "vmsdl.resources": 0,
    "vmsdl.explanations": 0.5,
    "vmsdl.version": 0,
    "vmsdl.output_file": 0,
    "vmsdl.c_file_names": 0,
    "vmsdl.compile_error": 0,
    "vmsdl.module_names": 0,
    # The one file of `schema` that `syntax` reads: the names of scalars are keywords.
    "vmsdl.schema.scalars": 0,
    "vmsdl.diagnostics": 1,
    "vmsdl.templating": 1,
    "vmsdl.files": 1,
    "vmsdl.expr": 1,
    "vmsdl.project": 1.5,  # reads by `files`, and `config` asks it
    "vmsdl.config": 2,
    "vmsdl.syntax": 2,
    "vmsdl.schema": 2,
    "vmsdl.analysis": 3,
    "vmsdl.prove": 4,
    "vmsdl.emit": 4,
    "vmsdl.emit_c": 4,
    "vmsdl.qemu": 4,
    "vmsdl.diff": 5,
    "vmsdl.csource": 5,
    "vmsdl.driver": 6,
    "vmsdl.build": 7,
    "vmsdl.releases": 8,
    "vmsdl.replay": 9,
    "vmsdl.cli": 10,
    "vmsdl.integrations": 10,
    "vmsdl.__main__": 11,
}
ISLAND = "vmsdl.runtime"

# Who may import what is not ours: the only files, or the only folders.
OWNERS: dict[str, tuple[str, ...]] = {
    "lark": ("vmsdl/syntax/",),
    "jinja2": ("vmsdl/templating.py",),
    "black": ("vmsdl/emit/python.py",),
    "z3": ("vmsdl/prove/solver.py",),
    "tree_sitter": ("vmsdl/csource/parse.py",),
    "tree_sitter_c": ("vmsdl/csource/parse.py",),
    "hatchling": ("vmsdl/integrations/",),
    "setuptools": ("vmsdl/integrations/",),
    "pygments": ("vmsdl/integrations/",),
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def package_of(module: str) -> str:
    """The floor's entry that a module belongs to: `vmsdl.syntax` for `vmsdl.syntax.parser`."""
    if module in FLOORS:
        return module
    return ".".join(module.split(".")[:2])


def is_ours(module: str) -> bool:
    return module.partition(".")[0] == "vmsdl"


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it."""
    yield from imports_of(ast.parse(path.read_text(encoding="utf-8")), path)


def imports_of(tree: ast.Module, path: Path) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), level=0, names=names):
                for alias in names:
                    inner = ROOT.joinpath(*module.split("."), alias.name)
                    is_module = inner.with_suffix(".py").exists() or inner.is_dir()
                    yield f"{module}.{alias.name}" if is_module else module
            case ast.ImportFrom():
                raise AssertionError(f"{path}: a relative import")
            case _:
                pass


def test_imports_go_down_the_floors() -> None:
    upward = []
    for path in modules():
        own = package_of(name_of(path))
        for imported in imports(path):
            other = package_of(imported)
            if {own, other} & {"vmsdl", ISLAND} or other == own or not is_ours(other):
                continue
            if FLOORS.get(other, 0) >= FLOORS.get(own, 11):
                upward.append(f"{name_of(path)} imports {imported}")
    assert upward == []


def test_nothing_imports_the_runtime() -> None:
    users = [
        name_of(path)
        for path in modules()
        if package_of(name_of(path)) != ISLAND
        and any(package_of(imported) == ISLAND for imported in imports(path))
    ]
    assert users == []


def test_every_package_has_a_floor() -> None:
    packages = {package_of(name_of(path)) for path in modules()}
    assert sorted(packages - FLOORS.keys() - {ISLAND, "vmsdl"}) == []


def test_runtime_imports_the_standard_library_and_itself() -> None:
    foreign = [
        f"{name_of(path)} imports {imported}"
        for path in modules()
        if package_of(name_of(path)) == ISLAND
        for imported in imports(path)
        if package_of(imported) != ISLAND
        and imported.partition(".")[0] not in {*sys.stdlib_module_names, "typing_extensions"}
    ]
    assert foreign == []


def test_no_import_circles() -> None:
    """Imports under `TYPE_CHECKING` and in functions count too: a circle is a circle."""
    known = {name_of(path) for path in modules()}
    graph = {
        name_of(path): {each for each in imports(path) if each in known} - {name_of(path)}
        for path in modules()
    }
    TopologicalSorter(graph).prepare()


# Inside `vmsdl.diff`: each entry may import from those before it and from itself.
DIFF_FLOORS = (
    *("direction", "verdict", "suppression", "matching", "layout", "wording", "simulate"),
    *("hooks", "effects", "result", "evidence", "migration", "configurations", "report"),
    *("chosen_devices", "events", "machines", "own_state", "policy"),
    *("byte_map", "edits", "fixes", "attribute", "save_refusals", "suppressions", "devices"),
    *("rules", "shared_hooks", "compare", "formats", "verify_fixes"),
)


def test_imports_go_down_the_floors_of_the_diff() -> None:
    upward = []
    for path in modules():
        own = name_of(path)
        if own.startswith("vmsdl.diff."):
            floor = DIFF_FLOORS.index(own.split(".")[2])
            upward += [
                f"{own} imports {imported}"
                for imported in imports(path)
                if imported.startswith("vmsdl.diff.")
                and DIFF_FLOORS.index(imported.split(".")[2]) > floor
            ]
    assert upward == []


def test_a_class_name_is_defined_once() -> None:
    found: dict[str, list[str]] = {}
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(name_of(path))
    assert {name: places for name, places in found.items() if len(places) > 1} == {}


def test_classes_are_composed() -> None:
    """A class inherits from no class of its own package but from a record or from an abstract class
    with two implementations."""
    classes = {
        f"{name_of(path)}.{node.name}": node
        for path in modules()
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    }
    by_name = {qualified.rpartition(".")[2]: qualified for qualified in classes}
    children: dict[str, list[str]] = {}
    for qualified, node in classes.items():
        for base in node.bases:
            name = ast.unparse(base).rpartition(".")[2].partition("[")[0]
            if name in by_name and package_of(by_name[name]) == package_of(qualified):
                children.setdefault(by_name[name], []).append(qualified)
    wrong = {
        base: subclasses
        for base, subclasses in children.items()
        if not is_record(classes[base]) and not (is_abstract(classes[base]) and len(subclasses) > 1)
    }
    assert wrong == {}


def is_record(node: ast.ClassDef) -> bool:
    """A dataclass, an exception or a named tuple."""
    decorators = {ast.unparse(each).partition("(")[0] for each in node.decorator_list}
    bases = {ast.unparse(each) for each in node.bases}
    return "dataclass" in decorators or any(
        base == "NamedTuple" or base.endswith(("Error", "Exception")) for base in bases
    )


def is_abstract(node: ast.ClassDef) -> bool:
    return any(ast.unparse(each) in ("ABC", "Protocol") for each in node.bases) or any(
        ast.unparse(decorator) == "abstractmethod"
        for method in node.body
        if isinstance(method, ast.FunctionDef)
        for decorator in method.decorator_list
    )


def test_third_parties_have_one_door() -> None:
    strays = []
    for path in modules():
        place = path.relative_to(ROOT).as_posix()
        for imported in imports(path):
            top = imported.partition(".")[0]
            if is_ours(imported) or top in sys.stdlib_module_names or top == "typing_extensions":
                continue
            if not place.startswith(OWNERS.get(top, ())):
                strays.append(f"{place} imports {top}")
    assert strays == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [path for path in PACKAGE.rglob("*") if path.stem in FORBIDDEN] == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        name_of(path)
        for path in modules()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_shipped_folders_hold_no_python() -> None:
    # One such file makes editable installs fail outright.
    assert [p for folder in ("grammar", "templates") for p in (ROOT / folder).rglob("*.py")] == []


@pytest.mark.parametrize(("folder", "checks"), [("analysis", CHECKS), ("prove", PROOFS)])
def test_every_check_is_registered(folder: str, checks: tuple[Check, ...]) -> None:
    files = {path.stem for path in (PACKAGE / folder / "checks").glob("*.py")} - {"__init__"}
    registered = [check.__module__.rpartition(".")[2] for check in checks]
    assert sorted(registered) == sorted(files)
    assert [check.__name__ for check in checks] == registered


def test_every_code_is_named_after_its_slug_and_explained_once() -> None:
    names = {value.slug: name for name, value in vars(codes).items() if isinstance(value, Code)}
    assert [name for slug, name in names.items() if name != slug.replace("-", "_").upper()] == []
    by_page: dict[str, list[str]] = {}
    for code in codes.CODES.values():
        by_page.setdefault(code.page, []).append(code.slug)
    assert {page: read_slugs(page) for page in by_page} == by_page
    folder = PACKAGE / "diagnostics" / "explain"
    pages = {path.relative_to(PACKAGE).as_posix() for path in folder.glob("*.md")}
    assert pages - {"diagnostics/explain/README.md"} == by_page.keys()


def test_every_rule_is_explained_in_the_file_of_its_family() -> None:
    for rules in FAMILIES.values():
        assert read_slugs(rules[0].page) == [rule.slug for rule in rules]


def test_every_code_is_reported_somewhere() -> None:
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in modules() if path.name != "codes.py"
    )
    silent = [
        slug
        for slug in codes.CODES
        if not re.search(rf"\b{slug.replace('-', '_').upper()}\b", text)
    ]
    assert silent == []


def test_no_file_knows_a_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False
    ).stdout
    if not listed:
        pytest.skip("not a git checkout")
    # Written in parts, or this file would name what it looks for.
    paths = re.compile("|".join(("/" + "root/", "/" + "work/", "/" + "Users/", "/" + "tmp/tmp")))
    strays = []
    for name in listed.decode().split("\0"):
        path = ROOT / name
        if not name or not path.is_file() or path.stat().st_size > 1_000_000:
            continue
        text = path.read_bytes()
        if b"\0" not in text and paths.search(text.decode("utf-8", "replace")):
            strays.append(name)
    assert strays == []


def run(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.fail(f"{done.stdout}\n{done.stderr}", pytrace=False)


def test_types_are_strict() -> None:
    run("mypy", "--strict", "vmsdl", "tests")


def test_ruff_is_content() -> None:
    run("ruff", "check", "vmsdl", "tests")


def test_black_is_content() -> None:
    run("black", "--check", "--quiet", "vmsdl", "tests")
