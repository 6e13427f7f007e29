"""The generated classes of both sides of a comparison; those of each schema are made once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vmsdl.build.in_memory import GeneratedModules, import_schema
from vmsdl.diff.matching.fields import Side
from vmsdl.emit.names import NamesClash
from vmsdl.replay.program import NoCodec, ReplaySide
from vmsdl.schema.description import Schema


@dataclass(slots=True)
class Classes:
    # By identity. The schema is kept, for its identity is only its own while it lives.
    _made: dict[int, tuple[Schema, GeneratedModules]] = field(default_factory=dict)

    def program(self, side: Side) -> ReplaySide:
        """Raises NoCodec."""
        return ReplaySide(side, self._of(side.schema))

    def texts(self, side: Side) -> Mapping[str, str]:
        """The modules of the schema by file name."""
        return self._of(side.schema).texts

    def _of(self, schema: Schema) -> GeneratedModules:
        if id(schema) not in self._made:
            try:
                self._made[id(schema)] = schema, import_schema(schema)
            except NamesClash as clash:
                raise NoCodec(str(clash)) from None
        return self._made[id(schema)][1]
