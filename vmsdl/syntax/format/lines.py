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
    tokens: list[SpacedToken] = field(default_factory=list)
    is_separated: bool = False  # a blank line comes before it
    opens_body: bool = False  # its last token is the `{` of a body
    closes_body: bool = False  # it is the `}` of a body
    is_body_empty: bool = False
    doc: str = ""


def build_lines(file: tree.FileTree) -> list[TokenLine]:
    """Every token of a file once, in order."""
    builder = _LineBuilder()
    before: tree.Item | None = None
    for item in file.items:
        is_grouped = _is_short(item) and type(item) is type(before)
        builder.add_item(item, is_separated=before is not None and not is_grouped)
        before = item
    return builder.lines


def _is_short(item: tree.Item) -> bool:
    return isinstance(item, tree.ImportDecl | tree.ConstDecl | tree.PropertyDecl)


@dataclass(frozen=True, slots=True)
class _LineBuilder:
    lines: list[TokenLine] = field(default_factory=list)

    def add_item(self, item: tree.Item, *, is_separated: bool) -> None:
        out = TokenBuilder()
        match item:
            case tree.ImportDecl(path=path):
                out.put("import")
                out.put_text(path)
                out.end_statement()
                self._add_line(0, out, item, is_separated)
            case tree.ConstDecl(name=name, value=value):
                out.put("const")
                out.put(name.text)
                out.put("=")
                out.put_expression(value)
                out.end_statement()
                self._add_line(0, out, item, is_separated)
            case tree.EnumDecl():
                out.put(item.keyword)
                out.put(item.name.text)
                out.put(":")
                out.put(item.type.word)
                values = [(member, _lay_out_enum_value(member)) for member in item.members]
                self._add_braces(out, item, values, is_separated)
            case tree.MachineDecl():
                out.put("machine")
                out.put_text(item.name)
                if item.extends is not None:
                    out.put("extends")
                    out.put_text(item.extends)
                settings = [(setting, _lay_out_setting(setting)) for setting in item.settings]
                self._add_braces(out, item, settings, is_separated)
            case tree.DescriptionDecl():
                self._add_description(0, item, is_separated)
            case tree.PropertyDecl():
                self._add_member(0, item, is_separated=is_separated)

    def _add_line(
        self,
        indent: int,
        out: TokenBuilder,
        declaration: tree.Declaration,
        is_separated: bool,
        *,
        opens_body: bool = False,
    ) -> None:
        """The annotations of a declaration on lines of their own, then its first line."""
        # The first of these lines has the blank line and the doc comment.
        doc = declaration.doc
        for annotation in declaration.annotations:
            builder = TokenBuilder()
            builder.put_annotation(annotation)
            self.lines.append(TokenLine(indent, builder.tokens, is_separated, doc=doc))
            is_separated, doc = False, ""
        self.lines.append(TokenLine(indent, out.tokens, is_separated, opens_body, doc=doc))

    def _add_braces(
        self,
        header: TokenBuilder,
        declaration: tree.Declaration,
        inside: Sequence[tuple[tree.EnumValueDecl | tree.SettingDecl, TokenBuilder]],
        is_separated: bool,
    ) -> None:
        self._open_body(0, header, declaration, is_separated)
        for inner, out in inside:
            self.lines.append(TokenLine(1, out.tokens, doc=inner.doc))
        self._close_body(0, is_empty=not inside)

    def _add_description(self, indent: int, item: tree.DescriptionDecl, is_separated: bool) -> None:
        out = TokenBuilder()
        out.put(item.keyword)
        out.put(item.name.text)
        out.put_wire_name(item.wire_name)
        for name in item.other_names:
            out.put(",", left=False)
            out.put_text(name, level=1)
        for n, instance in enumerate(item.instances):
            if n:
                out.put(",", left=False)
            else:
                out.put("instance", level=1)
            out.put_expression(instance.number)
            if instance.alias is not None:
                out.put("alias")
                out.put_expression(instance.alias)
        if item.versions.version is not None:
            out.put("version")
            out.put_expression(item.versions.version)
            if item.versions.minimum is not None:
                out.put("minimum")
                out.put_expression(item.versions.minimum)
        if item.needed is not None:
            out.put("needed", level=1)
            out.put_condition(item.needed)
        self._open_body(indent, out, item, is_separated)
        before: tree.Member | None = None
        for member in item.members:
            body = tree.DescriptionDecl
            has_body = isinstance(member, body) or isinstance(before, body)
            self._add_member(indent + 1, member, is_separated=has_body)
            before = member
        self._close_body(indent, is_empty=not item.members)

    def _add_member(self, indent: int, member: tree.Member, *, is_separated: bool) -> None:
        if isinstance(member, tree.DescriptionDecl):
            self._add_description(indent, member, is_separated)
            return
        out = TokenBuilder()
        out.put_member(member)
        self._add_line(indent, out, member, is_separated)

    def _open_body(
        self, indent: int, header: TokenBuilder, declaration: tree.Declaration, is_separated: bool
    ) -> None:
        header.put("{")
        self._add_line(indent, header, declaration, is_separated, opens_body=True)

    def _close_body(self, indent: int, *, is_empty: bool) -> None:
        out = TokenBuilder()
        out.put("}", left=False)
        line = TokenLine(indent, out.tokens, closes_body=True, is_body_empty=is_empty)
        self.lines.append(line)


def _lay_out_enum_value(member: tree.EnumValueDecl) -> TokenBuilder:
    out = TokenBuilder()
    out.put(member.name.text)
    out.put("=")
    out.put_expression(member.value)
    out.end_statement()
    return out


def _lay_out_setting(setting: tree.SettingDecl) -> TokenBuilder:
    out = TokenBuilder()
    for n, name in enumerate(setting.path):
        if n:
            out.put(".", left=False, right=False)
        out.put(name.text)
    out.put("=")
    out.put_expression(setting.value)
    out.end_statement()
    return out
