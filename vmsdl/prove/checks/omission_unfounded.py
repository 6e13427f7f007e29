"""An `@omitted` that says nothing, or stands where nothing is ever left out."""

from collections.abc import Iterator

from vmsdl.analysis.expression_uses import CheckedBody, find_bodies, find_name_span
from vmsdl.diagnostics.codes import OMISSION_UNFOUNDED
from vmsdl.diagnostics.diagnostic import Diagnostic
from vmsdl.schema.description import (
    LOADING_HOOKS,
    Annotation,
    Description,
    Field,
    Placed,
    Role,
    Schema,
)
from vmsdl.schema.omission import NAME, Omission, read_omission_reason


def omission_unfounded(schema: Schema) -> Iterator[Diagnostic]:
    # The hook that rebuilds a field may be that of whoever embeds the struct.
    is_hooked = any(
        set(LOADING_HOOKS) & set(body.description.hooks) for body in find_bodies(schema)
    )
    for body in find_bodies(schema):
        description = body.description
        for placed in (
            description,
            *description.locals,
            *description.properties,
            *description.steps,
        ):
            for annotation in placed.annotations:
                if annotation.name != NAME:
                    continue
                fault = _fault(annotation, placed, body, is_hooked)
                if fault is not None:
                    message, help = fault
                    yield body.make_diagnostic(
                        OMISSION_UNFOUNDED, find_name_span(placed), message, help=help
                    )


def _fault(
    annotation: Annotation, placed: Placed, body: CheckedBody, is_hooked: bool
) -> tuple[str, str] | None:
    rest = annotation.arguments[1:]
    why = read_omission_reason(annotation)
    if why is None or len(rest) > 1 or not all(isinstance(each, str) for each in rest):
        words = ", ".join(f'`"{each.value}"`' for each in Omission)
        return (
            "`@omitted` has no valid reason",
            f"write one of {words}, and then an optional comment",
        )
    if not _can_be_left_out(placed, body):
        return "`@omitted` has no effect: this is always sent", "remove the `@omitted`"
    if why is Omission.REBUILT and not is_hooked:
        return (
            "no hook rebuilds this: `pre_load` and `post_load` are missing",
            "declare the hook in a body that is always loaded",
        )
    return None


def _can_be_left_out(placed: Placed, body: CheckedBody) -> bool:
    if isinstance(placed, Description):
        return placed.role is Role.SUBSECTION
    if not isinstance(placed, Field):
        return False
    is_gated = placed.condition is not None or placed.since > 0
    return is_gated or body.description.role is Role.SUBSECTION
