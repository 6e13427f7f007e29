"""From an enum or flags in the tree to its definition."""

from collections.abc import Iterator

from vmsdl.analysis.annotations import build_annotations
from vmsdl.analysis.constants import Constants
from vmsdl.analysis.reporter import Reporter
from vmsdl.diagnostics.codes import DUPLICATE_ARM, DUPLICATE_ARM_VALUE, ENUM_EMPTY
from vmsdl.diagnostics.diagnostic import Label
from vmsdl.schema import description as d
from vmsdl.syntax import tree


def build_enum(
    decl: tree.EnumDecl, constants: Constants, reporter: Reporter
) -> d.EnumDefinition | None:
    reporter = reporter.within(f'in {decl.keyword} "{decl.name.text}"')
    if not decl.members:
        reporter.report(
            ENUM_EMPTY,
            decl.name.span,
            f"{decl.keyword} `{decl.name.text}` has no values",
        )
    members = tuple(_build_members(decl, constants, reporter))
    if not members:
        return None
    return d.EnumDefinition(
        name=decl.name.text,
        scalar=decl.type.word,
        members=members,
        is_flags=decl.keyword == "flags",
        doc=decl.doc,
        annotations=build_annotations(decl, reporter),
        span=decl.span,
        name_span=decl.name.span,
    )


def _build_members(
    decl: tree.EnumDecl, constants: Constants, reporter: Reporter
) -> Iterator[d.EnumMember]:
    names: dict[str, tree.EnumValueDecl] = {}
    values: dict[int, tree.EnumValueDecl] = {}
    for member in decl.members:
        first = names.setdefault(member.name.text, member)
        if first is not member:
            reporter.report(
                DUPLICATE_ARM,
                member.name.span,
                f"duplicate enum value `{member.name.text}`",
                also=(Label(first.name.span, "first declared here"),),
            )
            continue
        value = constants.enum_values.get((decl.name.text, member.name.text))
        if value is None:
            continue
        first = values.setdefault(value.value, member)
        if first is not member:
            reporter.report(
                DUPLICATE_ARM_VALUE,
                member.value.span,
                f"enum values `{first.name.text}` and `{member.name.text}` are both {value.value}",
                also=(Label(first.value.span, f"`{first.name.text}`"),),
            )
        yield d.EnumMember(
            name=member.name.text,
            value=value.value,
            doc=member.doc,
            annotations=build_annotations(member, reporter),
            span=member.span,
            name_span=member.name.span,
        )
