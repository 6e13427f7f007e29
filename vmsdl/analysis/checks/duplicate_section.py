"""Two devices of one schema with the same section name."""

from collections.abc import Iterator

from vmsdl.analysis.expression_uses import CheckedBody, find_bodies
from vmsdl.diagnostics.codes import DUPLICATE_SECTION
from vmsdl.diagnostics.diagnostic import Diagnostic, Label
from vmsdl.schema.description import Role, Schema


def duplicate_section(schema: Schema) -> Iterator[Diagnostic]:
    first: dict[str, CheckedBody] = {}
    for body in find_bodies(schema):
        device = body.description
        if device.role is not Role.DEVICE:
            continue
        earlier = first.setdefault(device.wire_name, body)
        if earlier is not body:
            yield body.make_diagnostic(
                DUPLICATE_SECTION,
                device.name_span,
                f"duplicate section name `{device.wire_name}`",
                also=(Label(earlier.description.name_span, "first used here"),),
                help="a stream does not show which device its bytes belong to",
            )
