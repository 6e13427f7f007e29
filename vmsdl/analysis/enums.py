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
    if not decl.arms:
        reporter.report(
            ENUM_EMPTY,
            decl.name.span,
            f"{decl.keyword} `{decl.name.text}` has no values",
        )
    arms = tuple(_build_arms(decl, constants, reporter))
    if not arms:
        return None
    return d.EnumDefinition(
        name=decl.name.text,
        scalar=decl.type.word,
        arms=arms,
        is_flags=decl.keyword == "flags",
        doc=decl.doc,
        annotations=build_annotations(decl, reporter),
        span=decl.span,
        name_span=decl.name.span,
    )


def _build_arms(decl: tree.EnumDecl, constants: Constants, reporter: Reporter) -> Iterator[d.Arm]:
    names: dict[str, tree.EnumArm] = {}
    values: dict[int, tree.EnumArm] = {}
    for arm in decl.arms:
        first = names.setdefault(arm.name.text, arm)
        if first is not arm:
            reporter.report(
                DUPLICATE_ARM,
                arm.name.span,
                f"duplicate enum value `{arm.name.text}`",
                also=(Label(first.name.span, "first declared here"),),
            )
            continue
        value = constants.enum_values.get((decl.name.text, arm.name.text))
        if value is None:
            continue
        first = values.setdefault(value.value, arm)
        if first is not arm:
            reporter.report(
                DUPLICATE_ARM_VALUE,
                arm.value.span,
                f"enum values `{first.name.text}` and `{arm.name.text}` are both {value.value}",
                also=(Label(first.value.span, f"`{first.name.text}`"),),
            )
        yield d.Arm(
            name=arm.name.text,
            value=value.value,
            doc=arm.doc,
            annotations=build_annotations(arm, reporter),
            span=arm.span,
            name_span=arm.name.span,
        )
