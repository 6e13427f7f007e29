"""A version that does not fit into its field: 32 bits for a section, 8 for a subsection."""

from collections.abc import Iterator

from vmsdl.analysis.expression_uses import find_bodies, find_name_span
from vmsdl.diagnostics.codes import SUBSECTION_VERSION_OVER_255, VERSION_OUT_OF_RANGE
from vmsdl.diagnostics.diagnostic import Diagnostic
from vmsdl.schema.description import Role, Schema
from vmsdl.schema.scalars import BYTE, COUNT

_HIGHEST = COUNT.high  # an int in VMStateDescription
_HIGHEST_OF_SUBSECTION = BYTE.high  # one byte of its header


def version_out_of_range(schema: Schema) -> Iterator[Diagnostic]:
    for body in find_bodies(schema):
        version = max(body.description.version_id, body.description.minimum_version_id)
        if version > _HIGHEST:
            yield body.make_diagnostic(
                VERSION_OUT_OF_RANGE,
                find_name_span(body.description),
                f"version {version} does not fit into the 32 bits of a section's version",
                help=f"use at most version {_HIGHEST}",
            )
        elif body.description.role is Role.SUBSECTION and version > _HIGHEST_OF_SUBSECTION:
            yield body.make_diagnostic(
                SUBSECTION_VERSION_OVER_255,
                find_name_span(body.description),
                f"version {version} does not fit into the 8 bits that a receiver keeps: it reads "
                f"version {version & _HIGHEST_OF_SUBSECTION}",
                help="keep the version at most 255, or declare a new subsection with another name",
            )
