"""Schemas from C against streams of the program that was built from it.

A section is exact where its bytes are decoded to the last one, and encoded to the same bytes. Where
the defaults of locals and properties do not do it, others are tried: the lengths that the stream's
own description shows, then the flags of the device and of its structs, one and two at a time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from itertools import combinations
from typing import Any, TypeAlias

from vmsdl.csource.verify import DeviceCheck, Outcome
from vmsdl.qemu.stream.load_target import make_load_target
from vmsdl.qemu.stream.schema_state import SchemaDevice, find_matching
from vmsdl.qemu.stream.stream import Device, Stream
from vmsdl.qemu.stream.values import DecodedRecord, ValuesError
from vmsdl.records import dataclass

# The name of a device or struct, and of a local or property in it.
LocalPlace: TypeAlias = tuple[str, str]

_MAXIMUM_FLAGS = 24  # of which every pair is tried


@dataclass(slots=True)
class StreamChecks:
    """The sections of streams, and the values with which they are exact."""

    checks: list[DeviceCheck] = field(default_factory=list)
    # Values other than the default; a place with two different values has no common one.
    values: dict[LocalPlace, set[int | bool]] = field(default_factory=dict)

    def find_agreed(self) -> dict[LocalPlace, int | bool]:
        return {
            place: next(iter(values))
            for place, values in sorted(self.values.items())
            if len(values) == 1
        }


def verify_stream(
    stream: Stream, file: str, known: Sequence[SchemaDevice], found: StreamChecks
) -> None:
    for device in stream.devices:
        candidates = find_matching(device.idstr, device.instance_id, known)
        check, values = _check_section(device, candidates, stream.machine, file)
        found.checks.append(check)
        for place, value in values.items():
            found.values.setdefault(place, set()).add(value)


def _check_section(
    device: Device, candidates: Sequence[SchemaDevice], machine: str | None, file: str
) -> tuple[DeviceCheck, Mapping[LocalPlace, int | bool]]:
    detail = ""
    for candidate in candidates:
        cls = candidate.load()
        if cls is None:
            continue
        for values in _list_values(device, cls, machine):
            base, changed = values
            problem = _try(device, cls, base)
            if problem is None:
                outcome = Outcome.EXACT_WITH if changed else Outcome.EXACT
                words = ", ".join(
                    f"{owner}.{name} = {_word(value)}" for (owner, name), value in changed.items()
                )
                return DeviceCheck(device.idstr, file, outcome, words), changed
            detail = detail or problem
    if not detail:
        return DeviceCheck(device.idstr, file, Outcome.UNKNOWN), {}
    return DeviceCheck(device.idstr, file, Outcome.DIFFERENT, detail), {}


def _word(value: int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _try(device: Device, cls: Any, base: Any) -> str | None:
    """Why the bytes are not those of an instance; None where they are."""
    body, version = device.data, device.version_id
    try:
        state = cls.decode(body, version_id=version, base=base)
        data = state.encode(version_id=version, subsections="present")
    except ValueError as error:
        path = getattr(error, "path", "")
        message = getattr(error, "message", None) or str(error)
        return f"{path}: {message}" if path else message
    return None if data == body else "it is encoded to other bytes"


# Bases -------------------------------------------------------------------------------------------


def _list_values(
    device: Device, cls: Any, machine: str | None
) -> Iterator[tuple[Any, dict[LocalPlace, int | bool]]]:
    """Objects to load into, the likeliest first, each with what is not its default."""

    def create() -> Any:
        return cls.for_machine(machine) if machine in getattr(cls, "MACHINES", ()) else cls()

    yield create(), {}
    record = _read_record(device)
    lengths = {} if record is None else _find_lengths(cls, record)
    if lengths:
        yield _create_with(create(), lengths), lengths
    if record is not None:
        target = make_load_target(cls, record)
        if target is not None:  # lengths that differ from object to object, pointers that are null
            yield target, lengths
    flags = dict(_list_flags(create()))
    places = list(flags)
    groups = [(place,) for place in places]
    pairs = list(combinations(places, 2)) if len(places) <= _MAXIMUM_FLAGS else []
    for group in (*groups, *pairs):
        changed = lengths | {place: not flags[place] for place in group}
        yield _create_with(create(), changed), changed


def _read_record(device: Device) -> DecodedRecord | None:
    if not device.is_described:
        return None
    try:
        return device.record()
    except ValuesError:
        return None


def _find_lengths(cls: Any, record: DecodedRecord) -> dict[LocalPlace, int | bool]:
    """The lengths that the description shows, where all objects of a struct have the same."""
    target = make_load_target(cls, record)
    if target is None:
        return {}
    usual = {place: value for owner in (cls(),) for place, value in _list_locals(owner)}
    found: dict[LocalPlace, set[int | bool]] = {}
    for place, value in _list_locals(target):
        default = usual.get(place, 0)
        if value != default:
            found.setdefault(place, set()).add(value)
    return {place: next(iter(values)) for place, values in found.items() if len(values) == 1}


def _create_with(state: Any, values: Mapping[LocalPlace, int | bool]) -> Any:
    for owner in _list_objects(state):
        layout = type(owner)._layout()
        for local in layout.locals:
            value = values.get((layout.name, local.name))
            if value is not None:
                setattr(owner, local.attribute, value)
    return state


def _list_flags(state: Any) -> Iterator[tuple[LocalPlace, bool]]:
    for place, value in _list_locals(state):
        if isinstance(value, bool):
            yield place, value


def _list_locals(state: Any) -> Iterator[tuple[LocalPlace, int | bool]]:
    for owner in _list_objects(state):
        layout = type(owner)._layout()
        for local in layout.locals:
            value = getattr(owner, local.attribute, None)
            if isinstance(value, bool | int):
                yield (layout.name, local.name), value


def _list_objects(state: Any) -> Iterator[Any]:
    """The object and all structs in it; arrays that are empty show no object."""
    yield state
    layout = type(state)._layout()
    for step in layout.steps:
        value = getattr(state, getattr(step, "attribute", ""), None)
        for each in value if isinstance(value, list) else (value,):
            if hasattr(type(each), "_layout"):
                yield from _list_objects(each)
    for entry in layout.subsections:
        inner = getattr(state, entry.attribute, None)
        if inner is not None:
            yield from _list_objects(inner)
