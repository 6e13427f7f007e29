"""Expressions as C. Integers of a schema never overflow: a cast is written where C's would.

Where no type of C holds all values that an operation can meet, it is refused.
"""

from dataclasses import field, replace

from vmsdl.analysis.intervals import Interval
from vmsdl.analysis.ranges import RangeContext, Ranges
from vmsdl.emit_c.bodies import (
    INLINE,
    CBody,
    MemberDefinition,
    find_storage,
    is_reached_by_pointer,
)
from vmsdl.emit_c.c_layout import wrap_call
from vmsdl.emit_c.c_names import find_const_name, find_enumerator, find_member_path
from vmsdl.emit_c.c_types import (
    INT,
    INT64,
    UINT64,
    CInteger,
    convert,
    find_literal_type,
    find_promoted,
    find_row,
    write_number,
)
from vmsdl.emit_c.not_in_c import NotInC
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import (
    Binary,
    BitmapValue,
    Call,
    Conditional,
    ElementIndex,
    Expr,
    ExternPresence,
    FloatValue,
    Function,
    Item,
    Let,
    Literal,
    Member,
    Operator,
    Quantifier,
    Quantity,
    ReceiverValue,
    Select,
    SubsectionValue,
    Unary,
    Variable,
    Version,
)
from vmsdl.records import dataclass
from vmsdl.schema.traverse import strip_arrays
from vmsdl.schema.types import (
    BYTE,
    Array,
    Bitmap,
    Blob,
    Bytes,
    ListType,
    MapType,
    Opaque,
    Scalar,
    StructType,
    Type,
)

_ATOM, _UNARY = 13, 12
_TIGHTNESS = {
    Operator.MULTIPLY: 11,
    Operator.DIVIDE: 11,
    Operator.MODULO: 11,
    Operator.ADD: 10,
    Operator.SUBTRACT: 10,
    Operator.SHIFT_LEFT: 9,
    Operator.SHIFT_RIGHT: 9,
    Operator.LESS: 8,
    Operator.LESS_EQUAL: 8,
    Operator.GREATER: 8,
    Operator.GREATER_EQUAL: 8,
    Operator.EQUAL: 7,
    Operator.NOT_EQUAL: 7,
    Operator.AND_BITS: 6,
    Operator.XOR_BITS: 5,
    Operator.OR_BITS: 4,
    Operator.AND: 3,
    Operator.OR: 2,
}
_CHOICE = 1
_COMPARISONS = (7, 8)  # of these tightnesses
_DIGITS = 9  # the highest number that hexadecimal writes as decimal does
_BITS = (Operator.AND_BITS, Operator.XOR_BITS, Operator.OR_BITS)
_SHIFTS = (Operator.SHIFT_LEFT, Operator.SHIFT_RIGHT)
_SIGNS = {Operator.AND: "&&", Operator.OR: "||"}
STATE = "s"


@dataclass(frozen=True, slots=True)
class CText:
    """An expression of C: its text, how tightly it binds, the type in which C computes it."""

    text: str
    tightness: int
    type: CInteger
    range: Interval

    def within(self, around: int) -> str:
        return self.text if self.tightness >= around else f"({self.text})"


@dataclass(frozen=True, slots=True)
class CPlace:
    """Where a value is: text that `sign` and a member, or `[i]`, can follow."""

    text: str
    sign: str  # "->" or "."
    type: Type
    body: CBody | None = None  # of a struct: its members

    def member(self, name: str) -> str:
        return f"{self.text}{self.sign}{name}"


@dataclass(slots=True)
class CWriter:
    """Writes the expressions of one function. What it found that the function needs is kept."""

    body: CBody
    version: str  # how the function says `version`
    name: str  # of the function
    helpers: list[str] = field(default_factory=list)  # functions it calls, whole
    reads_state: bool = False
    reads_version: bool = False
    variables: dict[str, CPlace] = field(default_factory=dict)
    indexes: tuple[str, ...] = ()
    counter: int = 0

    def write(self, e: Expr) -> str:
        """The whole expression."""
        return self._write(e).text

    def _range(self, e: Expr) -> Interval:
        d = self.body.description
        version = Interval(d.minimum_version_id, d.version_id)
        context = RangeContext(level=0, version=version, enums=self.body.schema.enums)
        return Ranges(context).find_range(e)

    def _write(self, e: Expr) -> CText:
        match e:
            case Literal():
                return self._write_literal(e)
            case Let(value=value):
                return self._write(value)
            case Version():
                if not self.version:
                    raise NotInC(e.span, "QEMU does not tell this function the version")
                self.reads_version = True
                return CText(self.version, _ATOM, INT, self._range(e))
            case ElementIndex():
                raise NotInC(e.span, "`index` is nothing that C functions know")
            case ExternPresence() | ReceiverValue():
                raise AssertionError("only comparisons make this node")
            case Member() | Select() | Variable() | Item():
                return self._write_value(e)
            case Unary():
                return self._write_unary(e)
            case Binary():
                return self._write_binary(e)
            case Call():
                return self._write_call(e)
            case Quantifier():
                return self._write_quantifier(e)
            case Conditional(condition=condition, yes=yes, no=no):
                parts = [self._write(yes), self._write(no)]
                type_ = self._find_type(parts, e, ())
                first, second = (self._cast(part, type_) for part in parts)
                test = self._write(condition).within(_CHOICE + 1)
                text = f"{test} ? {first.within(_CHOICE)} : {second.within(_CHOICE)}"
                return CText(text, _CHOICE, type_, self._range(e))

    def _write_literal(self, e: Literal) -> CText:
        range_ = Interval(int(e.value), int(e.value))
        if isinstance(e.value, bool):
            return CText(str(e.value).lower(), _ATOM, INT, range_)
        type_ = find_literal_type(e.value)
        schema = self.body.schema
        if e.name is not None and e.name in schema.consts:
            return CText(find_const_name(schema.consts[e.name]), _ATOM, type_, range_)
        enum, _, member = (e.name or "").partition(".")
        if enum in schema.enums:
            definition = schema.enums[enum]
            named = next((each for each in definition.members if each.name == member), None)
            if named is not None:
                return CText(find_enumerator(definition, named), _ATOM, type_, range_)
        return CText(write_number(e.value), _UNARY if e.value < 0 else _ATOM, type_, range_)

    # Places ------------------------------------------------------------------------------------

    def find_place(self, e: Expr) -> CPlace:
        """Where the value of an expression is in the state."""
        match e:
            case Let(value=value):
                return self.find_place(value)
            case Member(up=up, name=name):
                self.reads_state = True
                root = CPlace(STATE, "->", BYTE, self.body)
                member = self.body.find_member(up, name)
                if member is None:
                    return root  # a subsection has the struct of its owner
                return self._enter(root, member)
            case Select(value=value, name=name):
                if isinstance(value.type, SubsectionValue):
                    root, owner = self._find_subsection(value)
                    member = owner.find_member(0, name)
                else:
                    root = self.find_place(value)
                    assert root.body is not None
                    member = root.body.find_member(0, name)
                    owner = root.body
                if member is None:
                    return replace(root, body=owner)
                return self._enter(root, member)
            case Item(value=value, index=index):
                over = self.find_place(value)
                return self._element(over, self.write(index), e)
            case Variable(name=name):
                return self.variables[name]
            case _:
                raise NotInC(e.span, "this is no member of the state")

    def _find_subsection(self, e: Expr) -> tuple[CPlace, CBody]:
        """The struct that holds the fields of a subsection, and the subsection."""
        match e:
            case Member(up=up, name=name):
                self.reads_state = True
                owner = CBody(self.body.schema, self.body.owners[up:])
                root = CPlace(STATE, "->", BYTE, self.body)
            case Select(value=value, name=name) if isinstance(value.type, SubsectionValue):
                root, owner = self._find_subsection(value)
            case Select(value=value, name=name):
                root = self.find_place(value)
                assert root.body is not None
                owner = root.body
            case _:
                raise AssertionError(f"no subsection: {e}")
        subsection = next(each for each in owner.description.subsections if each.name == name)
        return root, owner.enter(subsection)

    def _enter(self, root: CPlace, member: MemberDefinition) -> CPlace:
        sign = "->" if is_reached_by_pointer(member) else "."
        type_ = member.type
        text = root.member(find_member_path(member))
        if isinstance(type_, Scalar) and type_.row.is_timer and find_storage(member) == INLINE:
            text = f"&{text}"  # the functions of timers take a pointer
        return CPlace(text, sign, type_, self._body_of(type_))

    def _body_of(self, type_: Type) -> CBody | None:
        match strip_arrays(type_):
            case StructType() | ListType() as inner:
                struct = inner if isinstance(inner, StructType) else inner.element
                return self.body.find_struct(struct)
            case _:
                return None

    def _element(self, over: CPlace, index: str, e: Expr) -> CPlace:
        match over.type:
            case Array(nullable=True):
                raise NotInC(e.span, "an element of this array can be null")
            case Array(element=element):
                return CPlace(f"{over.text}[{index}]", ".", element, self._body_of(element))
            case Bytes() | Opaque():
                return CPlace(f"{over.text}[{index}]", ".", BYTE)
            case Bitmap():
                return CPlace(f"test_bit({index}, {over.text})", ".", Scalar("bool"))
            case _:
                raise NotInC(e.span, "C has no element of this by number")

    def _write_value(self, e: Expr) -> CText:
        if isinstance(e.type, FloatValue):
            raise NotInC(e.span, "QEMU keeps a float as its bits, and C does not compare those")
        place = self.find_place(e)
        row = find_row(place.type, self.body.schema, e.span)
        text = place.text
        if row.is_timer:
            text = f"(int64_t)timer_expire_time_ns({text})"
            return CText(text, _UNARY, INT64, self._range(e))
        return CText(text, _ATOM, find_promoted(row), self._range(e))

    # Operators ---------------------------------------------------------------------------------

    def _write_unary(self, e: Unary) -> CText:
        inner = self._write(e.operand)
        range_ = self._range(e)
        if e.operator is Operator.NOT:
            return CText(f"!{inner.within(_UNARY)}", _UNARY, INT, range_)
        type_ = self._find_type([inner], e, (range_,))
        inner = self._cast(inner, type_)
        sign = "-" if e.operator is Operator.NEGATE else "~"
        return CText(f"{sign}{inner.within(_UNARY + (sign == '-'))}", _UNARY, type_, range_)

    def _write_binary(self, e: Binary) -> CText:
        if e.operator in _SIGNS:
            return self._write_chain(e)
        armed = self._write_armed(e)
        if armed is not None:
            return armed
        if isinstance(e.left.type, BitmapValue):
            return self._write_bitmap(e)
        left, right = self._write_side(e.left, e), self._write_side(e.right, e)
        range_ = self._range(e)
        if e.operator in (Operator.DIVIDE, Operator.MODULO) and not (
            _is_natural(left.range) and _is_natural(right.range)
        ):
            raise NotInC(e.span, "C rounds a negative quotient towards zero")
        tightness = _TIGHTNESS[e.operator]
        is_comparison = tightness in _COMPARISONS
        type_ = self._find_binary_type(e, left, right, range_, is_comparison)
        left, right = self._cast_pair(e.operator, left, right, type_)
        text = (
            f"{_operand(left, e.operator, tightness)} {e.operator.value} "
            f"{_operand(right, e.operator, tightness + 1)}"
        )
        return CText(text, tightness, INT if is_comparison else type_, range_)

    def _write_side(self, side: Expr, e: Binary) -> CText:
        """An operand. A mask is in hexadecimal, and so is what is compared with masked bits."""
        text = self._write(side)
        if isinstance(side, Literal) and side.name is None and side.value > _DIGITS:
            other = e.right if side is e.left else e.left
            is_masked = isinstance(other, Binary) and other.operator is Operator.AND_BITS
            if e.operator in _BITS or (_TIGHTNESS[e.operator] in _COMPARISONS and is_masked):
                return replace(text, text=write_number(side.value, hex(side.value)))
        return text

    def _find_binary_type(
        self, e: Binary, left: CText, right: CText, range_: Interval, is_comparison: bool
    ) -> CInteger:
        if e.operator in _SHIFTS:  # the right operand does not decide the type
            amount = right.range.high
            if amount is not None and amount < 32:
                return self._find_type([left], e, (range_,))
            return self._find_type([replace(left, type=convert(left.type, INT64))], e, (range_,))
        common = convert(left.type, right.type)
        if e.operator is Operator.AND_BITS and _is_natural(range_) and range_.high is not None:
            # A mask such as ~0xf keeps its bits when C makes it unsigned.
            natural = left if _is_natural(left.range) else right
            if natural.type is common and common.holds(range_.low, range_.high):
                return common
        return self._find_type([left, right], e, () if is_comparison else (range_,))

    def _find_type(self, parts: list[CText], e: Expr, results: tuple[Interval, ...]) -> CInteger:
        """The type that holds all operands and results: C's own, or a larger one."""
        common = parts[0].type
        for part in parts[1:]:
            common = convert(common, part.type)
        ranges = [*(part.range for part in parts), *results]
        for type_ in (common, INT64, UINT64):
            if all(type_.holds(each.low, each.high) for each in ranges):
                return type_
        raise NotInC(e.span, "no integer of C holds all values that this can have")

    def _cast_pair(
        self, operator: Operator, left: CText, right: CText, type_: CInteger
    ) -> tuple[CText, CText]:
        if operator in _SHIFTS:
            return self._cast(left, type_), right
        if convert(left.type, right.type) is type_:
            return left, right
        left = self._cast(left, type_)
        return left, right if convert(left.type, right.type) is type_ else self._cast(right, type_)

    def _cast(self, inner: CText, type_: CInteger) -> CText:
        if convert(inner.type, type_) is type_ and inner.type is type_:
            return inner
        return CText(f"({type_.name}){inner.within(_UNARY)}", _UNARY, type_, inner.range)

    def _write_chain(self, e: Binary) -> CText:
        tightness = _TIGHTNESS[e.operator]
        sides = []
        for side in (e.left, e.right):
            inner = self._write(side)
            # gcc asks for parentheses around `&&` in `||`.
            around = _TIGHTNESS[Operator.AND] + 1 if inner.tightness != tightness else tightness
            sides.append(inner.within(around))
        return CText(f" {_SIGNS[e.operator]} ".join(sides), tightness, INT, self._range(e))

    def _write_armed(self, e: Binary) -> CText | None:
        """`timer != -1`: whether it is armed."""
        if e.operator not in (Operator.EQUAL, Operator.NOT_EQUAL) or fold_constant(e.right) != -1:
            return None
        match e.left:
            case Member() | Select() | Item() | Variable():
                place = self.find_place(e.left)
                if not (isinstance(place.type, Scalar) and place.type.row.is_timer):
                    return None
                sign = "!" if e.operator is Operator.EQUAL else ""
                text = f"{sign}timer_pending({place.text})"
                return CText(text, _UNARY, INT, self._range(e))
            case _:
                return None

    def _write_bitmap(self, e: Binary) -> CText:
        place = self.find_place(e.left)
        assert isinstance(place.type, Bitmap)
        if fold_constant(e.right) != 0 or e.operator not in (Operator.EQUAL, Operator.NOT_EQUAL):
            raise NotInC(e.span, "QEMU compares a bitmap with 0 alone")
        sign = "!" if e.operator is Operator.NOT_EQUAL else ""
        text = f"{sign}bitmap_empty({place.text}, {self.write(place.type.bits)})"
        return CText(text, _UNARY, INT, self._range(e))

    def _write_call(self, e: Call) -> CText:
        if e.function is Function.LEN:
            return self._write_length(e)
        written = [self._write(each) for each in e.arguments]
        type_ = self._find_type(written, e, ())
        name = "MIN" if e.function is Function.MIN else "MAX"
        result = written[0]
        for each in written[1:]:
            first, second = self._cast_pair(Operator.ADD, result, each, type_)
            text = f"{name}({first.text}, {second.text})"
            result = CText(text, _ATOM, type_, self._range(e))
        return result

    def _write_length(self, e: Call) -> CText:
        place = self.find_place(e.arguments[0])
        match place.type:
            case Array(count=length) | Bytes(length=length) | Bitmap(bits=length):
                return self._write(length)
            case MapType():
                return CText(f"g_tree_nnodes({place.text})", _ATOM, INT, Interval(0, INT.high))
            case Blob():
                text = f"{place.text}->len"
                return CText(text, _ATOM, UINT64, Interval(0, UINT64.high))
            case _:
                raise NotInC(e.span, "QEMU does not count these elements")

    # Quantifiers -------------------------------------------------------------------------------

    def _write_quantifier(self, e: Quantifier) -> CText:
        """A call of a function with a loop, which is added to the helpers."""
        over = self.find_place(e.over)
        is_any = e.quantity is Quantity.ANY
        if isinstance(over.type, Bitmap) and (empty := self._write_empty(e, over, over.type)):
            return empty
        self.counter += 1
        number = f"_{self.counter}" if self.counter > 1 else ""
        name = f"{self.name}_{e.quantity.value}{number}"
        index = "ijklmn"[len(self.indexes)]
        loop, element, declaration = self._write_loop(over, index, e)
        inner = replace(
            self,
            name=name,
            variables={**self.variables, e.variable: element},
            indexes=(*self.indexes, index),
            helpers=[],
            reads_version=False,
            counter=0,
        )
        test = inner._write(e.body)
        self.helpers += inner.helpers
        condition = test.text if is_any else f"!{test.within(_UNARY)}"
        names = "".join(f", int {each}" for each in self.indexes)
        is_versioned = inner.reads_version and self.version == "version_id"
        self.reads_version |= inner.reads_version
        version = ", int version_id" if is_versioned else ""
        parameters = f"{self.body.c_type} *s{version}{names}"
        lines = [
            *wrap_call("static bool ", f"{name}({parameters})"),
            "{",
            f"    {declaration}",
            "",
            f"    {loop} {{",
            f"        if ({condition}) {{",
            f"            return {'true' if is_any else 'false'};",
            "        }",
            "    }",
            f"    return {'false' if is_any else 'true'};",
            "}",
        ]
        self.helpers.append("\n".join(lines))
        self.reads_state = True
        given = ", ".join(("s", *(("version_id",) if is_versioned else ()), *self.indexes))
        return CText(f"{name}({given})", _ATOM, INT, Interval(0, 1))

    def _write_empty(self, e: Quantifier, over: CPlace, type_: Bitmap) -> CText | None:
        """`any(x in map: x)` and `all(x in map: not x)`, for which QEMU has a function."""
        match e.quantity, e.body:
            case Quantity.ANY, Variable():
                sign = "!"
            case Quantity.ALL, Unary(operator=Operator.NOT, operand=Variable()):
                sign = ""
            case _:
                return None
        text = f"{sign}bitmap_empty({over.text}, {self.write(type_.bits)})"
        return CText(text, _UNARY, INT, Interval(0, 1))

    def _write_loop(self, over: CPlace, index: str, e: Quantifier) -> tuple[str, CPlace, str]:
        match over.type:
            case Array(count=length) | Bytes(length=length) | Bitmap(bits=length):
                count = self._write(length)
                element = self._element(over, index, e)
                kind = "int" if count.type is INT else count.type.name
                loop = f"for ({index} = 0; {index} < {count.within(8)}; {index}++)"
                return loop, element, f"{kind} {index};"
            case _:
                raise NotInC(e.span, "a C function over this list is the device's own work")


def _is_natural(range_: Interval) -> bool:
    return range_.low is not None and range_.low >= 0


def _operand(part: CText, operator: Operator, around: int) -> str:
    """An operand; bits, shifts and sums have parentheses around each other, as gcc asks."""
    if operator in (*_BITS, *_SHIFTS) and part.tightness < _UNARY:
        if part.tightness == _TIGHTNESS[operator] == around:
            return part.text
        return f"({part.text})"
    return part.within(around)
