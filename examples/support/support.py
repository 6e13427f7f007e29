"""Three tasks of a support engineer with migration streams: why, compare, lift.

support.py why FILE --against SCHEMAS       print why that program refuses this stream
support.py compare ONE OTHER [--device D]   print how the state of two machines differs
support.py lift DEVICE FILE --into OTHER -o NEW
                                            copy the state of one device to another stream
"""

import argparse
import sys
from collections.abc import Iterator
from typing import Any

try:
    from vmsdl.cli import main as vmsdl
    from vmsdl.qemu import Device, StreamError, ValuesError, open_stream
except ImportError:
    sys.exit("vmsdl is not installed: pip install vmsdl")

MAX_SHOWN = 8  # differences per device


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every plain value with its path: `bus[0].ifs[1].status`, `…/pio_state.data`."""
    if isinstance(value, dict):
        for name, inner in value["fields"].items():
            yield from leaves(inner, f"{path}.{name}" if path else name)
        for name, inner in value.get("subsections", {}).items():
            yield from leaves(inner, f"{path}/{name.rpartition('/')[2]}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{index}]")
    else:
        yield path, value


def state_of(device: Device) -> dict[str, Any]:
    return dict(leaves(device.values()))


def short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 24 else f"{text[:20]}… ({len(text) // 2} bytes)"


def compare(one_path: str, other_path: str, name: str | None) -> int:
    one, other = open_stream(one_path), open_stream(other_path)
    others = {(device.idstr, device.instance_id): device for device in other.devices}
    differ = 0
    for device in one.devices:
        if name not in (None, device.idstr, device.name):
            continue
        counterpart = others.pop((device.idstr, device.instance_id), None)
        title = f"{device.idstr} {device.instance_id}"
        if counterpart is None:
            print(f"{title}: only in {one_path}")
            differ += 1
            continue
        mine, theirs = state_of(device), state_of(counterpart)
        paths = [p for p in {**mine, **theirs} if mine.get(p, "-") != theirs.get(p, "-")]
        if paths:
            differ += 1
            print(f"{title}: {len(paths)} of {len(mine)} values differ")
            for path in paths[:MAX_SHOWN]:
                print(f"    {path}: {short(mine.get(path, '-'))} | {short(theirs.get(path, '-'))}")
            if len(paths) > MAX_SHOWN:
                print(f"    … and {len(paths) - MAX_SHOWN} more")
    for device in others.values():
        if name in (None, device.idstr, device.name):
            print(f"{device.idstr} {device.instance_id}: only in {other_path}")
            differ += 1
    plural = "device differs" if differ == 1 else "devices differ"
    print(f"{differ} {plural}" if differ else "the same state")
    return 1 if differ else 0


def lift(name: str, instance: int | None, path: str, into: str, output: str) -> int:
    device = open_stream(path).device(name, instance)
    target = open_stream(into)
    replaced = target.device(name, instance)
    if replaced.version_id != device.version_id:
        versions = f"version {device.version_id} in {path}, {replaced.version_id} in {into}"
        print(f"{name}: {versions}", file=sys.stderr)
        return 1
    size = target.write(output, {replaced: device.data})
    print(f"{device.idstr}: {len(device.data)} bytes of {path} -> {output} ({size} bytes)")
    return 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    actions = parser.add_subparsers(dest="action", required=True)
    why = actions.add_parser("why")
    why.add_argument("file")
    why.add_argument("--against", required=True)
    both = actions.add_parser("compare")
    both.add_argument("one")
    both.add_argument("other")
    both.add_argument("--device")
    one = actions.add_parser("lift")
    one.add_argument("device")
    one.add_argument("file")
    one.add_argument("--instance", type=int, help="instance id, if several devices have this name")
    one.add_argument("--into", required=True)
    one.add_argument("-o", "--output", required=True)
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    try:
        match arguments.action:
            case "why":
                return vmsdl(["stream", "check", arguments.file, "--against", arguments.against])
            case "compare":
                return compare(arguments.one, arguments.other, arguments.device)
            case _:
                source = arguments.device, arguments.instance, arguments.file
                return lift(*source, arguments.into, arguments.output)
    except KeyError as error:
        print(f"error: {error.args[0]}", file=sys.stderr)
    except (OSError, StreamError, ValuesError) as error:
        print(f"error: {error}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
