"""`vmsdl diff`: what becomes of state that one version saves and another loads."""

import argparse
from typing import TYPE_CHECKING, TypeAlias

from vmsdl.cli.commands import (
    diff_all_releases,
    diff_devices,
    diff_fix,
    diff_output,
    diff_suppress,
    diff_work,
)
from vmsdl.cli.console import OUR_BUG, Console, Failure
from vmsdl.cli.inputs import paths
from vmsdl.cli.print_schema import add_print_schema

if TYPE_CHECKING:
    from vmsdl.config import Config
    from vmsdl.diff.policy import Requirement
    from vmsdl.diff.report import Report
    from vmsdl.schema.description import Schema

    Version: TypeAlias = tuple[str, list[Schema], str]  # its name, its origin
    Versions: TypeAlias = tuple[Version, Version]

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
        "-dump-vmstate, a migration stream, a QEMU source tree, or git:REV:PATH",
    )
    parser.add_argument(
        "--merge-base",
        metavar="BRANCH",
        help="compare the merge base with BRANCH and the working tree: changed schemas and "
        "schemas that import them, in PATH, else in the sources of [tool.vmsdl], else in "
        "the repository",
    )
    diff_all_releases.configure(parser)
    diff_output.configure(parser)
    parser.add_argument("--machine", metavar="NAME", help="the machine type on both sides")
    parser.add_argument(
        "--target",
        metavar="NAME",
        help="the target that QEMU source trees are read for (default: x86_64)",
    )
    parser.add_argument(
        "--require",
        metavar="LEVELS",
        help="what is required: ok, no-loss, conditional or any for each direction, "
        "and new-to-new for the new version's own state "
        f"(as configured, else {_DEFAULT})",
    )
    parser.add_argument(
        "--config",
        metavar="FILE",
        help="the file with [tool.vmsdl.diff] (default: the nearest pyproject.toml)",
    )
    diff_devices.configure(parser)
    diff_suppress.configure(parser)
    diff_fix.configure(parser)
    add_print_schema(
        parser,
        **{
            "diff": "vmsdl.diff.formats.json:read_report_schema",
            "all-releases": "vmsdl.releases.formats.json:read_all_releases_schema",
        },
    )
    parser.add_argument(
        "--witness",
        metavar="DIR",
        help="migrate each finding's state with the generated codecs of both versions; write "
        "the streams, the codecs and a pytest file that reproduces each finding to DIR",
    )


def run(options: argparse.Namespace, console: Console) -> int:
    from vmsdl.diff.formats import render

    diff_output.check(options)
    diff_fix.check_options(options)
    settings = paths.find_configuration(options.config)
    requirement = _read_requirement(options.require, settings)
    if options.all_releases:
        return diff_all_releases.run(options, console, settings, requirement)
    versions = _read_versions(options, settings, console)
    if versions is None:
        return 2
    report = _compare(versions, options, console)
    if options.fix is not None and diff_fix.apply_fix(report, versions[1][1], options, console):
        versions = _read_versions(options, settings, console)
        if versions is None:
            return 2
        report = _compare(versions, options, console)
    is_reproduced = True
    if options.witness is not None:
        from vmsdl.cli.commands import diff_witness

        report = diff_witness.write_witnesses(report, options.witness, console)
        is_reproduced = not diff_witness.has_bug(report)
    report = diff_suppress.apply_to_report(report, options, settings, requirement, console)
    diff_output.write(
        options, console, lambda name, color: render(name, report, requirement, color=color)
    )
    if not is_reproduced:
        return OUR_BUG
    return 0 if requirement.is_met(report) else 1


def _compare(versions: "Versions", options: argparse.Namespace, console: Console) -> "Report":
    from dataclasses import replace

    from vmsdl.cli.inputs.origins import find_day
    from vmsdl.cli.progress import task_progress
    from vmsdl.diff.compare import compare
    from vmsdl.diff.verify_fixes import verify_fixes
    from vmsdl.driver import reload

    (old_name, old, old_origin), (new_name, new, new_origin) = versions
    if options.machine is not None:
        known = {name for schema in (*old, *new) for name in schema.machines}
        if options.machine not in known:
            raise Failure(f"unknown machine type `{options.machine}`: neither version declares it")
    chosen = diff_devices.choose(options, console)
    with task_progress(quiet=console.quiet) as tell:
        report = compare(
            old,
            new,
            old_name=old_name,
            new_name=new_name,
            machine=options.machine,
            chosen=chosen,
            tell=diff_work.show_devices(tell),
        )
        diff_devices.check(report, chosen)
        day = find_day()
        report = replace(report, old_origin=old_origin, new_origin=new_origin, day=day)
        tell("verifying the proposed fixes")
        report = verify_fixes(report, reload)
    for line in diff_work.describe_work(report):
        console.say_more(line)
    return report


def _read_versions(
    options: argparse.Namespace, settings: "Config | None", console: Console
) -> "Versions | None":
    """OLD and NEW; None where they have errors, which are shown."""
    from vmsdl.cli.inputs.origins import describe_origin, describe_revision

    if options.merge_base is not None:
        from vmsdl.cli.inputs import merge_base

        found = merge_base.find_versions(options.merge_base, options.paths, settings, console)
        if found is None:
            return None
        base, old, new = found
        name = f"merge base with {options.merge_base}"
        return (name, old, describe_revision(base)), ("working tree", new, "")
    from vmsdl.cli.inputs.versions import read_both

    if len(options.paths) != 2:
        count = len(options.paths)
        raise Failure(f"expected two paths, OLD and NEW, found {count}")
    old, new = options.paths
    both = read_both(old, new, console, options.target)
    if both is None:
        return None
    one, other = both
    return (old, one, describe_origin(old, one)), (new, other, describe_origin(new, other))


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
