"""The modifiers of a field by kind, and whether the type of the field allows them."""

from typing import TypeVar

from vmsdl.analysis.reporter import Reporter
from vmsdl.diagnostics.codes import (
    BOUNDED_NOT_INTEGER,
    EQUAL_NOT_SCALAR,
    MARKED_WITHOUT_POINTERS,
    WITH_WITHOUT_STRUCT,
)
from vmsdl.records import dataclass
from vmsdl.schema import types as t
from vmsdl.schema.traverse import find_structs
from vmsdl.syntax import tree

M = TypeVar("M")


@dataclass(frozen=True, slots=True, kw_only=True)
class Modifiers:
    """The modifiers after the type of a field, by kind."""

    since: tree.IntegerLiteral | None = None
    condition: tree.Expression | tree.ExternWord | None = None
    equal: tree.Equal | None = None
    bounded: tree.Bounded | None = None
    default: tree.Default | None = None
    marked: tree.Marked | None = None
    with_: tree.With | None = None
    checks: tuple[tree.Where, ...] = ()
    formerly: tuple[tree.Name, ...] = ()

    @property
    def bindings(self) -> tuple[tree.Binding, ...]:
        return self.with_.bindings if self.with_ else ()


def sort_modifiers(written: tuple[tree.Modifier, ...]) -> Modifiers:
    """All may occur once; `where` and `formerly` may repeat. The parser reports a second one."""
    since, condition = _find_first(written, tree.Since), _find_first(written, tree.If)
    return Modifiers(
        since=since.version if since else None,
        condition=condition.condition if condition else None,
        equal=_find_first(written, tree.Equal),
        bounded=_find_first(written, tree.Bounded),
        default=_find_first(written, tree.Default),
        marked=_find_first(written, tree.Marked),
        with_=_find_first(written, tree.With),
        checks=tuple([m for m in written if isinstance(m, tree.Where)]),
        formerly=tuple([m.name for m in written if isinstance(m, tree.Formerly)]),
    )


def _find_first(written: tuple[tree.Modifier, ...], kind: type[M]) -> M | None:
    for modifier in written:
        if isinstance(modifier, kind):
            return modifier
    return None


def check_modifiers(modifiers: Modifiers, type_: t.Type, reporter: Reporter) -> None:
    """Report the modifiers that have no meaning for a type."""
    if modifiers.equal and not _is_comparable(type_):
        reporter.report(
            EQUAL_NOT_SCALAR,
            modifiers.equal.span,
            "`equal` requires an integer, bool, timer or enum field",
        )
    is_integer = isinstance(type_, t.Scalar) and type_.row.is_integer
    if modifiers.bounded and not is_integer:
        reporter.report(
            BOUNDED_NOT_INTEGER,
            modifiers.bounded.span,
            "`bounded` requires an integer field",
        )
    if modifiers.marked and not has_nullable(type_):
        reporter.report(
            MARKED_WITHOUT_POINTERS,
            modifiers.marked.span,
            "`marked` requires an array of pointers",
            help="write `?` before the `[n]`",
        )
    if modifiers.with_ and not find_structs(type_):
        reporter.report(
            WITH_WITHOUT_STRUCT,
            modifiers.with_.span,
            "`with` requires a struct field",
        )


def _is_comparable(type_: t.Type) -> bool:
    # A float is not compared: a NaN would never equal itself.
    return isinstance(type_, t.EnumType) or (isinstance(type_, t.Scalar) and not type_.row.is_float)


def has_nullable(type_: t.Type) -> bool:
    """Whether it is an array of pointers."""
    return isinstance(type_, t.Array) and (type_.nullable or has_nullable(type_.element))
