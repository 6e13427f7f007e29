"""The folder of `vmsdl diff --witness`: each finding's witness, replayed and written to files."""

import os
from typing import TYPE_CHECKING

from vmsdl.cli.console import Console, Failure

if TYPE_CHECKING:
    from vmsdl.diff.report import Report
    from vmsdl.replay.replay import Replay


def write_witnesses(report: "Report", folder: str, console: Console) -> "Report":
    """Writes the folder. The returned report has a finding for each result that is contradicted."""
    from vmsdl.replay.classes import ModuleCache
    from vmsdl.replay.folder import TEST, make_files
    from vmsdl.replay.replay import report_disagreements, run_replays

    _check_folder(folder)
    cache = ModuleCache()
    replays = tuple(run_replays(report, cache))
    _write(folder, make_files(report.old, report.new, replays, cache))
    for each in replays:
        if each.disagreement:
            console.error(f"this is a bug in vmsdl: {_describe(each)}: {each.disagreement}")
        elif each.skip_reason:
            console.say(f"{_describe(each)}: not run: {each.skip_reason}")
    shown = sum(1 for each in replays if not each.skip_reason and not each.disagreement)
    console.say(
        f"{shown} of {len(replays)} outcomes are reproduced in {os.path.join(folder, TEST)}"
    )
    return report_disagreements(report, replays)


def has_bug(report: "Report") -> bool:
    return any(finding.rule == "witness-not-reproduced" for finding in report.findings)


def _describe(each: "Replay") -> str:
    return f"{each.finding.path} [{each.finding.rule}], {each.direction.phrase}"


def _check_folder(folder: str) -> None:
    """Files that vmsdl did not write are never overwritten."""
    from vmsdl.files import read_bytes
    from vmsdl.replay.folder import TEST, is_ours

    if not os.path.exists(folder):
        return
    if not os.path.isdir(folder):
        raise Failure(f"--witness: `{folder}` is not a folder")
    test = read_bytes(os.path.join(folder, TEST))
    if test is None and os.listdir(folder):
        raise Failure(f"--witness: `{folder}` contains other files; use a new or empty folder")
    if test is not None and not is_ours(test):
        raise Failure(f"--witness: `{TEST}` in `{folder}` was not written by vmsdl")


def _write(folder: str, content: dict[str, bytes]) -> None:
    from vmsdl.files import describe_error, read_bytes, write_chunks
    from vmsdl.project import check_output

    for name, data in content.items():
        path = os.path.join(folder, *name.split("/"))
        try:
            check_output(path, folder)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if read_bytes(path) != data:
                write_chunks(path, (data,))
        except OSError as error:
            raise Failure(f"cannot write `{path}`: {describe_error(error)}") from None
