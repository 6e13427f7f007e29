"""The recipes of examples/build for Make, CMake with Ninja, and Meson, each really run."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT, Environment

# The programs a recipe needs; how it is set up; how it builds; where its modules are; what Make or
# Ninja say when there is nothing to do.
RECIPES = {
    "make": (["make"], [], ["make"], "codec", "Nothing to be done"),
    "cmake": (
        ["cmake", "ninja"],
        ["cmake", "-G", "Ninja", "-B", "build"],
        ["ninja", "-C", "build"],
        "build/codec",
        "no work to do",
    ),
    "meson": (
        ["meson", "ninja"],
        ["meson", "setup", "build"],
        ["ninja", "-C", "build"],
        "build",
        "no work to do",
    ),
}
RECIPE_OF_QEMU = (["meson", "ninja"], *RECIPES["meson"][1:])


class Recipe:
    """A copy of a recipe, set up, with the environment that has vmsdl."""

    def __init__(self, name: str, folder: Path, environment: Environment) -> None:
        programs, setup, self._build, modules, self.idle = {
            **RECIPES,
            "meson-qemu": RECIPE_OF_QEMU,
        }[name]
        # Programs of the tests' own environment count too: Meson and Ninja come from packages.
        own = Path(sys.executable).parent
        path = f"{environment.folder / 'bin'}{os.pathsep}{os.environ['PATH']}{os.pathsep}{own}"
        for program in programs:
            if shutil.which(program, path=path) is None:
                pytest.skip(f"{program} is not installed")
        self._path = path
        self._environment = environment
        # A space in a path is what escaping is for.
        self.folder = shutil.copytree(ROOT / "examples" / "build" / name, folder / name)
        self.modules = self.folder / modules
        if setup:
            self._run(setup)

    def build(self, status: int = 0) -> str:
        return self._run(self._build, status)

    def _run(self, command: list[str], status: int = 0) -> str:
        return self._environment.run(
            "env", f"PATH={self._path}", *command, cwd=self.folder, status=status
        )

    def times(self) -> dict[str, int]:
        return {path.name: path.stat().st_mtime_ns for path in self.modules.glob("*.py")}

    def change(self, schema: str, old: str, new: str) -> None:
        path = self.folder / "schemas" / schema
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


@pytest.fixture(params=RECIPES)
def recipe(request: pytest.FixtureRequest, installed: Environment, tmp_path: Path) -> Recipe:
    return Recipe(request.param, tmp_path, installed)


def test_builds_the_modules(recipe: Recipe) -> None:
    recipe.build()
    assert recipe.times().keys() == {"card.py", "pci.py", "_vmsd.py"}


def test_second_build_does_nothing(recipe: Recipe) -> None:
    recipe.build()
    before = recipe.times()
    assert recipe.idle in recipe.build()
    assert recipe.times() == before


def test_changed_import_rebuilds_what_depends_on_it(recipe: Recipe) -> None:
    recipe.build()
    before = (recipe.modules / "card.py").read_text()
    recipe.change("pci.vmsd", "bytes[64]", "bytes[256]")
    recipe.build()
    assert (recipe.modules / "card.py").read_text() != before


def test_deleted_import_that_nobody_imports_any_more(recipe: Recipe) -> None:
    recipe.build()
    recipe.change("card.vmsd", 'import "pci.vmsd";', "")
    recipe.change("card.vmsd", "parent_obj: pci_regs;", "")
    (recipe.folder / "schemas" / "pci.vmsd").unlink()
    recipe.build()
    assert "PciRegs" not in (recipe.modules / "card.py").read_text()


def test_schema_with_errors_stops_the_build(recipe: Recipe) -> None:
    recipe.build()
    before = recipe.times()
    recipe.change("card.vmsd", "!= 0", "")
    status = 2 if recipe.idle.startswith("Nothing") else 1
    assert "error[predicate-not-bool]" in recipe.build(status)
    assert recipe.times() == before


def test_recipe_of_qemu_writes_c(installed: Environment, tmp_path: Path) -> None:
    recipe = Recipe("meson-qemu", tmp_path, installed)
    recipe.build()
    names = {path.name for path in recipe.modules.glob("vmstate-*")} - {"vmstate-card.d"}
    stems = ("vmstate-card", "vmstate-pci")
    assert names == {f"{stem}{suffix}" for stem in stems for suffix in (".c.inc", ".h")}
    assert "} CardState;" in (recipe.modules / "vmstate-card.h").read_text()
    assert recipe.idle in recipe.build()
    recipe.change("pci.vmsd", "bytes[64]", "bytes[256]")
    recipe.build()
    assert "256" in (recipe.modules / "vmstate-pci.c.inc").read_text()
