"""Suppressions in `vmsdl diff`: applied to reports, and written for findings that are open."""

import argparse
from datetime import date
from typing import TYPE_CHECKING

from vmsdl.cli.console import Console, Failure
from vmsdl.cli.inputs.origins import find_day

if TYPE_CHECKING:  # what a comparison needs is imported when there is one
    from collections.abc import Iterable, Iterator

    from vmsdl.config import Config
    from vmsdl.diff.direction import Direction
    from vmsdl.diff.policy import Requirement
    from vmsdl.diff.report import Finding, Report
    from vmsdl.diff.suppression import Suppression
    from vmsdl.diff.suppressions.apply import SuppressionLedger
    from vmsdl.source import SourceFile


def configure(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "suppressing findings",
        "Suppressed findings stay in the report and do not count for --require.",
    )
    group.add_argument(
        "--suppressions", metavar="FILE", help="the file of suppressions (as configured)"
    )
    group.add_argument(
        "--suppress",
        action="store_true",
        help="write findings that do not meet --require into that file; needs --reason, --owner "
        "and --until",
    )
    group.add_argument("--reason", metavar="TEXT", help="why the findings are acceptable")
    group.add_argument("--owner", metavar="WHO", help="who is responsible for them")
    group.add_argument("--until", metavar="DATE", help="the last day on which they are suppressed")
    group.add_argument(
        "--select",
        metavar="WHICH",
        action="append",
        default=[],
        help="suppress only findings with this fingerprint, path or rule; can be repeated",
    )
    group.add_argument(
        "--as-of", metavar="DATE", help="the day that decides which entries have expired (today)"
    )


def apply_to_report(
    report: "Report",
    options: argparse.Namespace,
    settings: "Config | None",
    requirement: "Requirement",
    console: Console,
) -> "Report":
    """The report with suppressions applied, after new ones are written where that is asked for."""
    from vmsdl.diff.suppressions.apply import SuppressionLedger, apply_suppressions

    day = _parse_day("--as-of", options.as_of) or find_day()
    until = _check_options(options, day)
    path = _find_path(options, settings)
    if path is None:
        if options.suppress:
            raise Failure(
                "--suppress needs a file: `suppressions` in [tool.vmsdl.diff], or "
                "--suppressions FILE"
            )
        return report
    source = _read_source(path)
    ledger = SuppressionLedger(_read_suppressions(source), day)
    if until is None:
        return apply_suppressions(report, ledger)
    fresh = list(_suppress_open(ledger.mark(report), options, until, requirement))
    if not fresh:
        console.say("no findings to suppress")
        return apply_suppressions(report, ledger)
    suppressions = _write_suppressions(source, fresh, ledger, console)
    return apply_suppressions(report, SuppressionLedger(suppressions, day))


def apply_to_all(
    reports: "Iterable[Report]", options: argparse.Namespace, settings: "Config | None"
) -> "tuple[tuple[Report, ...], tuple[Finding, ...]]":
    """Marked reports, and findings about stale suppressions: those that no report needs."""
    from vmsdl.diff.suppressions.apply import SuppressionLedger

    day = _parse_day("--as-of", options.as_of) or find_day()
    if _check_options(options, day) is not None:
        raise Failure("--suppress cannot be used with --all-releases: compare with one release")
    path = _find_path(options, settings)
    if path is None:
        return tuple(reports), ()
    ledger = SuppressionLedger(_read_suppressions(_read_source(path)), day)
    marked = tuple(ledger.mark(report) for report in reports)
    return marked, tuple(ledger.find_stale().values())


def _find_path(options: argparse.Namespace, settings: "Config | None") -> str | None:
    """The file of suppressions: from the command line, else from the project."""
    path: str | None = options.suppressions
    return path or (None if settings is None else settings.suppressions_file)


def _check_options(options: argparse.Namespace, day: date) -> date | None:
    """The last day of new suppressions; None: none are asked for."""
    until = _parse_day("--until", options.until)
    if not options.suppress:
        for name in ("reason", "owner", "until", "select"):
            if getattr(options, name):
                raise Failure(f"--{name} needs --suppress")
        return None
    if not (options.reason or "").strip():
        raise Failure("--suppress needs --reason: why the findings are acceptable")
    if not (options.owner or "").strip():
        raise Failure("--suppress needs --owner: who is responsible for them")
    if until is None:
        raise Failure("--suppress needs --until: the last day on which they are suppressed")
    if until < day:
        raise Failure(f"--until: {until} is in the past")
    return until


def _parse_day(flag: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Failure(f"{flag}: `{text}` is not a date such as 2027-01-31") from None


def _read_source(path: str) -> "SourceFile":
    """The file; an empty one where there is none yet."""
    from vmsdl.files import describe_error, read_text
    from vmsdl.source import SourceFile

    try:
        return SourceFile(path, read_text(path))
    except FileNotFoundError:
        return SourceFile(path, "")
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"cannot read `{path}`: {describe_error(error)}") from None


def _read_suppressions(source: "SourceFile") -> "tuple[Suppression, ...]":
    from vmsdl.diff.suppressions.file import EntryError, read_entries

    try:
        return read_entries(source)
    except EntryError as error:
        raise Failure(str(error)) from None


def _suppress_open(
    report: "Report", options: argparse.Namespace, until: date, requirement: "Requirement"
) -> "Iterator[Suppression]":
    """Suppressions of open results: those that are selected, else those of directions that do not
    meet the requirement."""
    from vmsdl.diff.suppressions.apply import suppress

    is_matched: dict[str, bool] = dict.fromkeys(options.select, False)
    devices = {device.name: device for device in report.devices}
    for finding, direction in _find_open(report):
        names = {finding.fingerprint(direction), finding.path, finding.rule} & is_matched.keys()
        is_matched.update(dict.fromkeys(names, True))
        if is_matched:
            is_selected = bool(names)
        else:
            is_selected = not requirement.is_met_by(devices[finding.device], direction)
        if is_selected:
            yield suppress(
                finding,
                direction,
                reason=options.reason.strip(),
                owner=options.owner.strip(),
                until=until,
            )
    for name, is_known in is_matched.items():
        if not is_known:
            raise Failure(f"--select: no open finding has the fingerprint, path or rule `{name}`")


def _find_open(report: "Report") -> "Iterator[tuple[Finding, Direction]]":
    """The bad results that are not suppressed."""
    from vmsdl.diff.direction import Direction
    from vmsdl.diff.verdict import Verdict

    for finding in report.findings:
        for direction in Direction:
            result = finding.result(direction)
            if result.verdict is not Verdict.OK and result.suppression is None:
                yield finding, direction


def _write_suppressions(
    source: "SourceFile", fresh: "list[Suppression]", ledger: "SuppressionLedger", console: Console
) -> "tuple[Suppression, ...]":
    """Writes new entries into the file, and reads all of it again."""
    from vmsdl.diff.suppressions.file import EntryError, add_entries
    from vmsdl.files import describe_error, write_if_changed

    try:
        text = add_entries(source, fresh, ledger.find_stale())
        write_if_changed(source.path, text)
    except EntryError as error:
        raise Failure(str(error)) from None
    except OSError as error:
        raise Failure(f"cannot write `{source.path}`: {describe_error(error)}") from None
    console.say(f"{source.path}: {len(fresh)} suppressed")
    return _read_suppressions(_read_source(source.path))
