"""Which devices `vmsdl diff` compares: all, some by name, or those of one machine."""

import argparse
from typing import TYPE_CHECKING

from vmsdl.cli.console import Console, Failure

if TYPE_CHECKING:
    from vmsdl.diff.chosen_devices import ChosenDevices
    from vmsdl.diff.report import Report


def configure(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("devices of one machine")
    group.add_argument(
        "--devices",
        metavar="NAME",
        action="append",
        default=[],
        help="compare only the devices with this name on the wire, or that match this pattern, "
        "such as virtio*; can be repeated, or a list with commas",
    )
    group.add_argument(
        "--devices-of",
        metavar="STREAM",
        help="compare only the devices that have a section in this migration stream",
    )


def is_limited(options: argparse.Namespace) -> bool:
    return bool(options.devices) or options.devices_of is not None


def choose(options: argparse.Namespace, console: Console) -> "ChosenDevices | None":
    """None: all of them."""
    if not is_limited(options):
        return None
    from vmsdl.diff.chosen_devices import ChosenDevices

    patterns = (name.strip() for each in options.devices for name in each.split(","))
    sections = () if options.devices_of is None else _read_sections(options.devices_of)
    return ChosenDevices(tuple(name for name in patterns if name), tuple(sections))


def check(report: "Report", chosen: "ChosenDevices | None") -> None:
    """A name that no device has is a mistake: the report would say that nothing differs."""
    if chosen is None:
        return
    for pattern in chosen.patterns:
        if not any(chosen.matches(pattern, device) for device in report.devices):
            raise Failure(f"--devices: neither version has a device `{pattern}`")
    if not report.devices:
        raise Failure("--devices-of: neither version has a device of this stream")


def _read_sections(path: str) -> "list[str]":
    from vmsdl.cli.inputs.paths import map_file
    from vmsdl.qemu.stream.framing import Section, read_stream
    from vmsdl.qemu.stream.reader import StreamError

    try:
        parts = read_stream(map_file(path), {})
        return list(dict.fromkeys(part.idstr for part in parts if isinstance(part, Section)))
    except StreamError as error:
        raise Failure(f"--devices-of: `{path}`: {error}") from None
