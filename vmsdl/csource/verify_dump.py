"""Schemas from C against a dump of the program that was built from it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import Any, TypeAlias

from vmsdl.csource.verify import DeviceCheck, Outcome
from vmsdl.qemu.export import describe_device, find_qom_types
from vmsdl.records import dataclass
from vmsdl.schema.description import Schema
from vmsdl.schema.traverse import find_devices

# A description's or field's place in its class, and all that the dump says of it.
Row: TypeAlias = tuple[Any, ...]

_STUB = "(null)"


@dataclass(slots=True)
class DumpChecks:
    """The classes of a dump, and the QOM types that it adds to devices."""

    checks: list[DeviceCheck] = field(default_factory=list)
    added: dict[str, set[str]] = field(default_factory=dict)  # the name of a device -> types


def verify_dump(schemas: Iterable[Schema], document: Mapping[str, Any], file: str) -> DumpChecks:
    """A class that no device names is that of the one device with its description: its type is
    made when the program runs."""
    # Dumps of QEMU before 8.1 have no numbers of elements.
    has_counts = any("num" in each for each in _list_fields(document))
    by_type: dict[str, list[Row]] = {}
    by_name: dict[str, list[tuple[str, list[Row]]]] = {}
    for schema in schemas:
        for device in find_devices(schema):
            record = describe_device(schema, device, has_counts)
            rows = list(_list_rows(record, ""))
            by_name.setdefault(str(record["name"]), []).append((device.name, rows))
            for type_ in find_qom_types(device):
                by_type[type_] = rows
    found = DumpChecks()
    for type_, entry in sorted(document.items()):
        described = entry.get("Description") if isinstance(entry, dict) else None
        if not isinstance(described, dict):
            continue
        record = described
        rows = list(_list_rows(record, ""))
        known = by_type.get(type_)
        if known is None:
            same = [name for name, each in by_name.get(str(record.get("name")), ()) if each == rows]
            if len(same) == 1:
                found.added.setdefault(same[0], set()).add(type_)
            known = rows if same else None
        outcome, detail = _compare(record, rows, known)
        found.checks.append(DeviceCheck(type_, file, outcome, detail))
    return found


def _list_fields(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "Fields":
                yield from inner
            yield from _list_fields(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _list_fields(inner)


def _compare(
    record: Mapping[str, Any], rows: list[Row], known: list[Row] | None
) -> tuple[Outcome, str]:
    if known == rows:
        return Outcome.EXACT, ""
    if record.get("name") == _STUB:
        return Outcome.STUB, ""
    if known is None:
        return Outcome.UNKNOWN, f"`{record.get('name')}`"
    only_dump = list((Counter(rows) - Counter(known)).elements())
    only_source = list((Counter(known) - Counter(rows)).elements())
    return Outcome.DIFFERENT, _describe(only_dump, only_source)


def _describe(only_dump: list[Row], only_source: list[Row]) -> str:
    """The first difference: the others mostly follow from it."""
    if not only_dump and not only_source:
        return "the same fields in another order"
    place = (only_dump or only_source)[0][0]
    one = next((row for row in only_dump if row[0] == place), None)
    other = next((row for row in only_source if row[0] == place), None)
    name = place.lstrip("./") or "the description"
    if one is None or other is None:
        return f"{name} is only in {'the source' if one is None else 'the dump'}"
    facts = [
        f"{ours} in the source, {theirs} in the dump"
        for theirs, ours in zip(one[1:], other[1:], strict=False)
        if theirs != ours
    ]
    return f"{name}: {'; '.join(facts) or 'a field or a subsection'}"


def _list_rows(record: Mapping[str, Any], path: str) -> Iterator[Row]:
    yield path, record.get(
        "name"
    ), f"version {record.get('version_id')}", f"minimum {record.get('minimum_version_id')}"
    for each in record.get("Fields", ()):
        inner = each.get("Description")
        place = f"{path}.{each.get('field')}"
        yield (
            place,
            f"version {each.get('version_id')}",
            "with a test" if each.get("field_exists") else "without a test",
            f"{each['num']} elements" if "num" in each else "one element",
            # The size of a struct in memory follows from the headers of the build.
            "a struct" if inner else f"size {each.get('size')}",
        )
        if inner:
            yield from _list_rows(inner, place)
    for each in record.get("Subsections", ()):
        yield from _list_rows(each, f"{path}/{each.get('name')}")
