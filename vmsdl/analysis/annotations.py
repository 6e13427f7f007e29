"""From annotations in the tree to those of the schema. Unknown ones are kept, with a warning."""

from vmsdl.analysis.reporter import Reporter
from vmsdl.diagnostics.codes import UNKNOWN_ANNOTATION
from vmsdl.schema.description import Annotation
from vmsdl.syntax import tree

KNOWN = ("recorded", "qom", "memory", "version", "info", "omitted", "allow", "source", "c")


def build_annotations(decl: tree.Declaration, reporter: Reporter) -> tuple[Annotation, ...]:
    for annotation in decl.annotations:
        if annotation.name.text not in KNOWN:
            reporter.report(
                UNKNOWN_ANNOTATION,
                annotation.name.span,
                f"unknown annotation `@{annotation.name.text}`",
                help=reporter.suggest_nearest(annotation.name.text, KNOWN)
                or "it is kept, but has no effect",
            )
    return tuple(
        Annotation(a.name.text, tuple(_argument(x) for x in a.arguments)) for a in decl.annotations
    )


def _argument(written: tree.Expression | tree.Text) -> str | int | bool:
    match written:
        case tree.Text(value=text):
            return text
        case tree.IntegerLiteral(value=number):
            return number
        case tree.BoolLiteral(value=truth):
            return truth
        case tree.UnaryExpr(operand=operand):
            return -_argument(operand)  # type: ignore[operator]  # the grammar: "-" INT
        case _:
            raise AssertionError(f"no argument of an annotation: {written}")
