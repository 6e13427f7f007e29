"""`vmsdl diff --fix`: writes a remedy of a report into the files of the new schema."""

import argparse
import os
import sys
from typing import TYPE_CHECKING

from vmsdl.cli.console import Console, Failure

if TYPE_CHECKING:  # what a comparison needs is imported when there is one
    from vmsdl.diff.report import ProposedFix, Report
    from vmsdl.schema.description import Schema

ASK = ""  # what `--fix` without a number is


def configure(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "writing fixes", "The report is that of the files after the fix."
    )
    group.add_argument(
        "--fix",
        nargs="?",
        const=ASK,
        metavar="N",
        help="write fix N of the report into the new schema (after the paths, or --fix=N); without "
        "N, list the fixes and ask",
    )
    group.add_argument("--yes", action="store_true", help="do not ask before a file is written")


def check_options(options: argparse.Namespace) -> None:
    """Refuse what cannot be fixed before anything is compared."""
    if options.fix is None:
        if options.yes:
            raise Failure("--yes is used with --fix only")
        return
    if options.fix != ASK and not options.fix.isdigit():
        raise Failure(
            f"--fix: expected the number of a fix, found `{options.fix}`; write the paths before "
            "--fix"
        )
    if options.all_releases:
        raise Failure("--fix cannot be used with --all-releases: compare with one release")
    new = options.paths[-1] if options.paths and options.merge_base is None else ""
    if new.startswith("git:"):
        raise Failure(f"--fix cannot write `{new}`: NEW must be a file or folder")
    if not options.yes and not _is_terminal():
        raise Failure("--fix needs --yes where there is no terminal to ask on")


def apply_fix(
    report: "Report", new: "list[Schema]", options: argparse.Namespace, console: Console
) -> bool:
    """Whether a fix was written. `new`: the schemas whose files may be changed."""
    fixes = list_fixes(report)
    if not fixes:
        console.say(f"no fix to write{_explain_none(report)}")
        return False
    chosen = _choose(fixes, options, console)
    if chosen is None:
        return False
    _write(chosen, new, console)
    return True


def _explain_none(report: "Report") -> str:
    from vmsdl.schema.recorded import is_recorded

    sides = [device.new for device in report.devices if device.new is not None]
    if not any(is_recorded(side.description) for side in sides):
        return ""
    return ": what was recorded of a program is not edited, but the program"


def list_fixes(report: "Report") -> "list[ProposedFix]":
    """Those of all findings in the order of the report, each once."""
    found: dict[object, ProposedFix] = {}
    for finding in report.findings:
        for fix in finding.fixes:
            found.setdefault(_identify(fix), fix)
    return list(found.values())


def _identify(fix: "ProposedFix") -> object:
    """Its edits. A file that several schemas import was read for each of them."""
    return tuple(
        (each.span.source.path, each.span.start, each.span.end, each.text)
        for each in fix.replacements
    )


def _choose(
    fixes: "list[ProposedFix]", options: argparse.Namespace, console: Console
) -> "ProposedFix | None":
    from vmsdl.diff.formats.phrases import describe_fix

    if options.fix != ASK:
        number = int(options.fix)
        if not 1 <= number <= len(fixes):
            raise Failure(f"--fix: there is no fix {number}: the report has {len(fixes)}")
        console.say(f"fix {number}: {describe_fix(fixes[number - 1])}")
        if options.yes or _ask("write it? [y/N] ").lower() in ("y", "yes"):
            return fixes[number - 1]
        return None
    for number, fix in enumerate(fixes, 1):
        console.say(f"fix {number}: {describe_fix(fix)}")
    if options.yes:
        if len(fixes) > 1:
            raise Failure(f"--fix: there are {len(fixes)} fixes: choose one with --fix N")
        return fixes[0]
    answer = _ask(f"write which one? [1{f' to {len(fixes)}' if len(fixes) > 1 else ''}, or none] ")
    if not answer.isdigit() or not 1 <= int(answer) <= len(fixes):
        return None
    return fixes[int(answer) - 1]


def _write(fix: "ProposedFix", new: "list[Schema]", console: Console) -> None:
    from vmsdl.diagnostics.apply_fixes import apply_replacements
    from vmsdl.files import read_bytes

    sources = [file.source for schema in new for file in schema.files]
    for each in fix.replacements:
        if not any(each.span.source is source for source in sources):
            raise Failure(f"--fix: `{each.span.source.path}` is not a file of the new schema")
    for source in {id(e.span.source): e.span.source for e in fix.replacements}.values():
        data = read_bytes(source.path)
        # A byte order mark is no part of the text.
        if data is None or data.removeprefix(b"\xef\xbb\xbf") != source.text.removeprefix(
            "\ufeff"
        ).encode("utf-8"):
            raise Failure(f"--fix: `{source.path}` has changed since it was read")
    for path, text in apply_replacements(fix.replacements).items():
        console.write(text, path)
        console.say(f"{os.path.normpath(path)}: fixed")


def _is_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _ask(question: str) -> str:
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip()
