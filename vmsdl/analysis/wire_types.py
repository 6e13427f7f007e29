"""From a type as written to the type on the wire, its lengths resolved."""

from collections.abc import Callable
from typing import TypeAlias, assert_never

from vmsdl.analysis.reporter import Reporter
from vmsdl.analysis.symbols import Symbols, describe_declaration
from vmsdl.analysis.value_types import takes_length
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
from vmsdl.diagnostics.diagnostic import Code, Label
from vmsdl.expr import nodes as e
from vmsdl.schema import types as t
from vmsdl.schema.scalars import SCALARS
from vmsdl.syntax import tree
from vmsdl.syntax.keywords import FOREIGN_TYPES

# How the place at hand resolves a length; None: a fault, reported.
Length: TypeAlias = Callable[[tree.Expression], e.Expr | None]

WORDS = (*SCALARS, "bytes", "blob", "bitmap", "opaque")


def build_wire_type(
    written: tree.TypeExpr, length: Length, symbols: Symbols, faults: Reporter
) -> t.Type | None:
    """The wire type; all lengths are looked at whatever else is wrong."""
    lengths = [length(each) for each in written.lengths]
    has_own = takes_length(written.element)
    own = lengths.pop() if has_own and lengths else None
    if written.nullable and not lengths:
        faults.add(
            NULLABLE_WITHOUT_ARRAY,
            written.span,
            "`?` stands only before the `[n]` of an array of pointers",
            help="a single pointer that may be null is a field with an `if`",
        )
        return None
    if has_own and own is None and not _may_lack_length(written, faults):
        return None
    type_ = _element(written.element, own, symbols, faults)
    if type_ is None or None in lengths:
        return None
    is_nullable = written.nullable
    for count in reversed(lengths):
        assert count is not None
        type_ = t.Array(type_, count, nullable=is_nullable)
        is_nullable = False
    return type_


def _may_lack_length(written: tree.TypeExpr, faults: Reporter) -> bool:
    """May the buffer do without a length? False also where its length was at fault."""
    if written.lengths:
        return False
    if isinstance(written.element, tree.OpaqueType):
        return True
    word = written.element.word if isinstance(written.element, tree.BuiltinType) else ""
    faults.add(
        BUFFER_WITHOUT_LENGTH,
        written.span,
        f"`{word}` needs a length",
        help=f"write `{word}[…]`"
        + (", or `blob`, which sends its own length" if word == "bytes" else ""),
    )
    return False


def _element(
    element: tree.BaseType, own: e.Expr | None, symbols: Symbols, faults: Reporter
) -> t.Type | None:
    match element:
        case tree.BuiltinType(word="bytes"):
            return t.Bytes(own) if own else None
        case tree.BuiltinType(word="bitmap"):
            return t.Bitmap(own) if own else None
        case tree.BuiltinType(word="blob"):
            return t.Blob()
        case tree.BuiltinType(word=word):
            return t.Scalar(word)
        case tree.OpaqueType(codec=codec):
            return t.Opaque(codec.value if codec else None, own)
        case tree.TypeRef():
            return _reference(element, symbols, faults)
        case tree.ListTypeExpr(element=inner):
            struct = _struct(inner, "a list", symbols, faults)
            return t.ListType(struct) if struct else None
        case tree.MapTypeExpr(key=written_key, value=written_value):
            # Only a be64 can be a key without a struct (VMSTATE_GTREE_DIRECT_KEY_V).
            is_direct = written_key == tree.BuiltinType(word="u64")
            key = None if is_direct else _struct(written_key, "a map", symbols, faults)
            value = _struct(written_value, "a map", symbols, faults)
            if value is None or (key is None and not is_direct):
                return None
            return t.MapType(key, value)
        case _:
            assert_never(element)


def _reference(
    reference: tree.TypeRef, symbols: Symbols, faults: Reporter
) -> t.StructType | t.EnumType | None:
    name = reference.name
    decl = symbols.names.get(name.text)
    match decl:
        case None:
            known = (n for n, d in symbols.names.items() if not isinstance(d, tree.ConstDecl))
            faults.add(
                UNKNOWN_TYPE,
                name.span,
                f"there is no type `{name.text}`",
                help=_word_for(name.text) or faults.did_you_mean(name.text, (*known, *WORDS)),
            )
            return None
        case tree.EnumDecl():
            if reference.version is not None:
                faults.add(
                    VERSION_OF_ENUM,
                    reference.span,
                    f"the {decl.keyword} `{name.text}` has no version",
                    help="only a struct has one",
                )
                return None
            return t.EnumType(name.text)
        case tree.DescriptionDecl(keyword="struct"):
            code = STRUCT_VERSION_OUT_OF_RANGE
            _check_version(reference, decl, code, faults)
            version = reference.version.value if reference.version else None
            return t.StructType(name.text, version)
        case _:
            faults.add(
                NOT_A_TYPE,
                name.span,
                f"the {describe_declaration(decl)} `{name.text}` is not a type",
                also=(Label(decl.name.span, "declared here"),),
                help=(
                    "only a struct can be embedded"
                    if describe_declaration(decl) == "device"
                    else None
                ),
            )
            return None


def _word_for(name: str) -> str | None:
    """The language's word for a type of another language."""
    word = FOREIGN_TYPES.get(name)
    return f"the language's word is `{word}`" if word else None


def _struct(
    written: tree.TypeRef | tree.BuiltinType, holder: str, symbols: Symbols, faults: Reporter
) -> t.StructType | None:
    """The struct that a list or map holds."""
    match written:
        case tree.TypeRef():
            decl = symbols.names.get(written.name.text)
            if isinstance(decl, tree.DescriptionDecl) and decl.keyword == "struct":
                _check_version(written, decl, LIST_VERSION_OUT_OF_RANGE, faults)
                version = written.version.value if written.version else None
                return t.StructType(written.name.text, version)
            if not isinstance(decl, tree.EnumDecl):
                _reference(written, symbols, faults)  # for its report
                return None
    faults.add(
        ELEMENT_NOT_STRUCT,
        written.span,
        f"{holder} holds structs, and `{' '.join(written.span.text.split())}` is none",
        help="declare a struct with one field"
        + ("; a key may also be `u64`" if holder == "a map" else ""),
    )
    return None


def _check_version(
    reference: tree.TypeRef, decl: tree.DescriptionDecl, code: Code, faults: Reporter
) -> None:
    if reference.version is None:
        return
    newest, oldest = check_versions(decl)
    if oldest <= newest and not oldest <= reference.version.value <= newest:
        range_ = f"{oldest} to {newest}" if oldest < newest else f"{newest} alone"
        faults.add(
            code,
            reference.version.span,
            f"`{decl.name.text}` has no version {reference.version.value}: it reads {range_}",
            also=(Label(decl.name.span, "declared here"),),
            lenient=True,
        )


def check_versions(decl: tree.DescriptionDecl) -> tuple[int, int]:
    """The version a description is written at, and the oldest it reads."""
    written = decl.versions
    version = written.version.value if written.version else 1
    return version, written.minimum.value if written.minimum else version
