"""From a schema to its generated modules: their texts, and the modules themselves, in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import ModuleType

from vmsdl.diff.matching.fields import Side
from vmsdl.replay.program import NoCodec, ReplaySide
from vmsdl.schema.description import Schema


@dataclass(slots=True)
class Classes:
    """The generated modules of schemas, each made once."""

    _made: dict[int, tuple[Schema, Mapping[str, str], Mapping[str, ModuleType]]] = field(
        default_factory=dict
    )

    def program(self, side: Side) -> ReplaySide:
        """Raises NoCodec."""
        return ReplaySide(side, self._of(side.schema)[2])

    def texts(self, side: Side) -> Mapping[str, str]:
        """The modules of the schema by file name."""
        return self._of(side.schema)[1]

    def _of(self, schema: Schema) -> tuple[Schema, Mapping[str, str], Mapping[str, ModuleType]]:
        from importlib import import_module

        from vmsdl.build.in_memory import import_texts
        from vmsdl.emit import NamesClash, emit

        if id(schema) not in self._made:
            try:
                texts = {file.name: file.text for file in emit(schema)}
            except NamesClash as clash:
                raise NoCodec(str(clash)) from None
            names = [name.removesuffix(".py") for name in texts]
            package = import_texts(texts, names[0]).__package__
            modules = {name: import_module(f"{package}.{name}") for name in names}
            self._made[id(schema)] = (schema, texts, modules)
        return self._made[id(schema)]
