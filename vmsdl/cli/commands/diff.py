"""`vmsdl diff`: what becomes of state that one version saves and another loads."""

import argparse
import sys
from typing import TYPE_CHECKING, TypeAlias

from vmsdl.cli.commands import diff_all_releases, diff_fix, diff_suppress
from vmsdl.cli.console import OUR_BUG, Console, Failure
from vmsdl.cli.inputs import paths
from vmsdl.diff.formats import FORMATS

if TYPE_CHECKING:
    from vmsdl.config import Config
    from vmsdl.diff.policy import Requirement
    from vmsdl.diff.report import Report
    from vmsdl.schema.description import Schema

    Versions: TypeAlias = tuple[tuple[str, list[Schema]], tuple[str, list[Schema]]]

DESCRIPTION = """Compare two versions of schemas. The report shows for every device whether the new
version loads the state that the old version saves, and the reverse; if not, when and why, with an
example state. Exit status 1 if a requirement is not met."""

_DEFAULT = "old-to-new=ok,new-to-old=conditional"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.usage = (
        "vmsdl diff OLD NEW [options]\n"
        "       vmsdl diff --merge-base BRANCH [PATH ...] [options]\n"
        "       vmsdl diff --all-releases [PATH ...] [options]"
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="OLD NEW",
        help="two versions: each is a .vmsd file, a folder of .vmsd files, the JSON of QEMU's "
        "-dump-vmstate, a migration stream, or git:REV:PATH",
    )
    parser.add_argument(
        "--merge-base",
        metavar="BRANCH",
        help="compare the merge base with BRANCH and the working tree: changed schemas and "
        "schemas that import them, in PATH, else in the sources of [tool.vmsdl], else in "
        "the repository",
    )
    diff_all_releases.configure(parser)
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="text",
        help="format of the report (default: text)",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write the report to FILE")
    parser.add_argument("--machine", metavar="NAME", help="the machine type on both sides")
    parser.add_argument(
        "--require",
        metavar="LEVELS",
        help="what is required: ok, conditional or any for each direction "
        f"(as configured, else {_DEFAULT})",
    )
    parser.add_argument(
        "--config",
        metavar="FILE",
        help="the file with [tool.vmsdl.diff] (default: the nearest pyproject.toml)",
    )
    diff_suppress.configure(parser)
    diff_fix.configure(parser)
    parser.add_argument(
        "--print-schema",
        action=_PrintSchema,
        nargs=0,
        help="print the JSON schema of --format json, and exit",
    )
    parser.add_argument(
        "--witness",
        metavar="DIR",
        help="migrate each finding's state with the generated codecs of both versions; write "
        "the streams, the codecs and a pytest file that reproduces each finding to DIR",
    )


def run(options: argparse.Namespace, console: Console) -> int:
    from vmsdl.diff.formats import render

    diff_fix.check_options(options)
    settings = paths.find_configuration(options.config)
    requirement = _read_requirement(options.require, settings)
    if options.all_releases:
        return diff_all_releases.run(options, console, settings, requirement)
    versions = _read_versions(options, settings, console)
    if versions is None:
        return 2
    report = _compare(versions, options.machine)
    if options.fix is not None and diff_fix.apply_fix(report, versions[1][1], options, console):
        versions = _read_versions(options, settings, console)
        if versions is None:
            return 2
        report = _compare(versions, options.machine)
    is_reproduced = True
    if options.witness is not None:
        from vmsdl.cli.commands import diff_witness

        report = diff_witness.write_witnesses(report, options.witness, console)
        is_reproduced = not diff_witness.has_bug(report)
    report = diff_suppress.apply_to_report(report, options, settings, requirement, console)
    color = console.colors_report(options.color, options.output)
    console.write(render(options.format, report, requirement, color=color), options.output)
    if not is_reproduced:
        return OUR_BUG
    return 0 if requirement.is_met(report) else 1


def _compare(versions: "Versions", machine: str | None) -> "Report":
    from vmsdl.diff.compare import compare
    from vmsdl.diff.verify_fixes import verify_fixes
    from vmsdl.driver import reload

    (old_name, old), (new_name, new) = versions
    if machine is not None:
        known = {name for schema in (*old, *new) for name in schema.machines}
        if machine not in known:
            raise Failure(f"unknown machine type `{machine}`: neither version declares it")
    report = compare(old, new, old_name=old_name, new_name=new_name, machine=machine)
    return verify_fixes(report, reload)


def _read_versions(
    options: argparse.Namespace, settings: "Config | None", console: Console
) -> "Versions | None":
    """The names and schemas of OLD and NEW; None where they have errors, which are shown."""
    if options.merge_base is not None:
        from vmsdl.cli.inputs import merge_base

        found = merge_base.find_versions(options.merge_base, options.paths, settings, console)
        if found is None:
            return None
        return (f"merge base with {options.merge_base}", found[0]), ("working tree", found[1])
    from vmsdl.cli.inputs.versions import read_both

    if len(options.paths) != 2:
        count = len(options.paths)
        raise Failure(f"expected two paths, OLD and NEW, found {count}")
    old, new = options.paths
    both = read_both(old, new, console)
    return None if both is None else ((old, both[0]), (new, both[1]))


def _read_requirement(text: str | None, settings: "Config | None") -> "Requirement":
    """The project's requirement. A level on the command line is for every device."""
    from dataclasses import replace

    from vmsdl.diff.policy import Requirement, parse_levels

    found = Requirement()
    if settings is not None:
        whole = found.with_levels(parse_levels(dict(settings.require)))
        devices = (
            (pattern, whole.with_levels(parse_levels(dict(own))))
            for pattern, own in settings.devices
        )
        found = replace(whole, devices=tuple(devices))
    parts = (part.strip().partition("=") for part in text.split(",")) if text is not None else ()
    try:
        return found.with_levels(parse_levels({name: level for name, _, level in parts}))
    except ValueError as error:
        raise Failure(f"--require: {error}") from None


class _PrintSchema(argparse.Action):
    """Like `--version`: whatever else is given, it is all that is done."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from vmsdl.diff.formats.json import read_report_schema

        sys.stdout.write(read_report_schema())
        raise SystemExit(0)
