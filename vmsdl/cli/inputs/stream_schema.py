"""From a path to the devices of its schemas, each with the class that decodes it."""

import os
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from vmsdl.build.in_memory import GeneratedModules, import_schema
from vmsdl.cli.console import Console, Failure
from vmsdl.cli.inputs.schemas import load_devices_of
from vmsdl.emit.names import NamesClash
from vmsdl.qemu.stream.schema_state import SchemaDevice
from vmsdl.schema import traverse
from vmsdl.schema.description import Schema


def find_devices(path: str, idstrs: Iterable[str], console: Console) -> list[SchemaDevice] | None:
    """The devices of a .vmsd file or folder that sections of these names can be of.

    None where a schema has errors, which are shown.
    """
    schemas = load_devices_of(path, idstrs, console)
    return None if schemas is None else make_devices(schemas)


def make_devices(schemas: Iterable[Schema]) -> list[SchemaDevice]:
    """All devices of schemas; the class of each is made when it is asked for."""
    found: list[SchemaDevice] = []
    for schema in schemas:
        generate = _generate_once(schema)
        file = os.path.basename(schema.files[-1].path)
        found += [
            SchemaDevice(file, schema, one, _select_class(generate, one.name))
            for one in traverse.find_devices(schema)
            if not one.unmigratable
        ]
    return found


def _select_class(generate: Callable[[], GeneratedModules], name: str) -> Callable[[], Any]:
    return lambda: generate().find_class(name)


def _generate_once(schema: Schema) -> Callable[[], GeneratedModules]:
    """Makes the generated classes of a file when the first of them is asked for."""

    @cache
    def generate() -> GeneratedModules:
        try:
            return import_schema(schema, is_formatted=False)
        except NamesClash as clash:
            raise Failure(f"{schema.files[-1].path}: {clash}") from None

    return generate
