"""From a path to the devices of its schemas, each with the class that decodes it."""

import os
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from vmsdl.build.import_graph import ImportGraph
from vmsdl.build.in_memory import import_texts
from vmsdl.cli.console import Console, Failure
from vmsdl.cli.inputs import paths
from vmsdl.driver import load_source
from vmsdl.emit import NamesClash, emit
from vmsdl.files import read_text
from vmsdl.module_names import to_module_name
from vmsdl.qemu.stream.schema_state import SchemaDevice
from vmsdl.schema.description import Description, Role, Schema


def find_devices(path: str, console: Console) -> list[SchemaDevice] | None:
    """The devices of a .vmsd file or folder; None where a schema has errors, which are shown."""
    graph = ImportGraph(read_text)
    found: list[SchemaDevice] = []
    for each in paths.find([path]):
        outcome = load_source(paths.read(each), graph.source)
        schema = outcome.value
        if schema is None or outcome.has_errors:
            console.diagnostics(outcome.diagnostics)
            return None
        classes = _make_classes(schema)
        found += [
            SchemaDevice(os.path.basename(each), schema, one, _select_class(classes, one.name))
            for one in schema.files[-1].definitions
            if isinstance(one, Description) and one.role is Role.DEVICE and not one.unmigratable
        ]
    return found


def _select_class(classes: Callable[[], Mapping[str, Any]], name: str) -> Callable[[], Any]:
    return lambda: classes().get(name)


def _make_classes(schema: Schema) -> Callable[[], Mapping[str, Any]]:
    """Makes the generated classes of a file when the first of them is asked for."""

    @cache
    def load() -> Mapping[str, Any]:
        own = schema.files[-1]
        try:
            texts = {file.name: file.text for file in emit(schema)}
        except NamesClash as clash:
            raise Failure(f"{own.path}: {clash}") from None
        module = import_texts(texts, to_module_name(own.path))
        # The classes that a decoder builds inherit theirs.
        made = [
            value for value in vars(module).values() if "_layout" in getattr(value, "__dict__", ())
        ]
        return {cls._layout().name: cls for cls in made}

    return load
