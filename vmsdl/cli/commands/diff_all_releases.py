"""`vmsdl diff --all-releases`: compares the working schemas with every frozen release."""

import argparse
from typing import TYPE_CHECKING

from vmsdl.cli.commands import diff_devices, diff_output, diff_suppress, release
from vmsdl.cli.console import Console, Failure

if TYPE_CHECKING:
    from vmsdl.config import Config
    from vmsdl.diff.policy import Requirement
    from vmsdl.releases.compare_all import AllReleases


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--all-releases",
        action="store_true",
        help="compare every frozen release with PATH, else with the sources of [tool.vmsdl]; "
        "the requirements apply to each comparison",
    )
    release.add_folder(parser)


def run(
    options: argparse.Namespace,
    console: Console,
    settings: "Config | None",
    requirement: "Requirement",
) -> int:
    from dataclasses import replace

    from vmsdl.diff.verify_fixes import verify_fixes
    from vmsdl.driver import reload
    from vmsdl.releases.compare_all import compare_with_all
    from vmsdl.releases.release_names import NOW

    if options.merge_base is not None:
        raise Failure(
            "--all-releases and --merge-base cannot be used together: each of them sets OLD"
        )
    if options.witness is not None:
        raise Failure("--witness cannot be used with --all-releases: compare with one release")
    if diff_devices.is_limited(options):
        raise Failure("--devices cannot be used with --all-releases: compare with one release")
    schemas = release.load_working_schemas(options.paths, console)
    if schemas is None:
        return 2
    baseline = release.read_baseline(release.find_releases_folder(options.releases, settings))
    release.check_machine(options.machine, schemas, baseline)
    name = options.paths[0] if len(options.paths) == 1 else NOW
    found = compare_with_all(baseline, schemas, new_name=name, machine=options.machine)
    reports = (verify_fixes(report, reload) for report in found.reports)
    marked, stale = diff_suppress.apply_to_all(reports, options, settings)
    found = replace(found, reports=marked, stale_suppressions=stale)
    diff_output.write(
        options, console, lambda format_, color: _render(found, format_, requirement, color)
    )
    return 0 if found.meets(requirement) else 1


def _render(found: "AllReleases", format_: str, requirement: "Requirement", color: bool) -> str:
    match format_:
        case "text":
            from vmsdl.releases.formats import text

            return text.render_all(found, requirement, color=color)
        case "markdown":
            from vmsdl.releases.formats import markdown

            return markdown.render_all(found, requirement)
        case "json":
            from vmsdl.releases.formats import json

            return json.render_all(found)
        case _:
            from vmsdl.diff.formats import render
            from vmsdl.releases.compare_all import merge_reports

            return render(format_, merge_reports(found), requirement)
