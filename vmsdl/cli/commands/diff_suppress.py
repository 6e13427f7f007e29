"""From a report to one that minds what the project accepts; and what is open, into that file."""

import argparse
from datetime import date
from typing import TYPE_CHECKING

from vmsdl.cli.console import Console, Failure

if TYPE_CHECKING:
    from vmsdl.diff.report import DirectionResult, Suppression
    from vmsdl.diff.suppressions.apply import SuppressionLedger


if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vmsdl.config import Config
    from vmsdl.diff.policy import Requirement
    from vmsdl.diff.report import Finding, Report
    from vmsdl.source import SourceFile


def configure(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "accepting findings",
        "What is accepted stays in the report and does not count for --require.",
    )
    group.add_argument(
        "--accepted", metavar="FILE", help="the file of accepted findings (as configured)"
    )
    group.add_argument(
        "--accept",
        metavar="REASON",
        help="write what falls short of --require into that file, and why it will do",
    )
    group.add_argument("--owner", metavar="WHO", help="who answers for it")
    group.add_argument("--until", metavar="DATE", help="the last day on which it is accepted")
    group.add_argument(
        "--only",
        metavar="WHICH",
        action="append",
        default=[],
        help="accept findings of this fingerprint, path or rule alone; can be repeated",
    )
    group.add_argument(
        "--today", metavar="DATE", help="the day that acceptances are held against (today)"
    )


def apply_to_report(
    report: "Report",
    options: argparse.Namespace,
    settings: "Config | None",
    requirement: "Requirement",
    console: Console,
) -> "Report":
    """The report with what is accepted marked, and what has lapsed in it."""
    from vmsdl.diff.suppressions.apply import SuppressionLedger, apply_suppressions

    today = _day("--today", options.today) or date.today()
    until = _owed(options, today)
    path = options.accepted or (None if settings is None else settings.accepted_file)
    if path is None:
        if options.accept is not None:
            raise Failure("say where: `accepted` in [tool.vmsdl.diff], or --accepted FILE")
        return report
    source = _read(path)
    ledger = SuppressionLedger(_entries(source), today)
    if until is None:
        return apply_suppressions(report, ledger)
    marked = ledger.marked(report)
    fresh = list(_fresh(marked, options, until, requirement))
    if not fresh:
        console.say("nothing is left to accept")
        return apply_suppressions(report, SuppressionLedger(ledger.acceptances, today))
    return apply_suppressions(
        report, SuppressionLedger(_written(source, fresh, ledger, console), today)
    )


def apply_to_all(
    reports: "Iterable[Report]", options: argparse.Namespace, settings: "Config | None"
) -> "tuple[tuple[Report, ...], tuple[Finding, ...]]":
    """Reports with what is accepted marked, and what lapsed: what serves one of them serves."""
    from vmsdl.diff.suppressions.apply import SuppressionLedger

    today = _day("--today", options.today) or date.today()
    if _owed(options, today) is not None:
        raise Failure("--accept writes what one report says: compare with one release")
    path = options.accepted or (None if settings is None else settings.accepted_file)
    if path is None:
        return tuple(reports), ()
    ledger = SuppressionLedger(_entries(_read(path)), today)
    marked = tuple(ledger.marked(report) for report in reports)
    return marked, tuple(ledger.lapsed().values())


def _owed(options: argparse.Namespace, today: date) -> date | None:
    """The last day of what is to be accepted; None: nothing is."""
    until = _day("--until", options.until)
    if options.accept is None:
        for name in ("owner", "until", "only"):
            if getattr(options, name):
                raise Failure(f"--{name} says something about --accept, which is not there")
        return None
    if not options.accept.strip():
        raise Failure("--accept: a reason is needed")
    if not (options.owner or "").strip():
        raise Failure("--accept needs --owner: who answers for it")
    if until is None:
        raise Failure("--accept needs --until: the day on which it is to be looked at again")
    if until < today:
        raise Failure(f"--until: {until} is over")
    return until


def _day(flag: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Failure(f"{flag}: `{text}` is no date, such as 2027-01-31") from None


def _read(path: str) -> "SourceFile":
    """Its text; none where there is no file yet."""
    from vmsdl.files import describe_error, read_text
    from vmsdl.source import SourceFile

    try:
        return SourceFile(path, read_text(path))
    except FileNotFoundError:
        return SourceFile(path, "")
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"cannot read `{path}`: {describe_error(error)}") from None


def _entries(source: "SourceFile") -> "tuple[Suppression, ...]":
    from vmsdl.diff.suppressions.file import EntryError, read_entries

    try:
        return read_entries(source)
    except EntryError as error:
        raise Failure(str(error)) from None


def _fresh(
    report: "Report", options: argparse.Namespace, until: date, requirement: "Requirement"
) -> "Iterator[Suppression]":
    """What is to be accepted: what is named, or what stands against the requirement."""
    from vmsdl.diff.suppressions.apply import add_suppressions

    names: dict[str, bool] = dict.fromkeys(options.only, False)
    devices = {device.name: device for device in report.devices}
    for finding, direction, outcome in _open(report):
        known = {finding.fingerprint(direction), finding.path, finding.rule} & names.keys()
        names.update(dict.fromkeys(known, True))
        is_short = not names and requirement.falls_short(devices[finding.device], direction)
        if known or is_short:
            yield add_suppressions(
                finding,
                direction,
                outcome,
                reason=options.accept.strip(),
                owner=options.owner.strip(),
                until=until,
            )
    for name, was_met in names.items():
        if not was_met:
            raise Failure(f"--only: no open finding has the fingerprint, path or rule `{name}`")


def _open(report: "Report") -> "Iterator[tuple[Finding, str, DirectionResult]]":
    from vmsdl.diff.report import DIRECTIONS
    from vmsdl.diff.verdict import Verdict

    for finding in report.findings:
        for direction in DIRECTIONS:
            outcome = finding.outcome(direction)
            if outcome.verdict is not Verdict.OK and outcome.accepted is None:
                yield finding, direction, outcome


def _written(
    source: "SourceFile", fresh: "list[Suppression]", ledger: "SuppressionLedger", console: Console
) -> "tuple[Suppression, ...]":
    from vmsdl.diff.suppressions.file import EntryError, add_entries
    from vmsdl.files import describe_error, write_if_changed

    try:
        text = add_entries(source, fresh, ledger.lapsed())
        write_if_changed(source.path, text)
    except EntryError as error:
        raise Failure(str(error)) from None
    except OSError as error:
        raise Failure(f"cannot write `{source.path}`: {describe_error(error)}") from None
    console.say(f"{source.path}: {len(fresh)} accepted")
    return _entries(_read(source.path))
