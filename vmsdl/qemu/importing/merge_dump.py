"""From what streams showed and a dump of the same version to shapes that know both.

A stream knows types and lengths; a dump knows minimum versions, which fields have a test, and what
no stream showed. They meet by name: a dump repeats the name of a field (`config`, `config`) that a
stream numbers (`config[0]`, `config[1]`). Where a dump has several bodies under one name, the one
whose fields contain what was seen is taken.
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
class Merged:
    """The shapes, the dump's machine type, and what is to be said of devices that did not meet."""

    observations: Observations
    machine: str
    has_counts: bool  # dumps before 8.1 do not tell how many elements an array has
    notes: tuple[str, ...]


def merge_dump(seen: Observations, document: object) -> Merged:
    """What was seen, completed by a parsed dump. DumpError where that is none."""
    entries = read_dump_entries(document)
    merger = _Merger(seen)
    merger.devices(entries)
    return Merged(
        merger.result,
        entries[MACHINE_KEY]["Name"],
        any("num" in item for _, item in _all_items(entries)),
        tuple(merger.notes),
    )


@dataclass(slots=True)
class _Merger:
    seen: Observations
    result: Observations = field(default_factory=Observations)
    notes: list[str] = field(default_factory=list)
    # The key in the result of a struct: by its body in the dump, and by the shape it was seen as.
    structs: dict[tuple[str | None, str | None], str] = field(default_factory=dict)
    seen_as: dict[str, str] = field(default_factory=dict)  # by body: the shape it met first

    def devices(self, entries: Mapping[str, dict[str, Any]]) -> None:
        bodies: dict[str, tuple[dict[str, Any], list[str]]] = {}
        for qom, entry in entries.items():
            if qom != MACHINE_KEY:
                description = entry["Description"]
                bodies.setdefault(_canonical(description), (description, []))[1].append(qom)
        left = dict(bodies)
        for key, shape in self.seen.devices.items():
            named = {
                body: known for body, known in bodies.items() if known[0]["name"] == shape.title
            }
            met = [body for body in named if self._contains(named[body][0], shape)]
            if met:
                description, qoms = named[met[0]]
                left.pop(met[0], None)
            else:
                description, qoms = {}, []
            if named and not met:
                versions = sorted({known[0]["version_id"] for known in named.values()})
                self.notes.append(
                    f"{shape.title} version {shape.version_id} is not what the dump describes "
                    f"(version {', '.join(map(str, versions))}): both are written"
                )
            merged = self._shape(key, shape.title, description or None, shape)
            merged.qom = tuple(qoms)
            self.result.devices[key] = merged
        for description, qoms in left.values():
            key = _free(description["name"], self.result.devices)
            merged = self._shape(key, description["name"], description, None)
            merged.qom = tuple(qoms)
            self.result.devices[key] = merged

    def _shape(
        self, key: str, title: str, description: dict[str, Any] | None, shape: Shape | None
    ) -> Shape:
        version = shape.version_id if shape else (description or {})["version_id"]
        merged = Shape(key, title, version, description=description)
        if shape is not None:
            merged.occurrences = shape.occurrences
            merged.places = shape.places
            merged.seen_as = shape.key
        merged.fields = list(self._fields(description, shape))
        shown = dict(shape.subsections) if shape else {}
        for one in (description or {}).get("Subsections", []):
            key = _free(one["name"], merged.subsections)  # QEMU has two of one name
            seen = shown.pop(key, None)
            inner = merged.subsections[key] = self._shape(key, one["name"], one, seen)
            inner.has_seen_owner = seen is None and shape is not None
        for key, seen in shown.items():
            merged.subsections[key] = self._shape(key, seen.title, None, seen)
        return merged

    def _fields(
        self, description: dict[str, Any] | None, shape: Shape | None
    ) -> Iterator[ObservedField]:
        if description is None:
            for each in shape.fields if shape else ():
                yield self._field(each, None)
            return
        for name, item in _numbered(description):
            found = shape.field_named(name) if shape else None
            yield self._field(found or ObservedField(name), item)

    def _field(self, each: ObservedField, item: dict[str, Any] | None) -> ObservedField:
        body = (item or {}).get("Description")
        merged = ObservedField(each.name, dict(each.seen), each.values, item)
        for at, one in each.seen.items():
            if one.struct is not None:
                merged.seen[at] = replace(one, struct=self._struct(body, one.struct))
        if body is not None and all(one.struct is None for one in each.seen.values()):
            merged.struct = self._struct(body, None)
            for at, one in each.seen.items():  # null pointers alone: the dump knows to what
                merged.seen[at] = replace(one, struct=merged.struct)
        return merged

    def _struct(self, description: dict[str, Any] | None, seen_as: str | None) -> str:
        body = None if description is None else _canonical(description)
        if body is not None:
            seen_as = self.seen_as.setdefault(body, seen_as) if seen_as else self.seen_as.get(body)
        found = self.structs.get((body, seen_as))
        if found is not None:
            return found
        shape = self.seen.structs[seen_as] if seen_as else None
        title = shape.title if shape else (description or {})["name"]
        key = _free(title, self.result.structs)
        self.structs[body, seen_as] = key
        # The place is kept while what it embeds is looked at.
        self.result.structs[key] = Shape(key, title, 0)
        self.result.structs[key] = self._shape(key, title, description, shape)
        return key

    def _contains(self, description: dict[str, Any], shape: Shape) -> bool:
        """Can what was seen be an occurrence of this body?"""
        if description["version_id"] != shape.version_id:
            return False
        items = dict(_numbered(description))
        order = list(items)
        if any(each.name not in items for each in shape.fields):
            return False
        places = [order.index(each.name) for each in shape.fields]
        if places != sorted(places):
            return False
        inner = {one["name"]: one for one in description.get("Subsections", [])}
        return all(self._is_like(items[each.name], each) for each in shape.fields) and all(
            name in inner and self._contains(inner[name], one)
            for name, one in shape.subsections.items()
        )

    def _is_like(self, item: dict[str, Any], each: ObservedField) -> bool:
        first = each.first
        if first.struct is not None:
            body = item.get("Description")
            return body is not None and self._contains(body, self.seen.structs[first.struct])
        if first.count is not None and item.get("num", 0) not in (0, *each.lengths().values()):
            return False
        return first.type not in _SIZED or first.size == item["size"]


def _numbered(description: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The fields of a dump's description under the names that a stream gives them."""
    items: list[dict[str, Any]] = description.get("Fields", [])
    total = Counter(item["field"] for item in items)
    found: Counter[str] = Counter()
    for item in items:
        name = item["field"]
        yield f"{name}[{found[name]}]" if total[name] > 1 else name, item
        found[name] += 1


def _all_items(entries: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    todo = [entry["Description"] for key, entry in entries.items() if key != MACHINE_KEY]
    while todo:
        description = todo.pop()
        todo += description.get("Subsections", [])
        for item in description.get("Fields", []):
            yield item["field"], item
            if "Description" in item:
                todo.append(item["Description"])


def _free(name: str, taken: Mapping[str, object]) -> str:
    number = 1
    key = name
    while key in taken:
        number += 1
        key = f"{name} {number}"
    return key


def _canonical(description: Mapping[str, Any]) -> str:
    return json.dumps(description, sort_keys=True)
