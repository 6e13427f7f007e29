"""From a tree to the lines of its canonical layout, token by token."""

from collections.abc import Sequence
from dataclasses import field

from vmsdl.records import dataclass
from vmsdl.syntax import tree
from vmsdl.syntax.format.tokens import SpacedToken, TokenBuilder


@dataclass(frozen=True, slots=True)
class TokenLine:
    """One line, unless it is too long. `indent` counts levels."""

    indent: int
    pieces: list[SpacedToken] = field(default_factory=list)
    apart: bool = False  # a blank line stands before it
    opens: bool = False  # its last piece is the `{` of a body
    closes: bool = False  # it is the `}` of a body
    empty: bool = False  # … that has nothing in it
    doc: str = ""


def build_lines(file: tree.FileTree) -> list[TokenLine]:
    """Every token of a file once, in order."""
    laid: list[TokenLine] = []
    before: tree.Item | None = None
    for item in file.items:
        apart = before is not None and not (_is_short(item) and type(item) is type(before))
        _item(laid, item, apart)
        before = item
    return laid


def _is_short(item: tree.Item) -> bool:
    return isinstance(item, tree.ImportDecl | tree.ConstDecl)


def _item(laid: list[TokenLine], item: tree.Item, apart: bool) -> None:
    out = _declaration(laid, 0, item, apart)
    match item:
        case tree.ImportDecl(path=path):
            out.put("import")
            out.text(path)
            out.end()
            laid.append(TokenLine(0, out.pieces, *_head(item, apart)))
        case tree.ConstDecl(name=name, value=value):
            out.put("const")
            out.put(name.text)
            out.put("=")
            out.expression(value)
            out.end()
            laid.append(TokenLine(0, out.pieces, *_head(item, apart)))
        case tree.EnumDecl():
            out.put(item.keyword)
            out.put(item.name.text)
            out.put(":")
            out.put(item.type.word)
            arms = [(arm, _arm(arm)) for arm in item.arms]
            _braces(laid, 0, out, item, apart, arms)
        case tree.MachineDecl():
            out.put("machine")
            out.text(item.name)
            if item.extends is not None:
                out.put("extends")
                out.text(item.extends)
            settings = [(setting, _setting(setting)) for setting in item.settings]
            _braces(laid, 0, out, item, apart, settings)
        case tree.DescriptionDecl():
            _description(laid, 0, out, item, apart)


def _head(declaration: tree.Declaration, apart: bool) -> tuple[bool, bool, bool, bool, str]:
    # With annotations, the first of their lines has the blank line and the doc comment.
    if declaration.annotations:
        return (False, False, False, False, "")
    return (apart, False, False, False, declaration.doc)


def _declaration(
    laid: list[TokenLine], indent: int, declaration: tree.Declaration, apart: bool
) -> TokenBuilder:
    """The annotations on lines of their own, and an empty phrase for the rest."""
    doc = declaration.doc
    for annotation in declaration.annotations:
        out = TokenBuilder()
        out.annotation(annotation)
        laid.append(TokenLine(indent, out.pieces, apart=apart, doc=doc))
        apart, doc = False, ""
    return TokenBuilder()


def _braces(
    laid: list[TokenLine],
    indent: int,
    header: TokenBuilder,
    declaration: tree.Declaration,
    apart: bool,
    inside: Sequence[tuple[tree.EnumArm | tree.SettingDecl, TokenBuilder]],
) -> None:
    _open(laid, indent, header, declaration, apart)
    for inner, out in inside:
        laid.append(TokenLine(indent + 1, out.pieces, doc=inner.doc))
    _close(laid, indent, empty=not inside)


def _open(
    laid: list[TokenLine],
    indent: int,
    header: TokenBuilder,
    declaration: tree.Declaration,
    apart: bool,
) -> None:
    header.put("{")
    apart, _, _, _, doc = _head(declaration, apart)
    laid.append(TokenLine(indent, header.pieces, apart=apart, opens=True, doc=doc))


def _close(laid: list[TokenLine], indent: int, *, empty: bool) -> None:
    out = TokenBuilder()
    out.put("}", left=False)
    laid.append(TokenLine(indent, out.pieces, closes=True, empty=empty))


def _arm(arm: tree.EnumArm) -> TokenBuilder:
    out = TokenBuilder()
    out.put(arm.name.text)
    out.put("=")
    out.expression(arm.value)
    out.end()
    return out


def _setting(setting: tree.SettingDecl) -> TokenBuilder:
    out = TokenBuilder()
    for n, name in enumerate(setting.path):
        if n:
            out.put(".", left=False, right=False)
        out.put(name.text)
    out.put("=")
    out.expression(setting.value)
    out.end()
    return out


def _description(
    laid: list[TokenLine], indent: int, out: TokenBuilder, item: tree.DescriptionDecl, apart: bool
) -> None:
    out.put(item.keyword)
    out.put(item.name.text)
    out.wire_name(item.wire_name)
    if item.versions.version is not None:
        out.put("version")
        out.expression(item.versions.version)
        if item.versions.minimum is not None:
            out.put("minimum")
            out.expression(item.versions.minimum)
    if item.needed is not None:
        out.put("needed", level=1)
        out.condition(item.needed)
    _open(laid, indent, out, item, apart)
    before: tree.Member | None = None
    for member in item.members:
        body = tree.DescriptionDecl
        _member(laid, indent + 1, member, isinstance(member, body) or isinstance(before, body))
        before = member
    _close(laid, indent, empty=not item.members)


def _member(laid: list[TokenLine], indent: int, member: tree.Member, apart: bool) -> None:
    out = _declaration(laid, indent, member, apart)
    if isinstance(member, tree.DescriptionDecl):
        _description(laid, indent, out, member, apart)
        return
    out.member(member)
    laid.append(TokenLine(indent, out.pieces, *_head(member, apart)))
