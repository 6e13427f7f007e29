"""A description that cannot load what it saves: its minimum version is above its version."""

from collections.abc import Iterator

from vmsdl.analysis.expression_uses import find_bodies, find_name_span
from vmsdl.analysis.header_edits import write_versions
from vmsdl.diagnostics.codes import MINIMUM_ABOVE_VERSION
from vmsdl.diagnostics.diagnostic import Diagnostic
from vmsdl.schema.description import Schema


def minimum_above_version(schema: Schema) -> Iterator[Diagnostic]:
    for body in find_bodies(schema):
        version = body.description.version_id
        minimum = body.description.minimum_version_id
        if minimum > version:
            fix = write_versions(body.description, minimum, minimum)
            yield body.make_diagnostic(
                MINIMUM_ABOVE_VERSION,
                find_name_span(body.description),
                f"minimum version {minimum} is above version {version}",
                f"version {version} minimum {minimum}",
                fixes=() if fix is None else (fix,),
                help=f"raise the version to {minimum}, or lower the minimum version",
            )
