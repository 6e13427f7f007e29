"""What the loader and the saver of the plain case share: structs by name, struct codes."""

from dataclasses import dataclass, replace

from vmsdl.emit.expressions import EmitScope, EmittedBody
from vmsdl.emit.lines import joined_codes
from vmsdl.emit.module_scope import ModuleNames
from vmsdl.emit.plan import Plan
from vmsdl.schema.description import Field
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.types import Array, Bytes, EnumType, Opaque, Scalar


class Structs:
    """The precompiled formats of one module, by the functions that use them."""

    def __init__(self, module: ModuleNames) -> None:
        self._module = module
        self._names: dict[tuple[str, str], str] = {}
        self.lines: list[str] = []

    def function(self, codes: list[str], method: str) -> str:
        """`unpack_from` or `pack` of a format, under a name of its own."""
        key = (joined_codes(codes), method)
        if key not in self._names:
            stem = "unpack" if method == "unpack_from" else method
            name = self._module.own_name(f"_{stem}_{len(self.lines) + 1}")
            struct = self._module.standard("struct", "Struct")
            self._names[key] = name
            self.lines.append(f'{name} = {struct}(">{key[0]}").{method}')
        return self._names[key]


@dataclass(frozen=True, slots=True)
class Slot:
    """One value of a run: where it stands and how it is packed."""

    place: EmitScope
    field: Field
    size: int

    @property
    def attribute(self) -> str:
        body = self.place.bodies[0]
        return f"{body.variable}.{body.names.attributes[self.field.name]}"

    @property
    def code(self) -> str:
        match self.field.type:
            case Scalar(row=row):
                return row.code
            case EnumType(name=name):
                return SCALARS[self.place.module.schema.enums[name].scalar].code
            case _:
                return f"{self.size}s"

    @property
    def is_bytes(self) -> bool:
        match self.field.type:
            case Bytes() | Opaque() | Array(element=Scalar(is_byte=True)):
                return True
            case _:
                return False

    @property
    def array_code(self) -> str | None:
        match self.field.type:
            case Array(element=Scalar(is_byte=False, row=row)):
                return row.code
            case _:
                return None


def nested_place(module: ModuleNames, plan: Plan, variable: str) -> EmitScope:
    """Where the expressions of an embedded struct stand."""
    description, names = module.struct(plan.description.name)
    body = EmittedBody(description, names, variable)
    return EmitScope(module, (body,), version=str(description.version_id))


def at_index(place: EmitScope, index: int) -> EmitScope:
    return replace(place, index=str(index))
