"""What loading and saving of the plain case share: struct constants, and the values in a run."""

import re
from dataclasses import dataclass, replace

from vmsdl.emit.expressions import EmitScope, EmittedBody
from vmsdl.emit.module_scope import ModuleNames
from vmsdl.emit.names import ClassNames
from vmsdl.emit.plan import (
    AbsentStep,
    CheckStep,
    PaddingItem,
    Plan,
    RunStep,
)
from vmsdl.schema.description import Field
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.types import Array, Bytes, EnumType, Opaque, Scalar

_MANY = 16


class StructFormats:
    """The `struct.Struct` constants of one module, each named after the fields that it holds."""

    def __init__(self, module: ModuleNames) -> None:
        self._module = module
        self._by_run: dict[tuple[str, str, str], str] = {}  # class, run and format -> constant
        self._by_format: dict[str, str] = {}
        self._packers: dict[str, str] = {}
        self._new: list[str] = []

    def constant(self, run: RunStep, plan: Plan, names: ClassNames, codes: list[str]) -> str:
        """The constant for a run of a body. Of equal formats only the first is compiled."""
        format_ = join_codes(codes)
        key = (names.stem, name_run(run, plan), format_)
        if key not in self._by_run:
            stem = _CAMEL.sub("_", names.stem)
            name = self._module.own_name(f"_{stem}_{key[1]}".upper())
            struct = self._module.standard("struct", "Struct")
            value = self._by_format.get(format_, f'{struct}(">{format_}")')
            self._by_format.setdefault(format_, name)
            self._by_run[key] = name
            self._new.append(f"{name} = {value}")
        return self._by_run[key]

    def packer(self, constant: str, count: int) -> str:
        """What packs `count` values: of many values, a bound method packs faster."""
        if count < _MANY:
            return f"{constant}.pack"
        if constant not in self._packers:
            self._packers[constant] = self._module.own_name(f"_PACK{constant}")
            self._new.append(f"{self._packers[constant]} = {constant}.pack")
        return self._packers[constant]

    def take_lines(self) -> str:
        """The definitions of the constants that were asked for since the last call."""
        lines, self._new = self._new, []
        return "\n".join(lines)


_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def name_run(run: RunStep, plan: Plan) -> str:
    """What a run holds: one field, or all, the first, the last or other fields of its body."""
    names = [item.field.name for item in run.items if not isinstance(item, PaddingItem)]
    on_wire = [step for step in plan.steps if not isinstance(step, AbsentStep | CheckStep)]
    if not names:
        return "UNUSED"
    if len(names) == 1:
        return names[0]
    if len(on_wire) == 1 and run is on_wire[0]:
        return "FIELDS"
    if run is on_wire[0]:
        return "HEAD"
    return "TAIL" if run is on_wire[-1] else f"{names[0]}_TO_{names[-1]}"


def join_codes(codes: list[str]) -> str:
    """`H H H` as `3H`: the same to struct, and shorter."""
    result: list[str] = []
    last, count = "", 0
    for code in [*codes, ""]:
        if code == last and len(code) == 1:
            count += 1
            continue
        if last:
            result.append(f"{count}{last}" if count > 1 else last)
        last, count = code, 1
    return "".join(result)


@dataclass(frozen=True, slots=True)
class PackedField:
    """One field in a run, and how its value is packed."""

    scope: EmitScope
    field: Field
    size: int

    @property
    def text(self) -> str:
        body = self.scope.bodies[0]
        return f"{body.variable}.{body.names.attributes[self.field.name]}"

    @property
    def code(self) -> str:
        match self.field.type:
            case Scalar(row=row):
                return row.code
            case EnumType(name=name):
                return SCALARS[self.scope.module.schema.enums[name].scalar].code
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
    def typecode(self) -> str | None:
        match self.field.type:
            case Array(element=Scalar(is_byte=False, row=row)):
                return row.code
            case _:
                return None


def make_struct_scope(module: ModuleNames, plan: Plan, variable: str) -> EmitScope:
    """The scope of expressions in a body of its own: a device, or an embedded struct."""
    description, names = module.struct(plan.description.name)
    body = EmittedBody(description, names, variable)
    return EmitScope(module, (body,), version=str(description.version_id))


def with_index(scope: EmitScope, index: int) -> EmitScope:
    return replace(scope, index=str(index))
