"""References in a schema: which members are read, and where structs are embedded."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import field

from vmsdl.analysis.expression_uses import (
    CheckedBody,
    Declared,
    find_bodies,
    find_uses,
    remember_last,
)
from vmsdl.expr.nodes import (
    Expr,
    Let,
    Member,
    Select,
    StructValue,
    SubsectionValue,
)
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field, LetDefinition, Schema
from vmsdl.schema.traverse import find_structs, strip_arrays
from vmsdl.schema.types import ListType, MapType, StructType


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """A struct inside a field. `is_listed`: as an element of a list or map."""

    body: CheckedBody
    field: Field
    struct: StructType
    is_listed: bool


@remember_last
def find_embeddings(schema: Schema) -> tuple[Embedding, ...]:
    """Every struct in the type of a field, at any depth."""
    return tuple(
        Embedding(body, each, struct, is_listed=isinstance(element, ListType | MapType))
        for body in find_bodies(schema)
        for each in body.description.fields
        for element in (strip_arrays(each.type),)
        for struct in find_structs(element)
    )


@remember_last
def find_embeddings_by_struct(schema: Schema) -> dict[str, list[Embedding]]:
    """Where each struct is embedded, by its name."""
    found: dict[str, list[Embedding]] = defaultdict(list)
    for embedding in find_embeddings(schema):
        found[embedding.struct.name].append(embedding)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Resolver:
    """Finds the declaration that a path in an expression names."""

    schema: Schema
    _members: dict[int, Mapping[str, Declared]] = field(default_factory=dict)

    def find_declaration(self, body: CheckedBody, expression: Expr) -> Declared | None:
        """The member that a `Member` or `Select` of this body names."""
        match expression:
            case Member(up=up, name=name):
                return body.find_member(up, name)
            case Select(value=value, name=name):
                owner = self._find_description(value)
                return None if owner is None else self._find_members(owner).get(name)
            case _:
                return None

    def _find_description(self, value: Expr) -> Description | None:
        match value.type:
            case StructValue(name=name):
                return self.schema.descriptions.get(name)
            case SubsectionValue(path=(first, *rest)):
                found: Description | None = self.schema.descriptions.get(first)
                for name in rest:
                    inner = (
                        None
                        if found is None
                        else self._find_members(found, wants_subsections=True).get(name)
                    )
                    found = inner if isinstance(inner, Description) else None
                return found
            case _:
                return None

    def _find_members(
        self, description: Description, *, wants_subsections: bool = False
    ) -> Mapping[str, Declared]:
        key = id(description) * 2 + wants_subsections
        if key not in self._members:
            found: dict[str, Declared] = {}
            if wants_subsections:
                found |= {each.name: each for each in description.subsections}
            else:
                found |= {each.name: each for each in description.locals}
                found |= {each.name: each for each in description.properties}
                found |= {each.name: each for each in description.fields}
            self._members[key] = found
        return self._members[key]


@remember_last
def find_read_members(schema: Schema) -> tuple[frozenset[int], frozenset[str]]:
    """The ids of the locals, properties and fields that are read; the names of such lets."""
    resolver = Resolver(schema)
    found: set[int] = set()
    lets: set[str] = set()
    for use in find_uses(schema):
        own = use.owner.name if isinstance(use.owner, LetDefinition) else None
        for part in use.parts:
            if isinstance(part, Let) and part.name != own:
                lets.add(part.name)
            declared = resolver.find_declaration(use.body, part)
            if declared is not None:
                found.add(id(declared))
    return frozenset(found), frozenset(lets)
