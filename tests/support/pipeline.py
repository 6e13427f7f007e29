"""From the text of a schema through the whole compiler to an imported module."""

import importlib
import itertools
import linecache
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType, ModuleType
from typing import Any

from vmsdl.analysis.build import build_schema
from vmsdl.analysis.load import load_program
from vmsdl.diagnostics.diagnostic import Diagnostic, Severity, StageResult
from vmsdl.driver import load_schema
from vmsdl.emit import emit
from vmsdl.schema.description import Description, Role, Schema
from vmsdl.source import SourceFile
from vmsdl.syntax.parser import parse


class NotASchema(Exception):
    """A test's own schema that the compiler refuses."""

    def __init__(self, text: str, diagnostics: Iterable[Diagnostic]) -> None:
        words = "\n".join(f"{d.span.first}: {d.code.slug}: {d.message}" for d in diagnostics)
        super().__init__(f"{words}\n{text}")


@dataclass(frozen=True)
class Compiled:
    """A schema and the modules generated for it."""

    schema: Schema
    modules: Mapping[str, ModuleType]  # by file name without .py
    texts: Mapping[str, str]

    @property
    def support(self) -> ModuleType:
        return self.modules["_vmsd"]

    def cls(self, name: str) -> Any:
        """The class of a device or struct, by its name in the schema."""
        for module in self.modules.values():
            for value in vars(module).values():
                if isinstance(value, type) and "_layout" in vars(value):
                    layout = value._layout()  # type: ignore[attr-defined]
                    if layout.name == name and "." not in value.__qualname__:
                        return value
        raise LookupError(name)


def read_schema(
    files: Mapping[str, str], root: str = "case.vmsd", *, checked: bool = True
) -> Schema:
    """The schema of a text; `checked` False leaves the checks out, for what they refuse."""

    def read(path: str) -> SourceFile:
        if path not in files:
            raise FileNotFoundError(path)
        return SourceFile(path, files[path])

    outcome: StageResult[Schema]
    if checked:
        outcome = load_schema(root, read)
    else:
        outcome = parse(read(root)).then(lambda tree: load_program(tree, read)).then(build_schema)
    if outcome.value is None or outcome.has_errors:
        raise NotASchema(files[root], errors(outcome.diagnostics))
    return outcome.value


def errors(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    return [d for d in diagnostics if d.severity in (Severity.ERROR, Severity.BUG)]


_packages = itertools.count()


@lru_cache(maxsize=64)
def _code(text: str, name: str) -> CodeType:
    return compile(text, name, "exec")


def compiled(text: str, *, checked: bool = True) -> Compiled:
    return compiled_files({"case.vmsd": text}, checked=checked)


def compiled_files(
    files: Mapping[str, str], root: str = "case.vmsd", *, checked: bool = True
) -> Compiled:
    """Generated, compiled and imported as one package in memory."""

    schema = read_schema(files, root, checked=checked)
    texts = {file.name.removesuffix(".py"): file.text for file in emit(schema)}
    return Compiled(schema, imported(texts), texts)


def imported(texts: Mapping[str, str]) -> dict[str, ModuleType]:
    """Python texts as the modules of a package that no file backs."""
    package = f"vmsdl_test_package_{next(_packages)}"
    top = ModuleType(package)
    top.__path__ = []
    sys.modules[package] = top
    for name, text in texts.items():
        full = f"{package}.{name}"
        file = f"<{full}>"
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    loader = _Loader(package, texts)
    sys.meta_path.insert(0, loader)
    try:
        return {name: importlib.import_module(f"{package}.{name}") for name in texts}
    finally:
        sys.meta_path.remove(loader)


def forget(modules: Mapping[str, ModuleType]) -> None:
    """Let go of the modules of one package."""
    for module in modules.values():
        sys.modules.pop(module.__name__, None)
        linecache.cache.pop(f"<{module.__name__}>", None)
        sys.modules.pop(module.__name__.partition(".")[0], None)


class _Loader:
    """Finds the modules of one package in a dict."""

    def __init__(self, package: str, texts: Mapping[str, str]) -> None:
        self.package = package
        self.texts = texts

    def find_spec(self, name: str, path: object = None, target: object = None) -> Any:
        from importlib.machinery import ModuleSpec

        package, _, module = name.partition(".")
        if package == self.package and module in self.texts:
            return ModuleSpec(name, self, origin=f"<{name}>")  # type: ignore[arg-type]
        return None

    def create_module(self, spec: object) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__.partition(".")[2]
        text = self.texts[name]
        # The support module is the same text in every package: compiled once.
        file = "<_vmsd>" if name == "_vmsd" else f"<{module.__name__}>"
        exec(_code(text, file), vars(module))


def descriptions(schema: Schema) -> list[Description]:
    """What has a codec of its own: the devices and structs of a schema."""
    return [d for d in schema.descriptions.values() if d.role is not Role.SUBSECTION]
