"""From a type in the tree to the type on the wire, with its lengths resolved."""

import re
from collections.abc import Callable
from typing import TypeAlias, assert_never

from vmsdl.analysis.reporter import Reporter
from vmsdl.analysis.symbols import Symbols, describe_declaration
from vmsdl.analysis.value_types import has_own_length
from vmsdl.diagnostics.codes import (
    BUFFER_WITHOUT_LENGTH,
    ELEMENT_NOT_STRUCT,
    LIST_VERSION_OUT_OF_RANGE,
    NOT_A_TYPE,
    NULLABLE_WITHOUT_ARRAY,
    STRUCT_VERSION_OUT_OF_RANGE,
    UNKNOWN_TYPE,
    VERSION_OF_ENUM,
)
from vmsdl.diagnostics.diagnostic import Code, Fix, Label
from vmsdl.expr import nodes as e
from vmsdl.schema import types as t
from vmsdl.schema.scalars import SCALARS
from vmsdl.syntax import tree
from vmsdl.syntax.keywords import FOREIGN_TYPES

# Resolves a length in the scope of the type. None: an error, which has been reported.
LengthBinder: TypeAlias = Callable[[tree.Expression], e.Expr | None]

BUILTIN_TYPES = (*SCALARS, "bytes", "blob", "bitmap", "opaque")


def build_wire_type(
    written: tree.TypeExpr, bind_length: LengthBinder, symbols: Symbols, reporter: Reporter
) -> t.Type | None:
    """The wire type. All lengths are checked, whatever else is wrong."""
    lengths = [bind_length(each) for each in written.lengths]
    is_buffer = has_own_length(written.element)
    own_length = lengths.pop() if is_buffer and lengths else None
    if written.nullable and not lengths:
        reporter.report(
            NULLABLE_WITHOUT_ARRAY,
            written.span,
            "`?` is allowed only before the `[n]` of an array of pointers",
            help="use a field with `if` for a single pointer that can be null",
        )
        return None
    if is_buffer and own_length is None and not _check_missing_length(written, reporter):
        return None
    type_ = _build_element(written.element, own_length, symbols, reporter)
    if type_ is None or None in lengths:
        return None
    is_nullable = written.nullable
    for count in reversed(lengths):
        assert count is not None
        type_ = t.Array(type_, count, nullable=is_nullable)
        is_nullable = False
    return type_


def _check_missing_length(written: tree.TypeExpr, reporter: Reporter) -> bool:
    """Whether the buffer needs no length; reports it if not. False where its length is wrong."""
    if written.lengths:
        return False
    if isinstance(written.element, tree.OpaqueType):
        return True
    word = written.element.word if isinstance(written.element, tree.BuiltinType) else ""
    reporter.report(
        BUFFER_WITHOUT_LENGTH,
        written.span,
        f"`{word}` requires a length",
        help=f"write `{word}[…]`"
        + (", or `blob`, which sends its own length" if word == "bytes" else ""),
    )
    return False


def _build_element(
    element: tree.BaseType, own_length: e.Expr | None, symbols: Symbols, reporter: Reporter
) -> t.Type | None:
    match element:
        case tree.BuiltinType(word="bytes"):
            return t.Bytes(own_length) if own_length else None
        case tree.BuiltinType(word="bitmap"):
            return t.Bitmap(own_length) if own_length else None
        case tree.BuiltinType(word="blob"):
            return t.Blob()
        case tree.BuiltinType(word=word):
            return t.Scalar(word)
        case tree.OpaqueType(codec=codec):
            return t.Opaque(codec.value if codec else None, own_length)
        case tree.TypeRef():
            return _resolve_reference(element, symbols, reporter)
        case tree.ListTypeExpr(element=inner):
            struct = _resolve_struct(inner, "a list", symbols, reporter)
            return t.ListType(struct) if struct else None
        case tree.MapTypeExpr(key=written_key, value=written_value):
            # Only a be64 can be a key without a struct (VMSTATE_GTREE_DIRECT_KEY_V).
            is_direct = written_key == tree.BuiltinType(word="u64")
            key = None if is_direct else _resolve_struct(written_key, "a map", symbols, reporter)
            value = _resolve_struct(written_value, "a map", symbols, reporter)
            if value is None or (key is None and not is_direct):
                return None
            return t.MapType(key, value)
        case _:
            assert_never(element)


def _resolve_reference(
    reference: tree.TypeRef, symbols: Symbols, reporter: Reporter
) -> t.StructType | t.EnumType | None:
    name = reference.name
    decl = symbols.names.get(name.text)
    match decl:
        case None:
            if (word := _find_builtin(name.text)) is not None:
                message = f"unknown type `{name.text}`"
                fix = Fix.replacing(name.span, word)
                reporter.report(UNKNOWN_TYPE, name.span, message, fix=fix)
                return None
            known = (n for n, d in symbols.names.items() if not isinstance(d, tree.ConstDecl))
            reporter.report(
                UNKNOWN_TYPE,
                name.span,
                f"unknown type `{name.text}`",
                help=_suggest_odd_width(name.text)
                or reporter.suggest_nearest(name.text, (*known, *BUILTIN_TYPES))
                or f"declare `struct {name.text}`, or import the file that declares it",
            )
            return None
        case tree.EnumDecl():
            if reference.version is not None:
                reporter.report(
                    VERSION_OF_ENUM,
                    reference.span,
                    f"{decl.keyword} `{name.text}` has no version",
                    help="remove the version: only a struct has one",
                )
                return None
            return t.EnumType(name.text)
        case tree.DescriptionDecl(keyword="struct"):
            code = STRUCT_VERSION_OUT_OF_RANGE
            _check_version(reference, decl, code, reporter)
            version = reference.version.value if reference.version else None
            return t.StructType(name.text, version)
        case _:
            reporter.report(
                NOT_A_TYPE,
                name.span,
                f"expected a type, found {describe_declaration(decl)} `{name.text}`",
                also=(Label(decl.name.span, "declared here"),),
                help=(
                    "embed a struct, not a device"
                    if describe_declaration(decl) == "device"
                    else None
                ),
            )
            return None


def _find_builtin(name: str) -> str | None:
    """Our word for the type of C or another language."""
    # Only here: for the parser, a `buffer` is more likely the name of a field.
    return "bytes" if name == "buffer" else FOREIGN_TYPES.get(name)


def _suggest_odd_width(name: str) -> str | None:
    """The help for an integer of a width that the stream has no type for."""
    found = re.fullmatch(r"[ui](?:nt)?([0-9]+)(?:_t)?", name)
    if found is None or int(found[1]) % 8 or len(found[1]) > 4:
        return None
    return f"write `bytes[{int(found[1]) // 8}]`: integers have 8, 16, 32 or 64 bits"


def _resolve_struct(
    written: tree.TypeRef | tree.BuiltinType, holder: str, symbols: Symbols, reporter: Reporter
) -> t.StructType | None:
    """The struct that is the element of a list or map."""
    match written:
        case tree.TypeRef():
            decl = symbols.names.get(written.name.text)
            if isinstance(decl, tree.DescriptionDecl) and decl.keyword == "struct":
                _check_version(written, decl, LIST_VERSION_OUT_OF_RANGE, reporter)
                version = written.version.value if written.version else None
                return t.StructType(written.name.text, version)
            if not isinstance(decl, tree.EnumDecl):
                _resolve_reference(written, symbols, reporter)  # it reports the error
                return None
    reporter.report(
        ELEMENT_NOT_STRUCT,
        written.span,
        f"expected a struct in {holder}, found `{' '.join(written.span.text.split())}`",
        help="declare a struct with one field"
        + ("; a key can also be `u64`" if holder == "a map" else ""),
    )
    return None


def _check_version(
    reference: tree.TypeRef, decl: tree.DescriptionDecl, code: Code, reporter: Reporter
) -> None:
    if reference.version is None:
        return
    newest, oldest = find_versions(decl)
    if oldest <= newest and not oldest <= reference.version.value <= newest:
        range_ = f"{oldest} to {newest}" if oldest < newest else f"only {newest}"
        reporter.report(
            code,
            reference.version.span,
            f"version {reference.version.value} is out of range for `{decl.name.text}`: {range_}",
            also=(Label(decl.name.span, "declared here"),),
            warn_if_recorded=True,
        )


def find_versions(decl: tree.DescriptionDecl) -> tuple[int, int]:
    """The version at which a description is saved, and the oldest that it loads."""
    written = decl.versions
    version = written.version.value if written.version else 1
    return version, written.minimum.value if written.minimum else version
