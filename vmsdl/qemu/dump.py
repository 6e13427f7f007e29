"""From QEMU's -dump-vmstate JSON to trees of .vmsd files, one for each device family.

A dump knows names, versions, existence tests, and sizes in memory; it knows neither types nor
conditions. What it knows only as a size becomes `opaque`, what it knows only to exist becomes
`extern`, and what it says beyond the wire stands in annotations, so that `vmsdl.qemu.export`
gives the same JSON back.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vmsdl.qemu.folder import Imported, ImportedFile, arrange
from vmsdl.qemu.identifiers import TYPE_WORDS, Names
from vmsdl.syntax import tree

MACHINE_KEY = "vmschkmachine"


class DumpError(ValueError):
    """A file that is not a -dump-vmstate JSON; the message says where and why."""


def import_dump(document: object, origin: str) -> tuple[ImportedFile, ...]:
    """The files for a parsed dump; `origin` is the dump's name, for the header comment."""
    entries = _entries(document)
    return _Importer(entries, origin).files()


def _entries(document: object) -> dict[str, dict[str, Any]]:
    if not isinstance(document, dict) or MACHINE_KEY not in document:
        raise DumpError(f'not a -dump-vmstate file: there is no "{MACHINE_KEY}"')
    for name, entry in document.items():
        if name == MACHINE_KEY:
            _expect(entry, name, {"Name": str})
        else:
            _expect(entry, name, {"Name": str, "version_id": int, "minimum_version_id": int})
            _check_description(entry.get("Description"), name, 0)
    return document


def _check_description(description: object, place: str, depth: int) -> None:
    if depth > 64:
        raise DumpError(f"{place}: descriptions are nested more than 64 deep")
    record = _expect(
        description, place, {"name": str, "version_id": int, "minimum_version_id": int}
    )
    place = f"{place}: {record['name']}"
    for entry in _list(record, "Fields", place):
        item = _expect(
            entry, place, {"field": str, "version_id": int, "field_exists": bool, "size": int}
        )
        if item["size"] < 0 or item["version_id"] < 0 or item.get("num", 0) < 0:
            raise DumpError(f'{place}: field "{item["field"]}" has a negative number')
        if "Description" in item:
            _check_description(item["Description"], f"{place}.{item['field']}", depth + 1)
    for subsection in _list(record, "Subsections", place):
        _check_description(subsection, place, depth + 1)


def _expect(value: object, place: str, keys: Mapping[str, type]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DumpError(f"{place}: expected an object")
    for key, kind in keys.items():
        if type(value.get(key)) is not kind:
            raise DumpError(f'{place}: "{key}" is missing or is no {kind.__name__}')
    return value


def _list(record: Mapping[str, Any], key: str, place: str) -> list[Any]:
    value = record.get(key, [])
    if not isinstance(value, list):
        raise DumpError(f'{place}: "{key}" is not a list')
    return value


def _canonical(description: Mapping[str, Any]) -> str:
    return json.dumps(description, sort_keys=True)


@dataclass(slots=True)
class _Struct:
    """A description that is embedded somewhere: once for each different body."""

    description: dict[str, Any]
    name: str = ""
    inner: tuple[str, ...] = ()  # keys of the structs directly inside


class _Importer:
    def __init__(self, entries: dict[str, dict[str, Any]], origin: str) -> None:
        self.origin = origin
        self.machine = entries[MACHINE_KEY]["Name"]
        self.devices: dict[str, tuple[dict[str, Any], list[str]]] = {}
        self.structs: dict[str, _Struct] = {}
        for qom, entry in entries.items():
            if qom != MACHINE_KEY:
                description = entry["Description"]
                self.devices.setdefault(_canonical(description), (description, []))[1].append(qom)
        self.inner = {
            key: tuple(self._collect(description)) for key, (description, _) in self.devices.items()
        }
        # Devices first: a name in a report is a device's more often than a struct's.
        names = Names(reserved=TYPE_WORDS)
        self.device_names = {
            key: names.take(description["name"]) for key, (description, _) in self.devices.items()
        }
        for key in sorted(self.structs, key=self._by_name):
            self.structs[key].name = names.take(self.structs[key].description["name"], "state")

    def _by_name(self, key: str) -> tuple[str, str]:
        return self.structs[key].description["name"], key

    def _collect(self, description: dict[str, Any]) -> Iterator[str]:
        """The keys of the structs directly inside; all below them are registered."""
        for item in description.get("Fields", []):
            if "Description" in item:
                key = _canonical(item["Description"])
                if key not in self.structs:
                    self.structs[key] = _Struct(item["Description"])
                    self.structs[key].inner = tuple(self._collect(item["Description"]))
                yield key
        for subsection in description.get("Subsections", []):
            yield from self._collect(subsection)

    def files(self) -> tuple[ImportedFile, ...]:
        devices = [
            Imported(self._device(key), self.devices[key][0]["name"], self.inner[key])
            for key in self.devices
        ]
        structs = {
            key: Imported(self._struct(key), struct.description["name"], struct.inner)
            for key, struct in self.structs.items()
        }
        return arrange(devices, structs, [self._machine()])

    # Items ---------------------------------------------------------------------------------

    def _machine(self) -> tree.MachineDecl:
        doc = f"Imported from {self.origin}: names, versions and sizes in memory; no types."
        return tree.MachineDecl(name=_text(self.machine), doc=doc)

    def _device(self, key: str) -> tree.DescriptionDecl:
        description, qoms = self.devices[key]
        annotations = [_annotation("recorded")]
        if qoms != [description["name"]]:
            annotations.append(_annotation("qom", *qoms))
        return self._description("device", self.device_names[key], description, annotations)

    def _struct(self, key: str) -> tree.DescriptionDecl:
        struct = self.structs[key]
        return self._description(
            "struct", struct.name, struct.description, [_annotation("recorded")]
        )

    def _description(
        self,
        keyword: str,
        name: str,
        description: dict[str, Any],
        annotations: list[tree.Annotation],
    ) -> tree.DescriptionDecl:
        return tree.DescriptionDecl(
            keyword=keyword,
            name=_name(name),
            wire_name=_wire_name(name, description["name"]),
            versions=_versions(description),
            members=tuple(self._members(description)),
            annotations=tuple(annotations),
        )

    def _members(self, description: dict[str, Any]) -> Iterator[tree.Member]:
        if "Fields" not in description and "Subsections" not in description:
            yield tree.UnmigratableDecl()
            return
        names = Names(folding=False)
        for item in description.get("Fields", []):
            if _is_gap(item):
                yield tree.UnusedDecl(length=_integer(item["size"]), **_presence(item))
            else:
                yield self._field(names.take(item["field"]), item)
        for subsection in description.get("Subsections", []):
            yield self._subsection(names, description["name"], subsection)

    def _field(self, name: str, item: dict[str, Any]) -> tree.FieldDecl:
        lengths = [item["num"]] if "num" in item else []
        presence = _presence(item)
        element: tree.BaseType
        if "Description" in item:
            struct = self.structs[_canonical(item["Description"])]
            element = tree.TypeRef(name=_name(struct.name))
            presence["annotations"] += (_annotation("memory", item["size"]),)
        elif item["size"]:
            element = tree.OpaqueType()
            lengths.append(item["size"])
        else:  # its length is nowhere in the dump
            element = tree.OpaqueType()
            presence["annotations"] += (_annotation("memory", 0),)
        return tree.FieldDecl(
            name=_name(name),
            wire_name=_wire_name(name, item["field"]),
            type=tree.TypeExpr(element=element, lengths=tuple(map(_integer, lengths))),
            **presence,
        )

    def _subsection(
        self, names: Names, owner: str, description: dict[str, Any]
    ) -> tree.DescriptionDecl:
        wire_name = description["name"]
        name = names.take(wire_name.removeprefix(owner).lstrip("/_.-") or wire_name, "subsection")
        return tree.DescriptionDecl(
            keyword="subsection",
            name=_name(name),
            wire_name=None if wire_name == f"{owner}/{name}" else _text(wire_name),
            versions=_versions(description),
            needed=tree.ExternWord(),
            members=tuple(self._members(description)),
        )


# Pieces of trees -------------------------------------------------------------------------------


def _is_gap(item: dict[str, Any]) -> bool:
    # With a test it stays a field: only a field has a value whose being there can decide.
    return (
        item["field"] == "unused"
        and not item["field_exists"]
        and "num" not in item
        and item["size"] > 0
    )


def _presence(item: dict[str, Any]) -> dict[str, Any]:
    """A test replaces the version (VMStateField.field_exists): then the version gates nothing."""
    version = item["version_id"]
    if item["field_exists"]:
        annotations = (_annotation("version", version),) if version else ()
        return {"modifiers": (tree.If(condition=tree.ExternWord()),), "annotations": annotations}
    modifiers = (tree.Since(version=_integer(version)),) if version else ()
    return {"modifiers": modifiers, "annotations": ()}


def _versions(description: dict[str, Any]) -> tree.Versions:
    version, minimum = description["version_id"], description["minimum_version_id"]
    return tree.Versions(
        version=_integer(version), minimum=None if minimum == version else _integer(minimum)
    )


def _wire_name(name: str, wire_name: str) -> tree.Text | None:
    return None if name == wire_name else _text(wire_name)


def _annotation(name: str, *arguments: str | int) -> tree.Annotation:
    return tree.Annotation(
        name=_name(name),
        arguments=tuple(
            _text(value) if isinstance(value, str) else _integer(value) for value in arguments
        ),
        has_parentheses=bool(arguments),
    )


def _name(text: str) -> tree.Name:
    return tree.Name(text=text)


def _text(value: str) -> tree.Text:
    return tree.Text(value=value)


def _integer(value: int) -> tree.IntegerLiteral:
    return tree.IntegerLiteral(value=value, text=str(value))
