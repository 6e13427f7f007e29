"""Two devices of one schema with the same section name."""

from collections.abc import Iterator

from vmsdl.analysis.expression_uses import CheckedBody, find_bodies
from vmsdl.diagnostics.codes import DUPLICATE_SECTION
from vmsdl.diagnostics.diagnostic import Diagnostic, Label
from vmsdl.schema.description import Description, Role, Schema


def duplicate_section(schema: Schema) -> Iterator[Diagnostic]:
    first: dict[str, list[CheckedBody]] = {}
    for body in find_bodies(schema):
        device = body.description
        if device.role is not Role.DEVICE:
            continue
        for name in device.wire_names:
            known = first.setdefault(name, [])
            earlier = next((each for each in known if _overlap(each.description, device)), None)
            known.append(body)
            if earlier is not None:
                yield body.make_diagnostic(
                    DUPLICATE_SECTION,
                    device.name_span,
                    f"duplicate section name `{name}`",
                    also=(Label(earlier.description.name_span, "first used here"),),
                    help="a stream does not show which device its bytes belong to",
                )


def _overlap(one: Description, other: Description) -> bool:
    """Whether a section of this name can be of both."""
    ids, others = one.accepted_instances, other.accepted_instances
    return ids is None or others is None or bool(ids & others)
