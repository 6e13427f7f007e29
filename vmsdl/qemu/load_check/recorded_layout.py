"""A section against knowledge without codecs: names of subsections, recorded layouts."""

from collections.abc import Iterator

from vmsdl.qemu.load_check import qemu_messages
from vmsdl.qemu.load_check.program import KnownBodies, Layout, LoadingProgram, LoadVerdict, Reason
from vmsdl.qemu.load_check.qemu_messages import FailureSite
from vmsdl.qemu.stream.stream import Device
from vmsdl.qemu.stream.values import DecodedElements, DecodedRecord, Node, RecordItem, ValuesError
from vmsdl.schema.description import Description
from vmsdl.schema.recorded import Origin
from vmsdl.schema.traverse import find_reachable

Fields = tuple[tuple[str, str], ...]
_VERSION_BITS = 0xFF  # a loader keeps eight bits of a subsection's version


def check_names(device: Device, known: KnownBodies, verdict: LoadVerdict) -> None:
    """Adds what the names of the subsections that were sent decide."""
    section = device.section
    origin = known.origin.value
    why = f"its fields, checks and hooks cannot be judged by a {origin}'s knowledge"
    verdict.undecided.append(Reason(device.idstr, "", section.start, why))
    try:
        record = device.record()
    except ValuesError as error:
        verdict.undecided.append(Reason(device.idstr, error.path, error.offset, str(error)))
        return
    tables: dict[str, dict[str, list[Description]]] = {}
    for description in find_reachable(known.schema, known.description):
        table = tables.setdefault(description.wire_name, {})
        for inner in description.subsections:
            table.setdefault(inner.wire_name, []).append(inner)
    for owner, sent in _subsections(record, ()):
        if owner.title in tables:
            _subsection(device, known, owner, sent, tables[owner.title], verdict)


def _subsection(
    device: Device,
    known: KnownBodies,
    owner: "_Owner",
    inner: DecodedRecord,
    table: dict[str, list[Description]],
    verdict: LoadVerdict,
) -> None:
    site = FailureSite(device.idstr, device.instance_id, owner.fields)
    found = table.get(inner.title)
    name, place = inner.title, inner.offset
    if found is None:
        words = qemu_messages.unknown_subsection(name, owner.title, site)
        if known.origin is Origin.DUMP:
            why = f"`{owner.title}` has no subsection `{name}`"
            verdict.reasons.append(Reason(device.idstr, name, place, why, words))
        else:
            why = f"no stream showed a subsection `{name}` of `{owner.title}`"
            verdict.undecided.append(Reason(device.idstr, name, place, why, words))
        return
    version = inner.version_id & _VERSION_BITS
    newest = max(one.version_id for one in found)
    oldest = min(one.minimum_version_id for one in found)
    if version > newest:
        words = qemu_messages.version_too_new(name, version, newest, site)
        why = f"version {version} of `{name}` is newer than the program's {newest}"
        verdict.reasons.append(Reason(device.idstr, name, place, why, words))
    elif version < oldest and known.origin is Origin.DUMP:
        words = qemu_messages.version_too_old(name, version, oldest, site)
        why = f"version {version} of `{name}` is older than the oldest that loads"
        verdict.reasons.append(Reason(device.idstr, name, place, why, words))


class _Owner:
    """Whose subsection it is, and by which fields one comes to it, the innermost first."""

    def __init__(self, title: str, fields: Fields) -> None:
        self.title = title
        self.fields = fields


def _subsections(record: DecodedRecord, fields: Fields) -> Iterator[tuple[_Owner, DecodedRecord]]:
    """In the order of the stream: those of embedded structs come before the owner's."""
    for node in record.fields:
        within = ((record.title, node.name), *fields)
        match node:
            case DecodedRecord():
                yield from _subsections(node, within)
            case DecodedElements(elements=elements):
                for element in elements:
                    if isinstance(element, DecodedRecord):
                        yield from _subsections(element, within)
            case _:
                pass
    for inner in record.subsections:
        yield _Owner(record.title, fields), inner
        yield from _subsections(inner, fields)


# Recorded layouts ------------------------------------------------------------------------------


def check_layout(device: Device, program: LoadingProgram, verdict: LoadVerdict) -> None:
    """Adds where the layouts of two streams part: one of them may not be the program's."""
    if program.shown is None:
        return
    local = program.shown.layouts.get((device.idstr, device.instance_id))
    own = find_layout(device)
    if local is None or own is None or own == local:
        return
    for mine, theirs in zip(own, local, strict=False):
        if mine != theirs:
            why = f"`{mine[0]}` ({mine[1]}, {mine[2]} bytes) stands where the other stream has "
            why += f"`{theirs[0]}` ({theirs[1]}, {theirs[2]} bytes)"
            break
    else:
        longer = own if len(own) > len(local) else local
        why = f"only one of the two streams has `{longer[min(len(own), len(local))][0]}`"
    verdict.undecided.append(Reason(device.idstr, "", device.section.start, why))


def check_compared(device: Device, program: LoadingProgram, verdict: LoadVerdict) -> None:
    """Adds which fields do not hold what the program's own do, if those are what it showed."""
    if program.shown is None:
        return
    local = program.shown.compared.get((device.idstr, device.instance_id), {})
    for path, fields, item in _compared(device):
        value = local.get(path)
        if value is None or not isinstance(item.value, int) or item.value == value:
            continue
        site = FailureSite(device.idstr, device.instance_id, fields)
        if item.type.endswith(" equal"):
            words = qemu_messages.not_equal(value, item.value, site)
        elif item.value > value:
            words = qemu_messages.above(item.value, value, site)
        else:
            continue
        why = f"`{path}` is {item.value}, and was {value} in the other machine, which compares it"
        verdict.undecided.append(Reason(device.idstr, path, item.offset, why, words))


def find_compared(device: Device) -> dict[str, int]:
    """The values of the fields that a loader compares with its own."""
    return {path: item.value for path, _, item in _compared(device) if isinstance(item.value, int)}


def _compared(device: Device) -> Iterator[tuple[str, Fields, RecordItem]]:
    if not device.is_described:
        return
    try:
        record = device.record()
    except ValuesError:
        return
    for path, fields, item in _items(record, "", ()):
        if item.type.endswith((" equal", " le")):
            yield path, fields, item


def find_layout(device: Device) -> Layout | None:
    """Path, type and size of every leaf."""
    if not device.is_described:
        return None
    try:
        return tuple(_leaves(device.record(), ""))
    except ValuesError:
        return None


def _leaves(record: DecodedRecord, path: str) -> Iterator[tuple[str, str, int]]:
    return ((place, item.type, item.size) for place, _, item in _items(record, path, ()))


def _items(
    record: DecodedRecord, path: str, fields: Fields
) -> Iterator[tuple[str, Fields, RecordItem]]:
    """Every leaf: its path, and the fields by which one comes to it, the innermost first."""
    nodes: tuple[Node, ...] = (*record.fields, *record.subsections)
    for number, node in enumerate(nodes):
        place = f"{path}.{node.name}" if path else node.name
        within = fields
        if number < len(record.fields):  # a subsection is no field: QEMU names none for it
            within = ((record.title, node.name), *fields)
        match node:
            case RecordItem():
                yield place, within, node
            case DecodedRecord():
                yield from _items(node, place, within)
            case DecodedElements(elements=elements):
                for index, element in enumerate(elements):
                    at = f"{place}[{index}]"
                    if isinstance(element, DecodedRecord):
                        yield from _items(element, at, within)
                    else:
                        yield at, within, element
