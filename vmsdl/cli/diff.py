"""`vmsdl diff`: what becomes of state that one version saves and another loads."""

import argparse
from typing import TYPE_CHECKING

from vmsdl.cli.console import Console, Failure

if TYPE_CHECKING:
    from vmsdl.diff.report import Report

SUMMARY = "tell what becomes of state when it moves between two versions, in both directions"
DESCRIPTION = """Compares two versions of a schema: for every device, whether the new version loads
what the old one saves, and the other way round; and where not, when, why, and for which state. Exit
status 1 where what is required does not hold."""

_DEFAULT = "old-to-new=ok,new-to-old=conditional"
_DIRECTIONS = ("old-to-new", "new-to-old")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", metavar="OLD", help=".vmsd file, a folder, or git:REV:PATH")
    parser.add_argument("new", metavar="NEW", help="the same")
    parser.add_argument(
        "--format",
        choices=("text", "markdown", "json"),
        default="text",
        help="how to show the report (text)",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write the report there")
    parser.add_argument("--machine", metavar="NAME", help="the machine type on both ends")
    parser.add_argument(
        "--require",
        metavar="G",
        default=_DEFAULT,
        help=f"the least that will do: ok, conditional or any for each direction ({_DEFAULT})",
    )


def run(options: argparse.Namespace, console: Console) -> int:
    from vmsdl.cli.versions import schemas_of
    from vmsdl.diff.compare import compare
    from vmsdl.diff.remedies import judged
    from vmsdl.driver import reload

    required = _required(options.require)
    old = schemas_of(options.old, console)
    new = schemas_of(options.new, console)
    if old is None or new is None:
        return 2
    if options.machine is not None:
        known = {name for schema in (*old, *new) for name in schema.machines}
        if options.machine not in known:
            raise Failure(f"there is no machine `{options.machine}` in either")
    report = compare(old, new, old_name=options.old, new_name=options.new, machine=options.machine)
    report = judged(report, reload)
    text = _text(report, options.format)
    if options.output is None:
        console.result(text)
    else:
        from vmsdl.files import reason, write_if_changed

        try:
            write_if_changed(options.output, text)
        except OSError as error:
            raise Failure(f"cannot write `{options.output}`: {reason(error)}") from None
    return 0 if _is_met(report, required) else 1


def _required(text: str) -> dict[str, str]:
    from vmsdl.diff.verdict import LEVELS

    found = dict(part.split("=") for part in _DEFAULT.split(","))
    for part in text.split(","):
        name, _, level = part.strip().partition("=")
        if name not in _DIRECTIONS or level not in LEVELS:
            raise Failure(
                f"--require: `{part}` is not old-to-new=LEVEL or new-to-old=LEVEL, "
                f"LEVEL one of {', '.join(LEVELS)}"
            )
        found[name] = level
    return found


def _is_met(report: "Report", required: dict[str, str]) -> bool:
    from vmsdl.diff.verdict import LEVELS

    return (
        report.old_to_new in LEVELS[required["old-to-new"]]
        and report.new_to_old in LEVELS[required["new-to-old"]]
    )


def _text(report: "Report", format_: str) -> str:
    if format_ == "json":
        import json

        from vmsdl.diff.report import as_json

        return json.dumps(as_json(report), indent=1, ensure_ascii=False) + "\n"
    from vmsdl.diff.formats import markdown, text

    return markdown.render(report) if format_ == "markdown" else text.render(report)
