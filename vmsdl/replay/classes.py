"""The generated modules of both sides of a comparison, made once for each schema."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vmsdl.build.in_memory import GeneratedModules, import_schema
from vmsdl.diff.matching.fields import Side
from vmsdl.emit.names import NamesClash
from vmsdl.replay.program import NoCodec, ReplaySide
from vmsdl.schema.description import Schema


@dataclass(slots=True)
class ModuleCache:
    """The generated modules of schemas, made once for each schema."""

    # By identity. The schema is kept, for its identity is only its own while it lives.
    _known: dict[int, tuple[Schema, GeneratedModules]] = field(default_factory=dict)

    def open_side(self, side: Side) -> ReplaySide:
        """Raises NoCodec."""
        return ReplaySide(side, self._generate(side.schema))

    def texts(self, side: Side) -> Mapping[str, str]:
        """The modules of the schema by file name."""
        return self._generate(side.schema).texts

    def _generate(self, schema: Schema) -> GeneratedModules:
        if id(schema) not in self._known:
            try:
                self._known[id(schema)] = schema, import_schema(schema)
            except NamesClash as clash:
                raise NoCodec(str(clash)) from None
        return self._known[id(schema)][1]
