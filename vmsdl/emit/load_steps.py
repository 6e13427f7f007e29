"""What loading a body needs besides taking bytes: defaults, absent fields, rules."""

from vmsdl.emit.annotations import Annotations, ZeroValues
from vmsdl.emit.expressions import EmitScope
from vmsdl.emit.lines import Lines
from vmsdl.emit.module_scope import ModuleNames
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import Expr, Extern
from vmsdl.schema.description import Field, Validate
from vmsdl.schema.members import find_settable_members
from vmsdl.schema.traverse import collect_lengths
from vmsdl.schema.types import EnumType, Scalar

_LARGEST_ZERO = 1 << 16  # zeros as long as the state says; the general codec charges for more


class LoadSteps:
    """A function that grows in `out`."""

    def __init__(self, module: ModuleNames) -> None:
        self.module = module
        self.out = Lines()
        self.annotations = Annotations(module, frozenset())

    @property
    def error(self) -> str:
        return self.module.standard("struct", "error")

    def known_default(self, place: EmitScope, name: str) -> str:
        """The default of a local or property, as text of its own type."""
        member = next(
            m for m in find_settable_members(place.bodies[0].description) if m.name == name
        )
        if member.default is None:
            return self.module.type_zero(member.type) or "0"
        value = fold_constant(member.default)
        if isinstance(member.type, EnumType):
            if value is None:
                return f"{self.module.enum_class(member.type.name)}({place(member.default)})"
            return self.module.enum_value(member.type.name, int(value))
        if value is None:
            return place(member.default)
        if isinstance(member.type, Scalar) and member.type.is_float:
            return repr(float(value))
        return str(value)

    def target(self, place: EmitScope, field: Field) -> str:
        body = place.bodies[0]
        return f"{body.variable}.{body.names.attributes[field.name]}"

    def absent(self, field: Field, place: EmitScope) -> None:
        zero = self.module.scalar_zero(field)
        if zero is None:
            for length in _dynamic_lengths(field):
                with self.out.block(f"if not 0 <= {place.operand(length)} <= {_LARGEST_ZERO}:"):
                    self.out.add(f"raise {self.error}")
            zero = ZeroValues(place, self.annotations).of(field.type, field.bindings)
        elif isinstance(field.condition, Extern):
            zero = "None"
        is_float = isinstance(field.type, Scalar) and field.type.is_float
        if is_float and field.default is not None:
            zero = repr(float(zero))
        self.out.add(f"{self.target(place, field)} = {zero}")

    def rule(self, of: Field | Validate, place: EmitScope) -> None:
        tests = [of.condition] if isinstance(of, Validate) else [c.condition for c in of.checks]
        if isinstance(of, Field) and of.bounded:
            with self.out.block(f"if {self.target(place, of)} < 0:"):
                self.out.add(f"raise {self.error}")
        for test in tests:
            with self.out.block(f"if not ({place(test)}):"):
                self.out.add(f"raise {self.error}")


def header(name: str, version: int) -> bytes:
    wire = name.encode()
    return b"\x05" + bytes([len(wire)]) + wire + version.to_bytes(4, "big")


def swapped(module: ModuleNames, name: str, size: int) -> list[str]:
    """Numbers between the order of the wire and that of this machine."""
    if size == 1:
        return []
    return [f"if {module.runtime('LITTLE')}:", f"    {name}.byteswap()"]


def _dynamic_lengths(field: Field) -> list[Expr]:
    return [each for each in collect_lengths(field.type) if fold_constant(each) is None]
