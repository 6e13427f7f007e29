"""From a dump or a stream to the schemas of the program that wrote it.

What opens streams and dumps is imported in functions: `vmsdl diff` of two schemas needs none of it.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vmsdl.cli.console import Console, Failure
from vmsdl.driver import load_source
from vmsdl.schema.description import Schema
from vmsdl.source import SourceFile
from vmsdl.syntax.format.printer import format_tree

if TYPE_CHECKING:
    from vmsdl.qemu.importing.arrange_files import ImportedFile
    from vmsdl.qemu.stream.stream import Stream

MARK = b"QEVM"


def open_recorded(path: str, data: Any) -> "Stream":
    from vmsdl.qemu.stream.reader import StreamError
    from vmsdl.qemu.stream.stream import Stream

    try:
        return Stream(data)
    except StreamError as error:
        raise Failure(f"`{path}`: {error}") from None


def learn_schemas(stream: "Stream", path: str, console: Console) -> list[Schema]:
    """By the stream's own description; what is not described is left out."""
    from vmsdl.qemu.importing.observe import Observations
    from vmsdl.qemu.importing.write_schema import write_schemas
    from vmsdl.qemu.load_check.release_range import find_age
    from vmsdl.qemu.stream.values import ValuesError

    observations = Observations()
    for device in stream.devices:
        try:
            if device.is_described:
                observations.observe(device.record())
        except ValuesError as error:
            console.say(f"{path}: {error}; the device was left out")
    if not observations.devices:
        raise Failure(f"`{path}` describes no device")
    age = find_age(stream.parts)
    machines = [] if stream.machine is None else [stream.machine]
    return _load_files(write_schemas(observations, machines, recorded=age.words), path)


@dataclass(frozen=True, slots=True)
class Dump:
    """A dump's JSON, checked."""

    path: str
    document: dict[str, Any]

    @classmethod
    def read(cls, path: str, data: bytes) -> "Dump":
        from vmsdl.qemu.importing.dump_json import DumpError, read_dump_entries

        try:
            return cls(path, read_dump_entries(json.loads(data)))
        except (DumpError, ValueError, RecursionError) as error:
            raise Failure(f"`{path}` is not a .vmsd file, a stream or a dump: {error}") from None

    @classmethod
    def of(cls, schemas: Iterable[Schema], path: str) -> "Dump":
        """The dump of schemas. The name of its machine type makes no difference."""
        from vmsdl.qemu.export import export_dump

        return cls(path, export_dump(tuple(schemas), path))

    @property
    def machine(self) -> str:
        from vmsdl.qemu.importing.dump_json import MACHINE_KEY

        return str(self.document[MACHINE_KEY]["Name"])

    @property
    def has_counts(self) -> bool:
        """Does it have the numbers of elements of arrays? QEMU writes them since 8.1."""
        return '"num":' in json.dumps(self.document)

    def schemas(self) -> list[Schema]:
        from vmsdl.qemu.importing.import_dump import import_dump

        return _load_files(import_dump(self.document, self.path), self.path)


def remove_differences_of_release(one: Dump, other: Dump) -> tuple[Dump, Dump]:
    """Two dumps without what only one of them has."""
    if one.has_counts and other.has_counts:
        return one, other
    return _without_counts(one), _without_counts(other)


def _without_counts(dump: Dump) -> Dump:
    def pruned(value: Any) -> Any:
        match value:
            case dict():
                return {key: pruned(each) for key, each in value.items() if key != "num"}
            case list():
                return [pruned(each) for each in value]
            case _:
                return value

    return Dump(dump.path, pruned(dump.document))


def _load_files(found: "Iterable[ImportedFile]", path: str) -> list[Schema]:
    # They are in no folder. Their paths begin with the name of the file they come from.
    folder = os.path.normpath(path)
    sources = [
        SourceFile(os.path.join(folder, file.name), format_tree(file.tree)) for file in found
    ]
    texts = {source.path: source for source in sources}
    outcomes = [load_source(source, lambda name: texts[name]) for source in sources]
    return [outcome.value for outcome in outcomes if outcome.value is not None]
