"""From the parts of a production to its node: items and members, and the builders of all rules."""

from dataclasses import replace
from typing import Any

from vmsdl.diagnostics import codes
from vmsdl.records import dataclass
from vmsdl.source import Span
from vmsdl.syntax import tree
from vmsdl.syntax.build_context import BuildContext, Parts
from vmsdl.syntax.expression_builder import ExpressionBuilder
from vmsdl.syntax.lalr import NodeBuilder
from vmsdl.syntax.lexer import Token
from vmsdl.syntax.nouns import DECLARATIONS
from vmsdl.syntax.walk import measure_depth

DEEPEST_SUBSECTION = 32


def collect_node_builders(context: BuildContext) -> dict[str, NodeBuilder]:
    """The builder of each grammar rule, by the name of the rule."""
    return {
        name: getattr(builder, name)
        for builder in (ExpressionBuilder(context), DeclarationBuilder(context))
        for name in vars(type(builder))
        if not name.startswith("_")
    }


class DeclarationBuilder:
    """One method for each grammar rule of items and members.

    It also reports what the grammar accepts only so that the message can be better.
    """

    def __init__(self, context: BuildContext) -> None:
        self.context = context

    # Items

    def start(self, parts: Parts) -> tree.FileTree:
        return tree.FileTree(source=self.context.source, items=tuple(parts))

    def item(self, parts: Parts) -> Any:
        item = self._attach_annotations(parts)
        if isinstance(item, tree.DescriptionDecl) and measure_depth(item) > DEEPEST_SUBSECTION:
            message = f"subsections are nested more than {DEEPEST_SUBSECTION} levels deep"
            self.context.report(
                codes.NESTED_TOO_DEEP, message, item.name.span, "declare them at the same level"
            )
            return replace(item, members=())
        return item

    def member(self, parts: Parts) -> Any:
        return self._attach_annotations(parts)

    def import_decl(self, parts: Parts) -> tree.ImportDecl:
        doc, span = self.context.find_doc(parts), self.context.make_span(parts)
        return tree.ImportDecl(path=self.context.make_text(parts[1]), doc=doc, span=span)

    def const_decl(self, parts: Parts) -> tree.ConstDecl:
        name = self._make_declared_name(parts[1], parts[0])
        doc, span = self.context.find_doc(parts), self.context.make_span(parts)
        return tree.ConstDecl(
            name=name, value=self.context.limit_depth(parts[3]), doc=doc, span=span
        )

    def enum_decl(self, parts: Parts) -> tree.EnumDecl:
        return tree.EnumDecl(
            keyword=parts[0].text,
            name=self._make_declared_name(parts[1], parts[0]),
            type=parts[3],
            members=tuple(parts[5:-1]),
            doc=self.context.find_doc(parts),
            span=self.context.make_span(parts),
        )

    def enum_value(self, parts: Parts) -> tree.EnumValueDecl:
        name, doc, span = (
            self.context.make_name(parts[0]),
            self.context.find_doc(parts),
            self.context.make_span(parts),
        )
        return tree.EnumValueDecl(
            name=name, value=self.context.limit_depth(parts[2]), doc=doc, span=span
        )

    def struct_decl(self, parts: Parts) -> tree.DescriptionDecl:
        return self._build_description([*parts[:4], None, *parts[4:]])

    def device_decl(self, parts: Parts) -> tree.DescriptionDecl:
        keyword, name, names, instances, *rest = parts
        first, *others = names or (None,)
        found = self._build_description([keyword, name, first, *rest])
        return replace(found, other_names=tuple(others), instances=instances or ())

    def wire_names(self, parts: Parts) -> tuple[tree.Text, ...]:
        return tuple(self.context.make_text(part) for part in parts[1::2])

    def instances(self, parts: Parts) -> tuple[tree.InstanceNumber, ...]:
        return tuple(parts[1::2])

    def instance(self, parts: Parts) -> tree.InstanceNumber:
        return tree.InstanceNumber(
            number=self.context.make_integer(parts[0]),
            alias=self.context.make_integer(parts[2]) if parts[1] else None,
            span=self.context.make_span(parts),
        )

    def subsection_decl(self, parts: Parts) -> tree.DescriptionDecl:
        description = self._build_description(parts)
        if description.needed is None:
            self.context.report(
                codes.SUBSECTION_WITHOUT_NEEDED,
                f"missing `needed` in subsection `{description.name.text}`",
                Span(self.context.source, parts[0].start, description.name.span.end),
                "write `needed` and the condition under which it is sent, or `needed true`",
            )
        return description

    def _build_description(self, parts: Parts) -> tree.DescriptionDecl:
        keyword, name, wire_name, versions, needed, body = parts
        span = self.context.make_span(parts)
        return tree.DescriptionDecl(
            keyword=keyword.text,
            name=self._make_declared_name(name, keyword),
            wire_name=wire_name,
            versions=versions or tree.Versions(span=Span(self.context.source, name.end, name.end)),
            needed=needed,
            members=body.members,
            doc=self.context.find_doc(parts),
            span=span,
        )

    def wire_name(self, parts: Parts) -> tree.Text:
        return self.context.make_text(parts[1])

    def versions(self, parts: Parts) -> tree.Versions:
        version = self.context.make_integer(parts[1])
        minimum = self.context.make_integer(parts[3]) if parts[3] else None
        return tree.Versions(version=version, minimum=minimum, span=self.context.make_span(parts))

    def needed(self, parts: Parts) -> Any:
        return self.context.limit_depth(parts[1])

    def body(self, parts: Parts) -> "_Body":
        return _Body(tuple(parts[1:-1]), self.context.make_span(parts))

    def machine_decl(self, parts: Parts) -> tree.MachineDecl:
        return tree.MachineDecl(
            name=self.context.make_text(parts[1]),
            extends=self.context.make_text(parts[3]) if parts[3] else None,
            settings=tuple(parts[5:-1]),
            doc=self.context.find_doc(parts),
            span=self.context.make_span(parts),
        )

    def setting(self, parts: Parts) -> tree.SettingDecl:
        doc, span = self.context.find_doc(parts), self.context.make_span(parts)
        return tree.SettingDecl(
            path=parts[0].names, value=self.context.limit_depth(parts[2]), doc=doc, span=span
        )

    def path(self, parts: Parts) -> "_Path":
        return _Path(
            tuple(self.context.make_name(part) for part in parts[::2]),
            self.context.make_span(parts),
        )

    def annotation(self, parts: Parts) -> tree.AnnotationDecl:
        return tree.AnnotationDecl(
            name=self.context.make_name(parts[1]),
            arguments=tuple(part for part in parts[3:] if part and not isinstance(part, Token)),
            has_parentheses=parts[2] is not None,
            span=self.context.make_span(parts),
        )

    # Members

    def field_decl(self, parts: Parts) -> tree.FieldDecl:
        head, modifiers = parts[0], parts[3:-1]
        self._check_modifiers(modifiers)
        return tree.FieldDecl(
            name=head.name,
            wire_name=head.wire_name,
            type=parts[2],
            modifiers=tuple(modifiers),
            doc=self.context.find_doc(parts),
            span=self.context.make_span(parts),
        )

    def field_head(self, parts: Parts) -> "FieldHead":
        match parts:
            case [tree.Name() as name, wire_name]:
                return FieldHead(name, wire_name, self.context.make_span(parts))
            case [Token() as word, _, Token() as wire_name]:
                return FieldHead(
                    self.context.make_name(word),
                    self.context.make_text(wire_name),
                    self.context.make_span(parts),
                )
            case _:
                return FieldHead(
                    self.context.make_name(parts[0]), None, self.context.make_span(parts)
                )

    def field_name(self, parts: Parts) -> tree.Name:
        return self.context.make_name(parts[0])

    def unused_decl(self, parts: Parts) -> tree.UnusedDecl:
        modifiers = parts[2:-1]
        self._check_modifiers(modifiers)
        for modifier in modifiers:
            if not isinstance(modifier, tree.Since | tree.If):
                self.context.report(
                    codes.MISPLACED_MODIFIER,
                    f"`unused` does not accept `{_find_keyword(modifier)}`",
                    modifier.span,
                    "use only `since` and `if`, or declare a field",
                )
        doc, span = self.context.find_doc(parts), self.context.make_span(parts)
        return tree.UnusedDecl(
            length=parts[1].value, modifiers=tuple(modifiers), doc=doc, span=span
        )

    def local_decl(self, parts: Parts) -> tree.LocalDecl:
        name = self._make_declared_name(parts[1], parts[0])
        default = self.context.limit_depth(parts[5]) if parts[5] else None
        doc, span = self.context.find_doc(parts), self.context.make_span(parts)
        checks = tuple(parts[6:-1])
        return tree.LocalDecl(
            name=name, type=parts[3], default=default, checks=checks, doc=doc, span=span
        )

    def let_decl(self, parts: Parts) -> tree.LetDecl:
        name = self._make_declared_name(parts[1], parts[0])
        doc, span = self.context.find_doc(parts), self.context.make_span(parts)
        return tree.LetDecl(name=name, value=self.context.limit_depth(parts[3]), doc=doc, span=span)

    def property_decl(self, parts: Parts) -> tree.PropertyDecl:
        name, default = self._make_declared_name(parts[1], parts[0]), self.context.limit_depth(
            parts[5]
        )
        doc, span = self.context.find_doc(parts), self.context.make_span(parts)
        return tree.PropertyDecl(
            name=name,
            type=parts[3],
            default=default,
            checks=tuple(parts[6:-1]),
            doc=doc,
            span=span,
        )

    def validate_decl(self, parts: Parts) -> tree.ValidateDecl:
        doc, span = self.context.find_doc(parts), self.context.make_span(parts)
        message = self.context.make_text(parts[4])
        condition = self.context.limit_depth(parts[1])
        return tree.ValidateDecl(
            condition=condition, on_load=parts[2], message=message, doc=doc, span=span
        )

    def hook_decl(self, parts: Parts) -> tree.HookDecl:
        return tree.HookDecl(
            hook=self.context.make_name(parts[1]),
            sets=parts[2],
            doc=self.context.find_doc(parts),
            span=self.context.make_span(parts),
        )

    def sets(self, parts: Parts) -> tree.Sets:
        return tree.Sets(places=tuple(parts[1::2]), span=self.context.make_span(parts))

    def member_path(self, parts: Parts) -> tree.MemberPath:
        path = tuple(self.context.make_name(part) for part in parts[::2])
        return tree.MemberPath(path=path, span=self.context.make_span(parts))

    def unmigratable_decl(self, parts: Parts) -> tree.UnmigratableDecl:
        return tree.UnmigratableDecl(
            doc=self.context.find_doc(parts), span=self.context.make_span(parts)
        )

    def with_bindings(self, parts: Parts) -> tree.With:
        bindings = tuple(part for part in parts[1:] if isinstance(part, tree.Binding))
        return tree.With(bindings=bindings, span=self.context.make_span(parts))

    def _check_modifiers(self, modifiers: list[tree.Modifier]) -> None:
        seen: set[type[tree.Modifier]] = set()
        for modifier in modifiers:
            kind = type(modifier)
            if kind in seen and kind not in (tree.Where, tree.Formerly):
                message = f"duplicate modifier `{_find_keyword(modifier)}`"
                self.context.report(
                    codes.DUPLICATE_MODIFIER, message, modifier.span, _MERGE_HELP.get(kind)
                )
            seen.add(kind)

    def _make_declared_name(self, token: Token, keyword: Token) -> tree.Name:
        if token.text == "as":
            message = (
                f"`as` is not allowed as the name of {DECLARATIONS[keyword.type].with_article}"
            )
            help = "choose another name: only a field can be named `as`"
            self.context.report(
                codes.UNEXPECTED_TOKEN, message, self.context.make_span([token]), help
            )
        return self.context.make_name(token)

    def _attach_annotations(self, parts: Parts) -> Any:
        declaration = parts[-1]
        if len(parts) == 1:
            return declaration
        docs = [self.context.docs.get(part.span.start, "") for part in parts]
        return replace(
            declaration,
            doc="\n".join(doc for doc in docs if doc),
            annotations=tuple(parts[:-1]),
            span=self.context.make_span(parts),
        )


@dataclass(frozen=True, slots=True)
class FieldHead:
    """The name of a field whose declaration is not complete yet."""

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


_MERGE_HELP = {
    tree.If: "join the two conditions with `and`",
    tree.With: "list all bindings after one `with`, separated by commas",
}


def _find_keyword(modifier: tree.Modifier) -> str:
    match modifier:
        case tree.Default():
            return "="
        case _:
            return type(modifier).__name__.lower()
