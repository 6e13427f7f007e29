"""The values of consts and enums, in whatever order they are declared."""

from collections.abc import Iterator
from typing import TypeAlias

from vmsdl.analysis.expressions import Binder
from vmsdl.analysis.reporter import Reporter
from vmsdl.analysis.scope import Scope
from vmsdl.analysis.symbols import Symbols
from vmsdl.diagnostics.codes import (
    ARM_OUT_OF_RANGE,
    CONST_OUT_OF_RANGE,
    CONSTANT_WITHOUT_VALUE,
    DEFINITION_CYCLE,
    NOT_CONSTANT,
    TYPE_MISMATCH,
)
from vmsdl.diagnostics.diagnostic import Label
from vmsdl.expr import nodes as e
from vmsdl.expr.fold import NotConstant, UndefinedValue, evaluate_constant
from vmsdl.schema.scalars import SCALARS
from vmsdl.syntax import tree
from vmsdl.syntax.walk import find_operands

_INTEGERS = [row for row in SCALARS.values() if row.is_integer]
LOWEST, HIGHEST = min(row.low for row in _INTEGERS), max(row.high for row in _INTEGERS)

Key: TypeAlias = str | tuple[str, str]  # a const, or an enum and the name of its value
Constant: TypeAlias = tree.ConstDecl | tree.EnumValueDecl


class Constants:
    """Values by name. None: it has an error, which has been reported."""

    def __init__(self) -> None:
        self.consts: dict[str, e.Literal | None] = {}
        self.enum_values: dict[tuple[str, str], e.Literal | None] = {}
        self._values_by_enum: dict[str, frozenset[int] | None] = {}

    def find_enum_values(self, enum: tree.EnumDecl) -> frozenset[int] | None:
        """The values of an enum once all are folded. None: one of them has an error."""
        name = enum.name.text
        if name not in self._values_by_enum:
            found = [self.enum_values.get((name, member.name.text)) for member in enum.members]
            values = frozenset(member.value for member in found if member is not None)
            self._values_by_enum[name] = None if None in found else values
        return self._values_by_enum[name]

    def is_known(self, key: Key) -> bool:
        return key in self.consts if isinstance(key, str) else key in self.enum_values

    def set_value(self, key: Key, value: e.Literal | None) -> None:
        if isinstance(key, str):
            self.consts[key] = value
        else:
            self.enum_values[key] = value


def fold_constants(symbols: Symbols, reporter: Reporter) -> Constants:
    """Fold every const and enum value, each after those that it uses."""
    constants = Constants()
    declared = dict(_collect_declarations(symbols))
    binder = Binder(symbols, constants.consts, constants.enum_values)
    for start in declared:
        path: list[Key] = [start]  # each waits for the next
        while path:
            key = path[-1]
            if constants.is_known(key):
                path.pop()
                continue
            waiting = [
                k for k in _find_dependencies(declared[key], declared) if not constants.is_known(k)
            ]
            if not waiting:
                constants.set_value(
                    key, _fold_declaration(key, declared[key], symbols, binder, reporter)
                )
                path.pop()
            elif waiting[0] in path:
                _report_cycle(path[path.index(waiting[0]) :], declared, constants, reporter)
            else:
                path.append(waiting[0])
    return constants


def _collect_declarations(symbols: Symbols) -> Iterator[tuple[Key, Constant]]:
    for name, item in symbols.names.items():
        match item:
            case tree.ConstDecl():
                yield name, item
            case tree.EnumDecl():
                # Of two values of one name the first is used, so it is put in last.
                for member in reversed(item.members):
                    yield (name, member.name.text), member
            case tree.DescriptionDecl():
                pass


def _find_dependencies(decl: Constant, declared: dict[Key, Constant]) -> Iterator[Key]:
    """The other constants that an expression uses."""
    stack: list[tree.Expression] = [decl.value]
    while stack:
        match expression := stack.pop():
            case tree.NameUse(name=name):
                if name in declared:
                    yield name
            case tree.Attribute(value=tree.NameUse(name=name), name=value):
                if (name, value.text) in declared:
                    yield (name, value.text)
            case _:
                stack += find_operands(expression)


def _fold_declaration(
    key: Key, decl: Constant, symbols: Symbols, binder: Binder, reporter: Reporter
) -> e.Literal | None:
    owner = symbols.names[key if isinstance(key, str) else key[0]]
    word = owner.keyword if isinstance(owner, tree.EnumDecl) else "const"
    reporter = reporter.within(f'in {word} "{owner.name.text}"')
    bound = binder.bind(decl.value, Scope(), reporter)
    value = None if bound is None else fold_or_report(bound, reporter, f"`{decl.name.text}`")
    if value is None:
        return None
    span = decl.value.span
    if isinstance(owner, tree.EnumDecl):
        return _check_enum_value(owner, value, decl, reporter)
    if not LOWEST <= value <= HIGHEST:
        reporter.report(
            CONST_OUT_OF_RANGE,
            span,
            (
                f"{value:#x} does not fit into 64 bits"
                if abs(value) < 1 << 256
                else "number does not fit into 64 bits"
            ),
        )
        return None
    type_ = e.BOOL if isinstance(value, bool) else e.IntValue(value, value)
    return e.Literal(type=type_, span=span, value=value, name=decl.name.text)


def _check_enum_value(
    enum: tree.EnumDecl, value: int | bool, decl: Constant, reporter: Reporter
) -> e.Literal | None:
    if isinstance(value, bool):
        reporter.report(
            TYPE_MISMATCH,
            decl.value.span,
            f"expected an integer for `{decl.name.text}`, found a bool",
        )
        return None
    row = SCALARS.get(enum.type.word)
    if row is not None:
        low = 0 if enum.keyword == "flags" else row.low
        if not low <= value <= row.high:
            reporter.report(
                ARM_OUT_OF_RANGE,
                decl.value.span,
                f"{format_constant(value)} is out of range for `{decl.name.text}`: {low} to"
                f" {row.high}",
                also=(Label(enum.type.span, f"range {low} to {row.high}"),),
            )
            return None
    name = f"{enum.name.text}.{decl.name.text}"
    return e.Literal(type=e.EnumValue(enum.name.text), span=decl.value.span, value=value, name=name)


def fold_or_report(bound: e.Expr, reporter: Reporter, target: str) -> int | bool | None:
    """The value of an expression that must be constant. Anything else is reported."""
    try:
        return evaluate_constant(bound)
    except NotConstant as error:
        reporter.report(
            NOT_CONSTANT,
            error.culprit.span,
            f"expected a constant for {target}, found a value known only at run time",
            help="use only integers, consts and enum values",
        )
    except UndefinedValue as error:
        reporter.report(CONSTANT_WITHOUT_VALUE, error.culprit.span, error.why)
    return None


def format_constant(value: int) -> str:
    """A number as text that is not too long for a message."""
    return str(value) if abs(value) < 1 << 128 else "a number of more than 128 bits"


def _report_cycle(
    cycle: list[Key], declared: dict[Key, Constant], constants: Constants, reporter: Reporter
) -> None:
    titles = [key if isinstance(key, str) else ".".join(key) for key in cycle]
    chain = " -> ".join(f"`{title}`" for title in (*titles, titles[0]))
    reporter.report(
        DEFINITION_CYCLE,
        declared[cycle[0]].name.span,
        f"constant is defined in terms of itself: {chain}",
        also=tuple(Label(declared[key].name.span, "part of this cycle") for key in cycle[1:]),
    )
    for key in cycle:
        constants.set_value(key, None)
