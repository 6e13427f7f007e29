"""From schema paths to modules on disk: what is written where, and what is up to date."""

import os
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from vmsdl import files
from vmsdl.build import stamp
from vmsdl.build.import_graph import ImportGraph
from vmsdl.c_file_names import find_header_name, find_source_name
from vmsdl.module_names import SUPPORT, to_module_name
from vmsdl.project import check_output, make_reader

if TYPE_CHECKING:
    from vmsdl.diagnostics.diagnostic import Diagnostic


class BuildError(Exception):
    """A build that cannot be carried out; the message is for the user."""


class Language(Enum):
    """What schemas are compiled to, by the name of `--target`."""

    PYTHON = "python"
    QEMU_C = "qemu-c"

    @property
    def stamp_form(self) -> str:
        return stamp.PYTHON if self is Language.PYTHON else stamp.C

    def find_names(self, path: str) -> tuple[str, ...]:
        """The files that one schema is compiled to."""
        if self is Language.PYTHON:
            return (f"{to_module_name(path)}.py",)
        return (find_source_name(path), find_header_name(path))

    @property
    def shared(self) -> tuple[str, ...]:
        """The files that do not depend on a schema."""
        return (SUPPORT,) if self is Language.PYTHON else ()


class Target(NamedTuple):
    """One schema to compile, the files it is made of (itself first), the folder for its modules.

    `structs`: what C structs are written for.
    """

    path: str
    folder: str
    inputs: tuple[str, ...]
    language: Language = Language.PYTHON
    structs: tuple[str, ...] = ()

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Each input with each of its outputs."""
        return tuple(
            (path, os.path.join(self.folder, name))
            for path in self.inputs
            for name in self.language.find_names(path)
        )

    @property
    def own_outputs(self) -> tuple[str, ...]:
        """Those of the schema itself."""
        return tuple(output for path, output in self.pairs if path == self.inputs[0])

    @property
    def outputs(self) -> tuple[str, ...]:
        shared = (os.path.join(self.folder, name) for name in self.language.shared)
        return (*(output for _, output in self.pairs), *shared)


class Module(NamedTuple):
    """One module as it is to be written. `inputs` is the fingerprint of what it is made from."""

    path: str
    text: str
    inputs: str


class BuildResult(NamedTuple):
    """What compiling one target gives; no modules where there are errors."""

    target: Target
    modules: tuple[Module, ...]
    diagnostics: "tuple[Diagnostic, ...]" = ()
    notes: tuple[str, ...] = ()  # what was left out of the modules


def find_targets(
    roots: Iterable[str],
    folder: str | None,
    graph: ImportGraph,
    language: Language = Language.PYTHON,
    structs: tuple[str, ...] = (),
) -> list[Target]:
    """What to build. Raises BuildError where two schemas want the same module."""
    found = []
    for root in dict.fromkeys(os.path.normpath(root) for root in roots):
        output = os.path.dirname(root) if folder is None else folder
        inputs = tuple(graph.find_files(root))
        found.append(Target(root, output, inputs, language, structs))
    _check_collisions(found)
    return found


def _check_collisions(found: list[Target]) -> None:
    owners: dict[str, str] = {}
    for target in found:
        for source, output in target.pairs:
            # Folders need not tell upper from lower case.
            folder, name = os.path.split(output)
            owner = owners.setdefault(os.path.join(folder, name.lower()), source)
            if owner != source and os.path.realpath(owner) != os.path.realpath(source):
                raise BuildError(f"`{owner}` and `{source}` would both be compiled to `{output}`")


def find_staleness_reason(target: Target, graph: ImportGraph) -> str | None:
    """Why a target must be compiled again; None where all its modules are up to date."""
    for output, inputs in find_requested(target, graph):
        if reason := find_module_staleness(output, inputs):
            return f"`{output}`: {reason}"
    return None


def find_module_staleness(path: str, inputs: str) -> str | None:
    _check_place(path)
    data = files.read_bytes(path)
    if data is None:
        return "missing"
    return stamp.find_staleness_reason(data.decode("utf-8", "replace"), inputs)


def find_requested(target: Target, graph: ImportGraph) -> Iterator[tuple[str, str]]:
    """Each output of a target with the fingerprint of its inputs."""
    for source, output in target.pairs:
        yield output, compute_fingerprint(source, graph, target.structs)
    for output in target.outputs[len(target.pairs) :]:
        yield output, stamp.compute_digest(SUPPORT)


def compute_fingerprint(path: str, graph: ImportGraph, options: Iterable[str] = ()) -> str:
    """The fingerprint of a file, its imports and options: texts and the name, not folders."""
    names = [os.path.basename(path), *options]
    for member in graph.find_files(path):
        try:
            names.append(stamp.compute_digest(graph.read_text(member)))
        except (OSError, ValueError):
            names.append("missing")
    return stamp.compute_fingerprint(names)


def compile_target(target: Target, graph: ImportGraph) -> BuildResult:
    """Compile one target; nothing is written."""
    # Imported here: what is up to date must not pay for the compiler.
    from vmsdl.driver import compile_schema, export_schema_c
    from vmsdl.emit import NamesClash

    try:
        if target.language is Language.PYTHON:
            outcome = compile_schema(target.path, graph.read_source)
        else:
            outcome = export_schema_c(target.path, graph.read_source, target.structs)
    except NamesClash as clash:
        raise BuildError(str(clash)) from None
    if outcome.value is None or outcome.has_errors:
        return BuildResult(target, (), outcome.diagnostics)
    inputs = dict(find_requested(target, graph))
    modules = []
    form = target.language.stamp_form
    notes = tuple(f"{file.source}: {note}" for file in outcome.value for note in file.notes)
    for file in outcome.value:
        path = os.path.join(target.folder, file.name)
        fingerprint = inputs[path]
        modules.append(Module(path, stamp.add_stamp(file.text, fingerprint, form), fingerprint))
    # The file that was asked for comes first, then its imports, then what all share.
    modules.sort(key=lambda module: target.outputs.index(module.path))
    return BuildResult(target, tuple(modules), outcome.diagnostics, notes)


def compile_all(found: list[Target], graph: ImportGraph, jobs: int) -> Iterator[BuildResult]:
    """Compile targets, several at a time where that pays, and give them in their order."""
    if jobs < 2 or len(found) < 2:
        for target in found:
            yield compile_target(target, graph)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(min(jobs, len(found))) as pool:
        yield from pool.map(_compile_in_process, found)


def _compile_in_process(target: Target) -> BuildResult:
    return compile_target(target, ImportGraph(make_reader([target.path])))


def is_refused(built: BuildResult, strict: bool) -> bool:
    """Whether nothing may be written: there are errors, or warnings where none are allowed."""
    if not built.modules:
        return True
    return any(diagnostic.refuses(strict=strict) for diagnostic in built.diagnostics)


def check_overwrites(modules: Iterable[Module]) -> None:
    """Raise BuildError where a module would replace a file that somebody wrote."""
    for module in modules:
        _check_place(module.path)
        data = files.read_bytes(module.path)
        if data and b"vmsdl" not in data[:1000] and b"\n# vmsdl " not in data[-200:]:
            raise BuildError(f"refused to overwrite `{module.path}`: it was not written by vmsdl")


def write_modules(modules: Iterable[Module]) -> list[str]:
    """Write what differs; the paths that were written."""
    return [module.path for module in modules if write_text(module.path, module.text)]


def write_text(path: str, text: str) -> bool:
    """Write a file where it differs. Raises BuildError where that cannot be done."""
    _check_place(path)
    try:
        return files.write_if_changed(path, text)
    except OSError as error:
        raise BuildError(f"cannot write `{path}`: {files.describe_error(error)}") from None


def _check_place(path: str) -> None:
    try:
        check_output(path, os.path.dirname(path))
    except OSError as error:
        raise BuildError(f"cannot write `{path}`: {files.describe_error(error)}") from None


def find_package_markers(packages: Sequence[str]) -> list[str]:
    """The empty files that make folders (outermost first) packages, and the innermost one typed."""
    paths = [os.path.join(folder, "__init__.py") for folder in packages]
    # The modules are in the innermost package. Others may hold code that is not typed.
    return [*paths, *(os.path.join(folder, "py.typed") for folder in packages[-1:])]


def write_package_markers(packages: Sequence[str]) -> list[str]:
    """Write the markers that are missing; the paths that were written."""
    paths = find_package_markers(packages)
    return [path for path in paths if not os.path.exists(path) and write_text(path, "")]
