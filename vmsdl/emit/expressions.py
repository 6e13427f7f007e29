"""From an expression to Python text, for one scope.

The text computes exactly what the language says: integers without bounds, an absent subsection or
field read as its default, an index that never counts from the end.
"""

from dataclasses import dataclass, field, replace
from typing import assert_never

from vmsdl.emit.module_scope import ModuleNames
from vmsdl.emit.names import ClassNames
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import (
    Binary,
    BitmapValue,
    Call,
    Conditional,
    ElementIndex,
    EnumValue,
    Expr,
    Extern,
    ExternPresence,
    Function,
    IntValue,
    Item,
    Let,
    Literal,
    Member,
    Operator,
    Quantifier,
    Quantity,
    ReceiverValue,
    Select,
    SequenceValue,
    StructValue,
    SubsectionValue,
    Unary,
    Variable,
    Version,
)
from vmsdl.expr.simplify import simplify
from vmsdl.schema.description import Description
from vmsdl.schema.members import find_settable_members

# How tightly Python binds, loosest first.
(
    _CONDITIONAL,
    _OR,
    _AND,
    _NOT,
    _COMPARE,
    _BIT_OR,
    _XOR,
    _BIT_AND,
    _SHIFT,
    _SUM,
    _TERM,
    _SIGN,
    _ATOM,
) = range(13)

_BINARY = {
    Operator.MULTIPLY: ("*", _TERM),
    Operator.DIVIDE: ("//", _TERM),
    Operator.MODULO: ("%", _TERM),
    Operator.ADD: ("+", _SUM),
    Operator.SUBTRACT: ("-", _SUM),
    Operator.SHIFT_LEFT: ("<<", _SHIFT),
    Operator.SHIFT_RIGHT: (">>", _SHIFT),
    Operator.AND_BITS: ("&", _BIT_AND),
    Operator.XOR_BITS: ("^", _XOR),
    Operator.OR_BITS: ("|", _BIT_OR),
    Operator.EQUAL: ("==", _COMPARE),
    Operator.NOT_EQUAL: ("!=", _COMPARE),
    Operator.LESS: ("<", _COMPARE),
    Operator.LESS_EQUAL: ("<=", _COMPARE),
    Operator.GREATER: (">", _COMPARE),
    Operator.GREATER_EQUAL: (">=", _COMPARE),
    Operator.AND: ("and", _AND),
    Operator.OR: ("or", _OR),
}


@dataclass(frozen=True)
class EmittedBody:
    """A body that an expression can read: its description, its names, its variable."""

    description: Description
    names: ClassNames
    variable: str
    # Attributes that are held in variables of their own, not (yet) in the object.
    held: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class EmitScope:
    """What an expression can read: the bodies in reach, innermost first, the version, an index."""

    module: ModuleNames
    bodies: tuple[EmittedBody, ...]
    version: str = "version"
    index: str = "index"
    # Subsections known to be there, by their description's wire name: no test for None.
    present: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()

    def __call__(self, expression: Expr) -> str:
        """The text of an expression."""
        return _ExpressionWriter(self).text(self._known(expression), _CONDITIONAL)

    def _known(self, expression: Expr) -> Expr:
        """The expression with the version replaced, where it is one number here."""
        if not self.version.isdigit():
            return expression
        return simplify(expression, int(self.version))

    def operand(self, expression: Expr) -> str:
        """The text of an expression as an operand of `+`, `*` or a comparison."""
        return _ExpressionWriter(self).text(self._known(expression), _SIGN)


class _ExpressionWriter:
    """One expression's text; variables of quantifiers are named by their depth."""

    def __init__(self, scope: EmitScope) -> None:
        self.scope = scope
        self.variables: dict[str, str] = {}
        self.sources: dict[str, Expr] = {}  # by variable: the sequence of which it is an item

    def text(self, e: Expr, tightness: int) -> str:
        text, own = self.write(e)
        return f"({text})" if own < tightness else text

    def number(self, e: Expr, tightness: int) -> str:
        """As `text`, with flags as a plain integer: Python's `~` and `|` would keep the enum."""
        if isinstance(_without_lets(e).type, EnumValue) and not isinstance(
            _without_lets(e), Literal
        ):
            return f"{self.scope.module.builtin('int')}({self.text(e, _CONDITIONAL)})"
        return self.text(e, tightness)

    def write(self, e: Expr) -> tuple[str, int]:
        match e:
            case Literal():
                return self.literal(e)
            case Let(value=value):
                return self.write(value)
            case Member(up=up, name=name):
                return self.member(up, name)
            case Select(value=value, name=name):
                return self.select(value, name)
            case Item(value=value, index=index):
                return self.item(value, index), _ATOM
            case Version():
                return self.scope.version, _ATOM
            case ElementIndex():
                return self.scope.index, _ATOM
            case Variable(name=name):
                return self.variables[name], _ATOM
            case ExternPresence() | ReceiverValue():
                raise AssertionError("only comparisons make this node")
            case Unary(operator=operator, operand=operand):
                return self.unary(operator, operand)
            case Binary(operator=operator, left=left, right=right):
                return self.binary(operator, left, right)
            case Call(function=function, arguments=arguments):
                return self.call(function, arguments), _ATOM
            case Quantifier():
                return self.quantifier(e), _ATOM
            case Conditional(condition=condition, yes=yes, no=no):
                # A condition and a first branch that are conditionals themselves need parentheses.
                first, test = self.text(yes, _OR), self.text(condition, _OR)
                return f"{first} if {test} else {self.text(no, _CONDITIONAL)}", _CONDITIONAL
            case _:
                assert_never(e)

    def literal(self, e: Literal) -> tuple[str, int]:
        name = None if e.name is None else self.scope.module.constant(e.name)
        if name is not None:
            return name, _ATOM
        if isinstance(e.value, bool) or -9 <= e.value <= 255:
            return str(e.value), _ATOM if e.value >= 0 else _SIGN
        return str(e.value), _ATOM if e.value >= 0 else _SIGN

    def member(self, up: int, name: str) -> tuple[str, int]:
        body = self.scope.bodies[up]
        attribute = body.names.attributes[name]
        if attribute in body.held:
            return body.held[attribute], _ATOM
        return self.attribute_of(self.variables_from(up), body.description, body.names, name)

    def variables_from(self, up: int) -> tuple[str, ...]:
        """The variables of a body and its owners."""
        return tuple(body.variable for body in self.scope.bodies[up:])

    def attribute_of(
        self, chain: tuple[str, ...], description: Description, names: ClassNames, name: str
    ) -> tuple[str, int]:
        """A member of `chain[0]`, whose owners follow; its default or zero where it may be None."""
        attribute = names.attributes[name]
        text = f"{chain[0]}.{attribute}"
        for step in description.fields:
            if step.name == name and isinstance(step.condition, Extern):
                zero = self.scope.module.scalar_zero(step)
                if zero is None:
                    zero_of = self.scope.module.runtime("zero_of")
                    zero = f"{zero_of}({attribute!r}, {', '.join(chain)})"
                return f"({text} if {text} is not None else {zero})", _ATOM
        return text, _ATOM

    def select(self, value: Expr, name: str) -> tuple[str, int]:
        plain = _without_lets(value)
        if isinstance(plain.type, SubsectionValue):
            return self.of_subsection(plain, plain.type, name)
        assert isinstance(plain.type, StructValue), plain.type
        description, names = self.scope.module.struct(plain.type.name)
        text = self.text(plain, _ATOM)
        if isinstance(plain, Item) and _is_nullable(plain.value):
            text = f"({text} or {self.scope.module.class_(names)}())"
        return self.attribute_of((text,), description, names, name)

    def of_subsection(self, value: Expr, type_: SubsectionValue, name: str) -> tuple[str, int]:
        module = self.scope.module
        description, names = module.subsection(type_.path)
        # A subsection's own body is in reach by its own name as well.
        levels = [i for i, body in enumerate(self.scope.bodies) if body.names is names]
        held = levels[-1] if levels else None
        owners: tuple[str, ...] = ()
        if held is not None:
            text, *outer = self.variables_from(held)
            owners = tuple(outer)
        else:
            text = self.text(value, _ATOM)
            if isinstance(value, Member):
                owners = self.variables_from(value.up)
        attribute = names.attributes[name]
        step = next((f for f in description.fields if f.name == name), None)
        local = next((m for m in find_settable_members(description) if m.name == name), None)
        if held is not None or description.wire_name in self.scope.present:
            return self.attribute_of((text, *owners), description, names, name)
        zero = None
        if step is not None:
            zero = module.scalar_zero(step)
        elif local is not None and local.default is None:
            zero = module.type_zero(local.type)
        elif (
            local is not None
            and local.default is not None
            and fold_constant(local.default) is not None
        ):
            zero = str(fold_constant(local.default))
        # A checker follows a test for None only through names and dots.
        is_simple = text.replace(".", "").replace("_", "").isalnum()
        optional = step is not None and isinstance(step.condition, Extern)
        if zero is None or optional or not is_simple:
            whole = f"({text} or {module.class_(names)}())"
            return self.attribute_of((whole, *owners), description, names, name)
        if description.wire_name in self.scope.missing:
            return zero, _ATOM if not zero.startswith("-") else _SIGN
        return f"({text}.{attribute} if {text} is not None else {zero})", _ATOM

    def item(self, value: Expr, index: Expr) -> str:
        module = self.scope.module
        plain = _without_lets(value)
        at = self.text(index, _CONDITIONAL)
        known = fold_constant(index)
        text = self.text(plain, _ATOM)
        if isinstance(plain.type, BitmapValue):
            return f"{module.runtime('bit')}({text}, {at})"
        safe = known is not None and known >= 0
        if isinstance(_without_lets(index).type, IntValue):
            low = _without_lets(index).type.low  # type: ignore[union-attr]
            safe = safe or (low is not None and low >= 0)
        item = f"{text}[{at}]" if safe else f"{module.runtime('item')}({text}, {at})"
        if _is_nullable(plain) and isinstance(plain.type, SequenceValue):
            zero = module.value_zero(plain.type.element)
            if zero is not None:
                return (
                    f"({item} or {zero})"
                    if zero in ("0", "False")
                    else _or_default(item, zero, module)
                )
        return item

    def unary(self, operator: Operator, operand: Expr) -> tuple[str, int]:
        match operator:
            case Operator.NOT:
                return f"not {self.text(operand, _NOT)}", _NOT
            case Operator.NEGATE:
                return f"-{self.number(operand, _SIGN)}", _SIGN
            case _:
                return f"~{self.number(operand, _SIGN)}", _SIGN

    def binary(self, operator: Operator, left: Expr, right: Expr) -> tuple[str, int]:
        word, own = _BINARY[operator]
        if own == _COMPARE:
            return f"{self.text(left, own + 1)} {word} {self.text(right, own + 1)}", own
        if own in (_AND, _OR):
            return f"{self.text(left, own)} {word} {self.text(right, own + 1)}", own
        return f"{self.number(left, own)} {word} {self.number(right, own + 1)}", own

    def call(self, function: Function, arguments: tuple[Expr, ...]) -> str:
        module = self.scope.module
        first = _without_lets(arguments[0])
        if function is Function.LEN and isinstance(first.type, BitmapValue):
            return self.bitmap_length(first)
        inner = ", ".join(self.number(a, _CONDITIONAL) for a in arguments)
        if function is not Function.LEN and len(arguments) == 1:
            return f"({inner})"
        return f"{module.builtin(function.value)}({inner})"

    def bitmap_length(self, bitmap: Expr) -> str:
        """The declared number of bits, which the value itself does not tell."""
        match bitmap:
            case Member(up=up, name=name):
                body = self.scope.bodies[up]
                inner = replace(self.scope, bodies=self.scope.bodies[up:])
                bits = self.scope.module.bitmap_bits(body.description, name)
                return f"({_ExpressionWriter(inner).text(bits, _CONDITIONAL)})"
            case Select(value=value, name=name):
                plain = _without_lets(value)
                if isinstance(plain.type, StructValue):
                    description, names = self.scope.module.struct(plain.type.name)
                else:
                    assert isinstance(plain.type, SubsectionValue)
                    description, names = self.scope.module.subsection(plain.type.path)
                bits = self.scope.module.bitmap_bits(description, name)
                if fold_constant(bits) is not None:
                    return str(fold_constant(bits))
                whole = self.text(plain, _ATOM)
                inner = replace(self.scope, bodies=(EmittedBody(description, names, whole),))
                return f"({_ExpressionWriter(inner).text(bits, _CONDITIONAL)})"
            case Item(value=value):  # of an array of bitmaps, which are all of one length
                return self.bitmap_length(_without_lets(value))
            case Variable(name=name):
                return self.bitmap_length(_without_lets(self.sources[name]))
            case _:
                raise AssertionError(f"a bitmap without a length: {bitmap}")

    def quantifier(self, e: Quantifier) -> str:
        over = self.text(e.over, _OR)
        plain = _without_lets(e.over)
        if isinstance(plain.type, BitmapValue):
            if e.quantity is Quantity.ANY and isinstance(e.body, Variable):
                return f"({self.text(plain, _COMPARE + 1)} != 0)"
            bits = self.scope.module.runtime("bits")
            over = f"{bits}({self.text(plain, _CONDITIONAL)}, {self.bitmap_length(plain)})"
        variable = "x" if not self.variables else f"x{len(self.variables) + 1}"
        self.variables[e.variable] = variable
        self.sources[e.variable] = e.over
        body = self.text(e.body, _CONDITIONAL)
        over_type = _without_lets(e.over).type
        if isinstance(over_type, SequenceValue) and over_type.nullable:
            over = self.filled(over, over_type)
        del self.variables[e.variable]
        return f"{self.scope.module.builtin(e.quantity.value)}({body} for {variable} in {over})"

    def filled(self, over: str, type_: SequenceValue) -> str:
        """The elements of an array of pointers, null ones as their zero."""
        module = self.scope.module
        if isinstance(type_.element, StructValue):
            _, names = module.struct(type_.element.name)
            return f"(y or {module.class_(names)}() for y in {over})"
        zero = module.value_zero(type_.element) or "0"
        return f"({zero} if y is None else y for y in {over})"


def _or_default(item: str, zero: str, module: ModuleNames) -> str:
    return f"{module.runtime('or_default')}({item}, {zero})"


def _without_lets(e: Expr) -> Expr:
    while isinstance(e, Let):
        e = e.value
    return e


def _is_nullable(e: Expr) -> bool:
    type_ = _without_lets(e).type
    return isinstance(type_, SequenceValue) and type_.nullable
