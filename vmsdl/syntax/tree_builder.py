"""From the parts of a production to its node: one method for each rule of the grammar."""

from dataclasses import replace
from typing import Any

from vmsdl.diagnostics import codes
from vmsdl.records import dataclass
from vmsdl.source import SourceFile, Span
from vmsdl.syntax import tree
from vmsdl.syntax.expression_builder import ExpressionBuilder, Parts
from vmsdl.syntax.lexer import Token
from vmsdl.syntax.walk import description_depth

DEEPEST_SUBSECTION = 32


class TreeBuilder(ExpressionBuilder):
    """Makes nodes bottom up, and reports what the grammar lets through on purpose."""

    def __init__(self, source: SourceFile, docs: dict[int, str]) -> None:
        super().__init__(source)
        self.docs = docs

    # Items

    def start(self, parts: Parts) -> tree.FileTree:
        return tree.FileTree(source=self.source, items=tuple(parts))

    def item(self, parts: Parts) -> Any:
        item = self._annotated(parts)
        if isinstance(item, tree.DescriptionDecl) and description_depth(item) > DEEPEST_SUBSECTION:
            message = f"subsections are nested more than {DEEPEST_SUBSECTION} levels deep"
            self.report(codes.NESTED_TOO_DEEP, message, item.name.span, "declare them side by side")
            return replace(item, members=())
        return item

    def member(self, parts: Parts) -> Any:
        return self._annotated(parts)

    def import_decl(self, parts: Parts) -> tree.ImportDecl:
        doc, span = self._doc(parts), self.span(parts)
        return tree.ImportDecl(path=self.text(parts[1]), doc=doc, span=span)

    def const_decl(self, parts: Parts) -> tree.ConstDecl:
        name = self._declared(parts[1], "constant")
        doc, span = self._doc(parts), self.span(parts)
        return tree.ConstDecl(name=name, value=self.whole(parts[3]), doc=doc, span=span)

    def enum_decl(self, parts: Parts) -> tree.EnumDecl:
        return tree.EnumDecl(
            keyword=parts[0].text,
            name=self._declared(parts[1], parts[0].text),
            type=parts[3],
            arms=tuple(parts[5:-1]),
            doc=self._doc(parts),
            span=self.span(parts),
        )

    def arm(self, parts: Parts) -> tree.EnumArm:
        name, doc, span = self.name(parts[0]), self._doc(parts), self.span(parts)
        return tree.EnumArm(name=name, value=self.whole(parts[2]), doc=doc, span=span)

    def struct_decl(self, parts: Parts) -> tree.DescriptionDecl:
        return self._description([*parts[:4], None, *parts[4:]])

    def device_decl(self, parts: Parts) -> tree.DescriptionDecl:
        return self._description(parts)

    def subsection_decl(self, parts: Parts) -> tree.DescriptionDecl:
        description = self._description(parts)
        if description.needed is None:
            self.report(
                codes.SUBSECTION_WITHOUT_NEEDED,
                f"the subsection `{description.name.text}` does not say when it is needed",
                Span(self.source, parts[0].start, description.name.span.end),
                "write `needed` and the condition under which it is sent, or `needed true`",
            )
        return description

    def _description(self, parts: Parts) -> tree.DescriptionDecl:
        keyword, name, wire_name, versions, needed, body = parts
        span = self.span(parts)
        return tree.DescriptionDecl(
            keyword=keyword.text,
            name=self._declared(name, keyword.text),
            wire_name=wire_name,
            versions=versions or tree.Versions(span=Span(self.source, name.end, name.end)),
            needed=needed,
            members=body.members,
            doc=self._doc(parts),
            span=span,
        )

    def wire_name(self, parts: Parts) -> tree.Text:
        return self.text(parts[1])

    def versions(self, parts: Parts) -> tree.Versions:
        version = self.integer(parts[1:2])
        minimum = self.integer(parts[3:4]) if parts[3] else None
        return tree.Versions(version=version, minimum=minimum, span=self.span(parts))

    def needed(self, parts: Parts) -> Any:
        return self.whole(parts[1])

    def body(self, parts: Parts) -> "_Body":
        return _Body(tuple(parts[1:-1]), self.span(parts))

    def machine_decl(self, parts: Parts) -> tree.MachineDecl:
        return tree.MachineDecl(
            name=self.text(parts[1]),
            extends=self.text(parts[3]) if parts[3] else None,
            settings=tuple(parts[5:-1]),
            doc=self._doc(parts),
            span=self.span(parts),
        )

    def setting(self, parts: Parts) -> tree.SettingDecl:
        doc, span = self._doc(parts), self.span(parts)
        return tree.SettingDecl(path=parts[0].names, value=self.whole(parts[2]), doc=doc, span=span)

    def path(self, parts: Parts) -> "_Path":
        return _Path(tuple(self.name(part) for part in parts[::2]), self.span(parts))

    def annotation(self, parts: Parts) -> tree.AnnotationDecl:
        return tree.AnnotationDecl(
            name=self.name(parts[1]),
            arguments=tuple(part for part in parts[3:] if part and not isinstance(part, Token)),
            has_parentheses=parts[2] is not None,
            span=self.span(parts),
        )

    def literal(self, parts: Parts) -> Any:
        if parts[0].type == "STRING":
            return self.text(parts[0])
        if parts[0].type == "INT":
            return self.integer(parts)
        if parts[0].type == "MINUS":
            return self.unary([parts[0], self.integer(parts[1:])])
        return self.boolean(parts)

    # Members

    def field_decl(self, parts: Parts) -> tree.FieldDecl:
        head, modifiers = parts[0], parts[3:-1]
        self._modifiers_fit(modifiers)
        return tree.FieldDecl(
            name=head.name,
            wire_name=head.wire_name,
            type=parts[2],
            modifiers=tuple(modifiers),
            doc=self._doc(parts),
            span=self.span(parts),
        )

    def field_head(self, parts: Parts) -> "Head":
        match parts:
            case [tree.Name() as name, wire_name]:
                return Head(name, wire_name, self.span(parts))
            case [Token() as word, _, Token() as wire_name]:
                return Head(self.name(word), self.text(wire_name), self.span(parts))
            case _:
                return Head(self.name(parts[0]), None, self.span(parts))

    def field_name(self, parts: Parts) -> tree.Name:
        return self.name(parts[0])

    def unused_decl(self, parts: Parts) -> tree.UnusedDecl:
        modifiers = parts[2:-1]
        self._modifiers_fit(modifiers)
        for modifier in modifiers:
            if not isinstance(modifier, tree.Since | tree.If):
                self.report(
                    codes.MISPLACED_MODIFIER,
                    f"`unused` bytes take no `{_word(modifier)}`",
                    modifier.span,
                    "only `since` and `if` can stand here; what has a value is a field",
                )
        doc, span = self._doc(parts), self.span(parts)
        return tree.UnusedDecl(
            length=parts[1].value, modifiers=tuple(modifiers), doc=doc, span=span
        )

    def local_decl(self, parts: Parts) -> tree.LocalDecl:
        name = self._declared(parts[1], "local")
        default = self.whole(parts[5]) if parts[5] else None
        doc, span = self._doc(parts), self.span(parts)
        return tree.LocalDecl(name=name, type=parts[3], default=default, doc=doc, span=span)

    def let_decl(self, parts: Parts) -> tree.LetDecl:
        name = self._declared(parts[1], "let")
        doc, span = self._doc(parts), self.span(parts)
        return tree.LetDecl(name=name, value=self.whole(parts[3]), doc=doc, span=span)

    def property_decl(self, parts: Parts) -> tree.PropertyDecl:
        name, default = self._declared(parts[1], "property"), self.whole(parts[5])
        doc, span = self._doc(parts), self.span(parts)
        return tree.PropertyDecl(name=name, type=parts[3], default=default, doc=doc, span=span)

    def validate_decl(self, parts: Parts) -> tree.ValidateDecl:
        doc, span = self._doc(parts), self.span(parts)
        message = self.text(parts[3])
        condition = self.whole(parts[1])
        return tree.ValidateDecl(condition=condition, message=message, doc=doc, span=span)

    def hook_decl(self, parts: Parts) -> tree.HookDecl:
        return tree.HookDecl(hook=self.name(parts[1]), doc=self._doc(parts), span=self.span(parts))

    def unmigratable_decl(self, parts: Parts) -> tree.UnmigratableDecl:
        return tree.UnmigratableDecl(doc=self._doc(parts), span=self.span(parts))

    def with_bindings(self, parts: Parts) -> tree.With:
        bindings = tuple(part for part in parts[1:] if isinstance(part, tree.Binding))
        return tree.With(bindings=bindings, span=self.span(parts))

    def _modifiers_fit(self, modifiers: list[tree.Modifier]) -> None:
        seen: set[type[tree.Modifier]] = set()
        for modifier in modifiers:
            kind = type(modifier)
            if kind in seen and kind not in (tree.Where, tree.Formerly):
                message = f"`{_word(modifier)}` stands twice on one member"
                self.report(codes.DUPLICATE_MODIFIER, message, modifier.span, _MERGED.get(kind))
            seen.add(kind)

    def _declared(self, token: Token, kind: str) -> tree.Name:
        if token.text == "as":
            message = f"`as` cannot be the name of {_A[kind]}"
            help = "choose another name; only a field may be called `as`"
            self.report(codes.UNEXPECTED_TOKEN, message, self.span([token]), help)
        return self.name(token)

    def _annotated(self, parts: Parts) -> Any:
        declaration = parts[-1]
        if len(parts) == 1:
            return declaration
        docs = [self.docs.get(part.span.start, "") for part in parts]
        return replace(
            declaration,
            doc="\n".join(doc for doc in docs if doc),
            annotations=tuple(parts[:-1]),
            span=self.span(parts),
        )

    def _doc(self, parts: Parts) -> str:
        first = parts[0]
        return self.docs.get(first.start if isinstance(first, Token) else first.span.start, "")


@dataclass(frozen=True, slots=True)
class Head:
    """The name of a field, until its declaration is whole."""

    name: tree.Name
    wire_name: tree.Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class _Body:
    members: tuple[tree.Member, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class _Path:
    names: tuple[tree.Name, ...]
    span: Span


_A = {
    "constant": "a constant",
    "enum": "an enum",
    "flags": "flags",
    "struct": "a struct",
    "device": "a device",
    "subsection": "a subsection",
    "local": "a local",
    "let": "a `let`",
    "property": "a property",
}
_MERGED = {
    tree.If: "join the two conditions with `and`",
    tree.With: "list all bindings behind one `with`, with commas between",
}


def _word(modifier: tree.Modifier) -> str:
    match modifier:
        case tree.Default():
            return "="
        case _:
            return type(modifier).__name__.lower()
