"""The folder of `vmsdl diff --witness`: each finding's state, tried and written down."""

import os
from typing import TYPE_CHECKING

from vmsdl.cli.console import Console, Failure

if TYPE_CHECKING:
    from vmsdl.diff.report import Report
    from vmsdl.replay.replay import Replay


def write_witnesses(report: "Report", folder: str, console: Console) -> "Report":
    """Write the folder; the report, with a finding for whatever the codecs do not bear out."""
    from vmsdl.replay.classes import Classes
    from vmsdl.replay.folder import TEST, make_files
    from vmsdl.replay.replay import report_disagreements, run_replays

    _ours(folder)
    classes = Classes()
    tried = tuple(run_replays(report, classes))
    _write(folder, make_files(report.old, report.new, tried, classes))
    for each in tried:
        if each.disagreement:
            console.error(f"this is a bug in vmsdl: {_words(each)}: {each.disagreement}")
        elif each.why:
            console.say(f"{_words(each)}: not tried: {each.why}")
    shown = sum(1 for each in tried if not each.why and not each.disagreement)
    console.say(f"{shown} of {len(tried)} outcomes shown in {os.path.join(folder, TEST)}")
    return report_disagreements(report, tried)


def has_bug(report: "Report") -> bool:
    return any(finding.rule == "witness-not-reproduced" for finding in report.findings)


def _words(each: "Replay") -> str:
    return f"{each.finding.path} [{each.finding.rule}], {each.direction.replace('-', ' ')}"


def _ours(folder: str) -> None:
    """What somebody else put there stays there."""
    from vmsdl.files import read_bytes
    from vmsdl.replay.folder import TEST, is_ours

    if not os.path.exists(folder):
        return
    if not os.path.isdir(folder):
        raise Failure(f"--witness: `{folder}` is not a folder")
    test = read_bytes(os.path.join(folder, TEST))
    if test is None and os.listdir(folder):
        raise Failure(f"--witness: `{folder}` holds other files; give a new or empty folder")
    if test is not None and not is_ours(test):
        raise Failure(f"--witness: `{folder}` holds a `{TEST}` that vmsdl did not write")


def _write(folder: str, content: dict[str, bytes]) -> None:
    from vmsdl.files import describe_error, read_bytes, write_chunks

    for name, data in content.items():
        path = os.path.join(folder, *name.split("/"))
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if read_bytes(path) != data:
                write_chunks(path, (data,))
        except OSError as error:
            raise Failure(f"cannot write `{path}`: {describe_error(error)}") from None
