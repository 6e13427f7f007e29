"""From schemas to the generated modules, imported in memory: no file is written."""

import linecache
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from itertools import count
from types import ModuleType
from typing import TYPE_CHECKING, Any

from vmsdl.build.import_graph import ImportGraph
from vmsdl.compile_error import CompileError
from vmsdl.project import make_reader
from vmsdl.source import SourceFile

if TYPE_CHECKING:
    from vmsdl.analysis.load import Reader
    from vmsdl.schema.description import Schema

_packages = count(1)


def load_module(path: str | os.PathLike[str]) -> ModuleType:
    """The module of a schema; those of its imports are its siblings in a package of their own."""
    from vmsdl.module_names import to_module_name

    name = os.fspath(path)
    texts = _compile(name, ImportGraph(make_reader([name])).read_source)
    return import_texts(texts, to_module_name(name))


def compile_mapping(sources: Mapping[str, str], root: str) -> dict[str, str]:
    """The texts of the modules of a schema whose files are given by path."""

    def read(path: str) -> SourceFile:
        if path not in sources:
            raise FileNotFoundError(path)
        return SourceFile(path, sources[path])

    return _compile(root, read)


class GeneratedModules:
    """The imported modules of one schema, those of its imports too, and their texts."""

    def __init__(
        self, schema: "Schema", texts: Mapping[str, str], modules: Mapping[str, ModuleType]
    ) -> None:
        """`texts` by file name, `modules` by the same name without `.py`."""
        # Imported here: what is up to date must not pay for the compiler.
        from vmsdl.emit.names import name_files

        self.texts = texts
        self._modules = modules
        self._places = {
            name: (file.module, names.qualified)
            for file in name_files(schema).values()
            for name, names in file.classes.items()
        }

    def find_class(self, name: str) -> Any:
        """The class of a device or struct by its .vmsd name; None where it has no codec."""
        module, qualified = self._places[name]
        found: Any = self._modules[module]
        for part in qualified.split("."):
            found = getattr(found, part, None)
        return found


def import_schema(schema: "Schema", *, is_formatted: bool = True) -> GeneratedModules:
    """The modules of a checked schema. Raises NamesClash.

    `is_formatted`: their texts are laid out for people, which takes most of the time.
    """
    from vmsdl.emit import emit

    texts = {file.name: file.text for file in emit(schema, is_formatted=is_formatted)}
    names = [name.removesuffix(".py") for name in texts]
    package = import_texts(texts, names[0]).__package__
    modules = {name: import_module(f"{package}.{name}") for name in names}
    return GeneratedModules(schema, texts, modules)


def import_texts(texts: Mapping[str, str], name: str) -> ModuleType:
    """Import modules that no file backs; `linecache` knows their lines, so tracebacks show them."""
    package = f"vmsdl_loaded_{next(_packages)}"
    sys.meta_path.append(_Texts(package, texts))
    return __import__(f"{package}.{name}", fromlist=["*"])


def _compile(root: str, read: "Reader") -> dict[str, str]:
    from vmsdl.diagnostics.render.text import render
    from vmsdl.driver import compile_schema
    from vmsdl.emit import NamesClash

    try:
        outcome = compile_schema(root, read)
    except NamesClash as clash:
        raise CompileError(str(clash)) from None
    if outcome.value is None or outcome.has_errors:
        raise CompileError(f"cannot compile `{root}`\n{render(outcome.diagnostics)}")
    return {file.name: file.text for file in outcome.value}


class _Texts(MetaPathFinder, Loader):
    """Finds and runs the modules of one package."""

    def __init__(self, package: str, texts: Mapping[str, str]) -> None:
        self._package = package
        self._texts = texts

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == self._package:
            return spec_from_loader(name, self, origin="vmsdl", is_package=True)
        package, _, module = name.rpartition(".")
        if package == self._package and f"{module}.py" in self._texts:
            return spec_from_loader(name, self, origin=f"<vmsdl {name}>")
        return None

    def exec_module(self, module: ModuleType) -> None:
        if module.__name__ == self._package:
            return
        file = f"<vmsdl {module.__name__}>"
        text = self._texts[f"{module.__name__.rpartition('.')[2]}.py"]
        module.__file__ = file
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        exec(compile(text, file, "exec"), module.__dict__)
