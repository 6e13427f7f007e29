"""`vmsdl compile`: schemas to Python modules."""

import argparse
import os

from vmsdl import files
from vmsdl.build import targets
from vmsdl.build.acceptance import UnknownCode, WarningPolicy
from vmsdl.build.import_graph import ImportGraph
from vmsdl.build.targets import BuildResult, Language, Module, Target
from vmsdl.cli.console import Console, Failure
from vmsdl.cli.inputs import paths
from vmsdl.project import make_reader

DESCRIPTION = """Compile .vmsd files, or all .vmsd files in a folder, to Python modules: one module
per file, beside the source or under DIR, with the modules of imported files and _vmsd.py, which all
modules share. Modules that are up to date are not compiled again. Without PATH, the sources of
[tool.vmsdl] are compiled. `--target qemu-c` writes what `vmsdl export c` writes."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a .vmsd file or a folder")
    parser.add_argument("-o", "--output", metavar="DIR", help="write the modules to DIR")
    parser.add_argument(
        "--target",
        choices=[language.value for language in Language],
        default=Language.PYTHON.value,
        help="compile to Python modules or to C files for QEMU (default: python)",
    )
    parser.add_argument(
        "--struct",
        metavar="TYPE",
        action="append",
        default=[],
        help="with --target qemu-c, also write the C struct of this device or struct; can be "
        "repeated",
    )
    parser.add_argument(
        "--depfile",
        metavar="FILE",
        help="write the dependencies of the modules to FILE, for Make and Ninja",
    )
    parser.add_argument(
        "--jobs",
        type=_jobs,
        metavar="N",
        help="number of parallel processes (default: one per CPU)",
    )
    parser.add_argument("--strict", action="store_true", help="treat warnings as errors")
    parser.add_argument(
        "--force", action="store_true", help="compile modules that are up to date, too"
    )
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit status 1 if a module is missing or stale, with the reason",
    )
    instead.add_argument(
        "--stdout", action="store_true", help="write nothing; print the module of the single PATH"
    )
    instead.add_argument(
        "--list-outputs",
        action="store_true",
        help="compile nothing; print the names of the files that would be written",
    )


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 1000:
        raise argparse.ArgumentTypeError(f"expected a number from 1 to 999, found `{text}`")
    return int(text)


def run(options: argparse.Namespace, console: Console) -> int:
    language = Language(options.target)
    if options.struct and language is not Language.QEMU_C:
        raise Failure("--struct requires --target qemu-c")
    packages: tuple[str, ...] = ()
    if options.paths:
        policy = WarningPolicy(options.strict, paths.find_configuration)
        roots, folder = paths.find(options.paths), options.output
    else:
        settings = paths.require_configuration()
        roots = paths.find_configured_schemas(settings)
        folder = options.output or settings.output_folder
        is_package = language is Language.PYTHON and not options.output
        packages = settings.package_folders if is_package else ()
        policy = WarningPolicy(options.strict or settings.strict, lambda: settings)
    graph = ImportGraph(make_reader(roots))
    _read_roots(roots, graph)
    if options.stdout and len(roots) != 1:
        raise Failure(f"--stdout requires one schema, found {len(roots)}")
    try:
        found = targets.find_targets(roots, folder, graph, language, tuple(options.struct))
        if options.list_outputs:
            outputs = dict.fromkeys(path for target in found for path in target.outputs)
            console.result("".join(f"{path}\n" for path in outputs))
            return 0
        if options.stdout:
            return _print_module(found[0], graph, policy, console)
        if options.check:
            return _check(found, graph, policy, options, console)
        return _write(found, graph, policy, packages, options, console)
    except (targets.BuildError, UnknownCode) as error:
        raise Failure(str(error)) from None
    except OSError as error:
        raise Failure(f"cannot read `{error.filename}`: {files.describe_error(error)}") from None


def _read_roots(roots: list[str], graph: ImportGraph) -> None:
    for root in roots:
        if not root.endswith(".vmsd"):
            what = "stdin" if root == paths.STDIN else f"`{root}`"
            raise Failure(f"cannot compile {what}: the name of a schema must end in .vmsd")
        try:
            graph.read_text(root)
        except (OSError, UnicodeDecodeError) as error:
            raise Failure(f"cannot read `{root}`: {files.describe_error(error)}") from None
        except ValueError:
            raise Failure(f"cannot read {root!r}: invalid path") from None


def _write(
    found: list[Target],
    graph: ImportGraph,
    policy: WarningPolicy,
    packages: tuple[str, ...],
    options: argparse.Namespace,
    console: Console,
) -> int:
    stale = []
    for target in found:
        staleness = "--force" if options.force else targets.find_staleness_reason(target, graph)
        if staleness:
            stale.append(target)
            console.say_more(f"{target.path}: compiling: {staleness}")
    compiled = _compile(stale, graph, policy, options, console) if stale else []
    accepted = [built for built in compiled if not targets.is_refused(built, policy.strict)]
    refused = len(compiled) - len(accepted)
    for built in accepted:
        targets.check_overwrites(built.modules)
    for built in accepted:
        written = targets.write_modules(built.modules)
        names = ", ".join(module.path for module in built.modules)
        console.say(f"{built.target.path} -> {names}")
        for path in written:
            console.say_more(f"  {path}: written")
    if accepted:
        targets.write_package_markers(packages)
    if refused:
        console.say(f"{refused} of {len(found)} schemas did not compile")
        return 1
    if not stale:
        one = f"{found[0].path}: up to date" if len(found) == 1 else f"{len(found)} up to date"
        console.say(one)
    if options.depfile:
        # Only the modules that were asked for: Ninja refuses a note left from an earlier run that
        # names the module of a file which is imported no longer.
        outputs = [output for target in found for output in target.own_outputs]
        inputs = dict.fromkeys(path for target in found for path in target.inputs)
        targets.write_text(options.depfile, files.format_depfile(outputs, inputs))
    return 0


def _compile(
    found: list[Target],
    graph: ImportGraph,
    policy: WarningPolicy,
    options: argparse.Namespace,
    console: Console,
) -> list[BuildResult]:
    """Compile all targets, and report each diagnostic and note once."""
    jobs = options.jobs
    if jobs is None:
        # One more process takes about as long as a small schema.
        jobs = min(os.cpu_count() or 1, len(found) // 2)
    built = [policy.apply(each) for each in targets.compile_all(found, graph, jobs)]
    console.diagnostics(diagnostic for one in built for diagnostic in one.diagnostics)
    for note in dict.fromkeys(note for one in built for note in one.notes):
        console.say(f"note: {note}")
    return built


def _check(
    found: list[Target],
    graph: ImportGraph,
    policy: WarningPolicy,
    options: argparse.Namespace,
    console: Console,
) -> int:
    status = 0
    modules: dict[str, Module] = {}
    for built in _compile(found, graph, policy, options, console):
        if targets.is_refused(built, policy.strict):
            status = 1
        modules.update((module.path, module) for module in built.modules)
    stale = 0
    for path, module in modules.items():
        if reason := _find_difference(module):
            stale += 1
            console.result(f"{path}: {reason}\n")
    if stale:
        status = 1
        console.say(f"{stale} of {len(modules)} modules are missing or stale: run `vmsdl compile`")
    elif status == 0:
        console.say(f"{len(modules)} modules are up to date")
    return status


def _find_difference(module: Module) -> str | None:
    data = files.read_bytes(module.path)
    if data is None:
        return "missing"
    # Version control may have changed the line ends; nothing else may differ.
    if data.replace(b"\r\n", b"\n") == module.text.encode("utf-8"):
        return None
    reason = targets.find_module_staleness(module.path, module.inputs)
    return f"stale: {reason or 'written by another build of this version'}"


def _print_module(
    target: Target, graph: ImportGraph, policy: WarningPolicy, console: Console
) -> int:
    built = policy.apply(targets.compile_target(target, graph))
    console.diagnostics(built.diagnostics)
    if targets.is_refused(built, policy.strict):
        return 1
    own = target.outputs[0]
    console.result(next(module.text for module in built.modules if module.path == own))
    return 0
