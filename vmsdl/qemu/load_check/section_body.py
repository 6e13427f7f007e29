"""A section's body, read by a generated class as QEMU's loader reads it: on, until it has enough.

The loader does not know where a body ends. It takes what its own layout says, from the next section
if need be, and only the footer tells it that something was wrong.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from vmsdl.expr.nodes import Extern, Literal
from vmsdl.qemu.load_check import qemu_messages
from vmsdl.qemu.load_check.program import KnownBodies, LoadVerdict, Reason
from vmsdl.qemu.load_check.qemu_messages import FailureSite, QemuMessage
from vmsdl.qemu.stream.partial import PartialStream
from vmsdl.qemu.stream.stream import Device
from vmsdl.schema.description import Description
from vmsdl.schema.recorded import Origin
from vmsdl.schema.traverse import find_reachable, find_structs, strip_arrays
from vmsdl.schema.types import BIT, Array, Opaque, StructType, Type

_BEYOND = 1 << 20
_FLAGS = 6
_TYPES = (b"\0", b"\1", b"\2", b"\3", b"\4", b"\x08")
_SEGMENT = re.compile(r"([./])([A-Za-z_]\w*)")
_NUMBERS = re.compile(r"-?\d+")


@dataclass(frozen=True, slots=True)
class _Problem:
    """Why a trial failed: a codec's error, or a body that ends where the section does not."""

    reason: str
    path: str
    offset: int
    message: str
    end: int = 0  # where the footer was looked for


def check_body(
    device: Device,
    known: KnownBodies,
    incoming: PartialStream,
    machine: str | None,
    verdict: LoadVerdict,
) -> None:
    """Adds why this body is refused, or what of it is not known."""
    cls = known.load_class()
    if cls is None:
        why = f"the codec of `{known.description.wire_name}` is not known"
        verdict.undecided.append(Reason(device.idstr, "", device.section.start, why))
        return
    trials = _trials(device, known, cls, incoming, machine)
    problem = next(trials)
    if problem is None:
        return
    reason = _reason(problem, device, known, incoming.view)
    doubt = _doubt(problem, known, cls, machine, trials)
    if doubt is None:
        verdict.reasons.append(reason)
    else:
        unsure = Reason(reason.section, reason.path, reason.offset, doubt, reason.words)
        verdict.undecided.append(unsure)


def _doubt(
    problem: _Problem,
    known: KnownBodies,
    cls: Any,
    machine: str | None,
    others: Iterator[_Problem | None],
) -> str | None:
    """Why a failure is no proof that the program fails."""
    at = f"{problem.path}: {problem.message}"
    if known.origin is Origin.STREAM:
        return f"{at}; the layout was only recorded, in another state"
    if problem.reason == "limit":
        return f"{at}; that is this codec's own limit"
    for description in find_reachable(known.schema, known.description):
        if any(isinstance(each.condition, Extern) for each in description.fields):
            return f"{at}; whether `{description.wire_name}` has a field is decided elsewhere"
    if machine in getattr(cls, "MACHINES", ()):
        return None
    if any(other is None for other in others):
        return f"{at}; another machine's properties would accept it, and this one is not declared"
    free = _free_property(known)
    return f"{at}; `{free}` is a property of a machine that is not declared" if free else None


def _free_property(known: KnownBodies) -> str | None:
    """A property of unknown value that was not tried out."""
    own = [one.name for one in known.description.properties if one.type != BIT]
    if own or len(known.description.properties) > _FLAGS:
        return f"{known.description.wire_name}.{own[0]}" if own else known.description.wire_name
    descriptions = list(find_reachable(known.schema, known.description))
    given: dict[str, list[set[str]]] = {}
    for description in descriptions:
        for each in description.fields:
            for struct in find_structs(each.type):
                given.setdefault(struct.name, []).append({bound for bound, _ in each.bindings})
    for description in descriptions:
        for one in description.properties:
            everywhere = given.get(description.name, [])
            if description is not known.description and not all(
                one.name in bound for bound in everywhere
            ):
                return f"{description.wire_name}.{one.name}"
    return None


# Trials ----------------------------------------------------------------------------------------


def _trials(
    device: Device, known: KnownBodies, cls: Any, incoming: PartialStream, machine: str | None
) -> Iterator[_Problem | None]:
    """As the machine has it; and where that is not declared, as every declared one has it."""
    machines = getattr(cls, "MACHINES", ())
    has_nulls = any(
        isinstance(each.type, Array) and each.type.nullable and not each.type.marked
        for description in find_reachable(known.schema, known.description)
        for each in description.fields
    )
    if has_nulls:  # which pointers are null is not known: none of a new object, all of a base
        yield _trial(device, known, cls, incoming, None)
    elif machine in machines:
        yield _trial(device, known, cls, incoming, cls.for_machine(machine))
    else:
        yield _trial(device, known, cls, incoming, cls())
        for base in _settings(known, cls):
            yield _trial(device, known, cls, incoming, base)


def _settings(known: KnownBodies, cls: Any) -> Iterator[Any]:
    """Objects with other properties; a device's own flags in every combination."""
    names = [one.name for one in known.description.properties if one.type == BIT]
    for values in product((False, True), repeat=min(len(names), _FLAGS)):
        base = cls()
        for name, value in zip(names, values, strict=False):
            setattr(base, name, value)
        yield base
    for machine in getattr(cls, "MACHINES", ()):
        yield cls.for_machine(machine)


def _trial(
    device: Device, known: KnownBodies, cls: Any, incoming: PartialStream, base: Any
) -> _Problem | None:
    section, view = device.section, incoming.view
    version = section.version_id
    takes_rest = any(
        isinstance(each.type, Opaque) and each.type.length is None
        for description in find_reachable(known.schema, known.description)
        for each in description.fields
    )
    limit = section.stop if takes_rest else min(len(view), section.stop + _BEYOND)
    while True:
        try:
            _, end = cls.decode_from(view[:limit], section.start, version_id=version, base=base)
        except ValueError as error:
            reason = getattr(error, "reason", None)
            if reason is None:
                raise
            if reason == "truncated" and limit < len(view) and not takes_rest:
                limit = len(view)
                continue
            return _Problem(reason, *_of(error))
        problem = _footer(device, end, incoming)
        if problem is not None and end > section.stop:
            return _beyond(problem, device, cls, incoming, base)
        return problem


def _of(error: Any) -> tuple[str, int, str]:
    return error.path, error.offset, error.message


def _footer(device: Device, end: int, incoming: PartialStream) -> _Problem | None:
    section = device.section
    mark = bytes(incoming.view[end : end + 5])
    if mark == b"\x7e" + section.section_id.to_bytes(4, "big"):
        return None
    # Machine types of 2.3 and older have no footers: the next section follows at once.
    if end == section.stop and not incoming.has_footers and mark[:1] in _TYPES:
        return None
    left = section.stop - end
    words = "the section's footer does not follow"
    if left:
        count = f"{abs(left)} byte{'' if abs(left) == 1 else 's'}"
        words = f"the section has {count} {'more' if left > 0 else 'less'} than the program reads"
    return _Problem("footer", device.name, end, words, end)


def _beyond(
    problem: _Problem, device: Device, cls: Any, incoming: PartialStream, base: Any
) -> _Problem:
    """The same problem, at the field that takes the first byte behind the section's end."""
    section = device.section
    body = incoming.view[: section.stop]
    try:
        cls.decode_from(body, section.start, version_id=section.version_id, base=base)
    except ValueError as error:
        path, offset, _ = _of(error)
        return replace(problem, path=path, offset=min(offset, section.stop))
    return problem


# In QEMU's words -------------------------------------------------------------------------------


def _reason(problem: _Problem, device: Device, known: KnownBodies, view: memoryview) -> Reason:
    words = _words(problem, device, known, view)
    why = f"{problem.path}: {problem.message}"
    return Reason(device.idstr, problem.path, problem.offset, why, words)


def _words(problem: _Problem, device: Device, known: KnownBodies, view: memoryview) -> QemuMessage:
    section = device.section
    owner, fields = _walk(known, problem.path)
    site = FailureSite(device.idstr, device.instance_id, tuple(reversed(fields)))
    # What a hook refuses, it refuses behind all fields of its description.
    behind = FailureSite(device.idstr, device.instance_id, tuple(reversed(fields[:-1])))
    numbers = [int(text) for text in _NUMBERS.findall(problem.message)]
    match problem.reason:
        case "footer":
            return describe_footer(section.idstr, section.section_id, problem.end, view)
        case "truncated":
            return qemu_messages.body_ended(site)
        case "unknown-subsection":
            length = view[problem.offset + 1]
            raw = bytes(view[problem.offset + 2 : problem.offset + 2 + length])
            name = raw.decode("utf-8", "backslashreplace")
            return qemu_messages.unknown_subsection(name, owner.wire_name, site)
        case "version-too-new":
            return qemu_messages.version_too_new(
                owner.wire_name, numbers[0], owner.version_id, site
            )
        case "version-too-old":
            return qemu_messages.version_too_old(
                owner.wire_name, numbers[0], owner.minimum_version_id, site
            )
        case "check-failed":
            rule = problem.message.removeprefix("fails the check: ")
            if rule == problem.message:
                return qemu_messages.refused(behind)
            return qemu_messages.invalid(owner.wire_name, rule, site)
        case "not-equal" if len(numbers) == 2:
            return qemu_messages.not_equal(numbers[1], numbers[0], site)
        case "out-of-range" if "receiver" in problem.message and len(numbers) == 2:
            return qemu_messages.above(numbers[0], numbers[1], site)
        case "out-of-range" if problem.message.endswith("is negative"):
            return qemu_messages.above(numbers[0], _bound(owner, problem.path), site)
        case "bad-marker":
            return qemu_messages.bad_marker(view[problem.offset], site)
        case "bad-enum":
            return qemu_messages.refused(behind)
        case _:
            return qemu_messages.refused(site)


def describe_footer(idstr: str, section_id: int, offset: int, view: memoryview) -> QemuMessage:
    """What is said of what stands where the footer should."""
    if offset >= len(view):
        return qemu_messages.footer_ended()
    if view[offset] != 0x7E:
        return qemu_messages.no_footer(idstr)
    found = int.from_bytes(view[offset + 1 : offset + 5], "big")
    return qemu_messages.wrong_footer(idstr, found, section_id)


def _walk(known: KnownBodies, path: str) -> tuple[Description, list[tuple[str, str]]]:
    """The description that a path leads to, and by which fields, in QEMU's names."""
    description = known.description
    fields: list[tuple[str, str]] = []
    for sign, name in _SEGMENT.findall(path):
        if sign == "/":
            found = [one for one in description.subsections if name in (one.name, one.wire_name)]
            description = found[0] if found else description
            continue
        each = next((one for one in description.fields if one.name == name), None)
        if each is None:
            break
        fields.append((description.wire_name, each.wire_name))
        inner = _struct(each.type)
        if inner is not None:
            description = known.schema.descriptions[inner]
    return description, fields


def _bound(owner: Description, path: str) -> int | str:
    """What a field of the receiver holds, where the schema says it."""
    name = path.rpartition(".")[2]
    default = next((each.default for each in owner.fields if each.name == name), None)
    return default.value if isinstance(default, Literal) else "its own"


def _struct(kind: Type) -> str | None:
    element = strip_arrays(kind)
    return element.name if isinstance(element, StructType) else None
