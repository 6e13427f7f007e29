"""From the shapes that streams showed and a dump of the same version to shapes with both.

A stream has types and lengths; a dump has minimum versions, which fields have a test, and what no
stream showed. They are matched by name: a dump repeats the name of a field (`config`, `config`)
where a stream numbers it (`config[0]`, `config[1]`). Where a dump has several bodies under one
name, the one is taken whose fields contain the observed ones.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from vmsdl.qemu.importing.dump_json import MACHINE_KEY, read_dump_entries
from vmsdl.qemu.importing.observe import Observations, ObservedField, Shape
from vmsdl.schema.scalars import SCALARS

# What these take in memory is what they take on the wire.
_SIZED = tuple(row.qemu_name for row in SCALARS.values() if row.is_same_in_memory)


@dataclass(frozen=True, slots=True)
class MergedDump:
    """The shapes, the dump's machine type, and notes on devices that do not match."""

    observations: Observations
    machine: str
    has_counts: bool  # dumps before 8.1 do not have the number of elements of an array
    notes: tuple[str, ...]


def merge_dump(observed: Observations, document: object) -> MergedDump:
    """The observations, completed by a parsed dump. DumpError if that is no dump."""
    entries = read_dump_entries(document)
    bodies = _find_bodies(entries)
    first = _DumpMerger(observed, bodies)
    first.merge_devices(entries)
    # Once more, with what is then known: which struct of the dump is which that a stream showed.
    merger = _DumpMerger(observed, bodies, observed_keys=first.observed_keys)
    merger.merge_devices(entries)
    return MergedDump(
        merger.result,
        entries[MACHINE_KEY]["Name"],
        any("num" in item for _, item in _list_items(entries)),
        tuple(merger.notes),
    )


@dataclass(slots=True)
class _DumpMerger:
    observed: Observations
    bodies: Mapping[str, list[dict[str, Any]]]  # of all structs in the dump, by name
    result: Observations = field(default_factory=Observations)
    notes: list[str] = field(default_factory=list)
    # The key of a struct in the result, by its body in the dump and its key in `observed`.
    structs: dict[tuple[str | None, str | None], str] = field(default_factory=dict)
    observed_keys: dict[str, str] = field(
        default_factory=dict
    )  # by body: the first shape that matched it

    def merge_devices(self, entries: Mapping[str, dict[str, Any]]) -> None:
        bodies: dict[str, tuple[dict[str, Any], list[str]]] = {}
        for qom, entry in entries.items():
            if qom != MACHINE_KEY:
                description = entry["Description"]
                bodies.setdefault(_to_canonical_json(description), (description, []))[1].append(qom)
        unmatched = dict(bodies)
        for key, shape in self.observed.devices.items():
            named = {
                body: known for body, known in bodies.items() if known[0]["name"] == shape.title
            }
            matching = [body for body in named if self._contains(named[body][0], shape)]
            if matching:
                description, qoms = named[matching[0]]
                unmatched.pop(matching[0], None)
            else:
                description, qoms = {}, []
            if named and not matching:
                versions = sorted({known[0]["version_id"] for known in named.values()})
                self.notes.append(
                    f"{shape.title} version {shape.version_id} differs from the dump "
                    f"(version {', '.join(map(str, versions))}): both are written"
                )
            merged = self._merge_shape(key, shape.title, description or None, shape)
            merged.qom = tuple(qoms)
            self.result.devices[key] = merged
        for description, qoms in unmatched.values():
            key = _make_key(description["name"], self.result.devices)
            merged = self._merge_shape(key, description["name"], description, None)
            merged.qom = tuple(qoms)
            self.result.devices[key] = merged

    def _merge_shape(
        self, key: str, title: str, description: dict[str, Any] | None, shape: Shape | None
    ) -> Shape:
        version = shape.version_id if shape else (description or {})["version_id"]
        merged = Shape(key, title, version, description=description)
        if shape is not None:
            merged.occurrences = shape.occurrences
            merged.owners = shape.owners
            merged.observed_key = shape.key
        merged.fields = list(self._merge_fields(description, shape))
        observed_subsections = dict(shape.subsections) if shape else {}
        for one in (description or {}).get("Subsections", []):
            key = _make_key(one["name"], merged.subsections)  # QEMU has two of one name
            observed = observed_subsections.pop(key, None)
            inner = merged.subsections[key] = self._merge_shape(key, one["name"], one, observed)
            inner.has_observed_owner = observed is None and shape is not None
        for key, observed in observed_subsections.items():
            merged.subsections[key] = self._merge_shape(key, observed.title, None, observed)
        return merged

    def _merge_fields(
        self, description: dict[str, Any] | None, shape: Shape | None
    ) -> Iterator[ObservedField]:
        if description is None:
            for each in shape.fields if shape else ():
                yield self._merge_field(each, None)
            return
        for name, item in _number_fields(description):
            found = shape.find_field(name) if shape else None
            yield self._merge_field(found or ObservedField(name), item)

    def _merge_field(self, each: ObservedField, item: dict[str, Any] | None) -> ObservedField:
        body = (item or {}).get("Description")
        merged = ObservedField(each.name, dict(each.observed), each.values, item)
        for at, one in each.observed.items():
            if one.struct is not None:
                merged.observed[at] = replace(one, struct=self._merge_struct(body, one.struct))
        if body is not None and all(one.struct is None for one in each.observed.values()):
            # Null pointers, an empty list, or never sent: only the dump has the struct.
            merged.struct = self._merge_struct(body, None)
        return merged

    def _merge_struct(self, description: dict[str, Any] | None, observed_key: str | None) -> str:
        if description is None and observed_key is not None:
            description = self._find_body(self.observed.structs[observed_key])
        body = None if description is None else _to_canonical_json(description)
        if body is not None:
            observed_key = (
                self.observed_keys.setdefault(body, observed_key)
                if observed_key
                else self.observed_keys.get(body)
            )
        found = self.structs.get((body, observed_key))
        if found is not None:
            return found
        shape = self.observed.structs[observed_key] if observed_key else None
        title = shape.title if shape else (description or {})["name"]
        key = _make_key(title, self.result.structs)
        self.structs[body, observed_key] = key
        # The key is taken before the structs inside take theirs.
        self.result.structs[key] = Shape(key, title, 0)
        self.result.structs[key] = self._merge_shape(key, title, description, shape)
        return key

    def _find_body(self, shape: Shape) -> dict[str, Any] | None:
        """What the dump says of a struct, for a device that the dump does not have."""
        bodies = self.bodies.get(shape.title, ())
        return next((body for body in bodies if self._contains(body, shape)), None)

    def _contains(self, description: dict[str, Any], shape: Shape) -> bool:
        """Can the observed shape be an occurrence of this body?"""
        if description["version_id"] != shape.version_id:
            return False
        items = dict(_number_fields(description))
        if any(each.name not in items for each in shape.fields):
            return False
        if not shape.field_order.allows(list(items)):
            return False
        inner = {one["name"]: one for one in description.get("Subsections", [])}
        return all(self._is_compatible(items[each.name], each) for each in shape.fields) and all(
            name in inner and self._contains(inner[name], one)
            for name, one in shape.subsections.items()
        )

    def _is_compatible(self, item: dict[str, Any], each: ObservedField) -> bool:
        typical = each.typical
        if typical.struct is not None:
            body = item.get("Description")
            return body is not None and self._contains(body, self.observed.structs[typical.struct])
        if each.is_array and item.get("num", 0) not in (0, *each.lengths().values()):
            return False
        return typical.type not in _SIZED or typical.size == item["size"]


def _number_fields(description: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The fields of a dump's description under the names that a stream gives them."""
    items: list[dict[str, Any]] = description.get("Fields", [])
    total = Counter(item["field"] for item in items)
    found: Counter[str] = Counter()
    for item in items:
        name = item["field"]
        yield f"{name}[{found[name]}]" if total[name] > 1 else name, item
        found[name] += 1


def _list_items(entries: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    todo = [entry["Description"] for key, entry in entries.items() if key != MACHINE_KEY]
    while todo:
        description = todo.pop()
        todo += description.get("Subsections", [])
        for item in description.get("Fields", []):
            yield item["field"], item
            if "Description" in item:
                todo.append(item["Description"])


def _find_bodies(entries: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    bodies: dict[str, list[dict[str, Any]]] = {}
    for _, item in _list_items(entries):
        if "Description" in item:
            body = item["Description"]
            bodies.setdefault(body["name"], []).append(body)
    return bodies


def _make_key(name: str, taken: Mapping[str, object]) -> str:
    number = 1
    key = name
    while key in taken:
        number += 1
        key = f"{name} {number}"
    return key


def _to_canonical_json(description: Mapping[str, Any]) -> str:
    return json.dumps(description, sort_keys=True)
