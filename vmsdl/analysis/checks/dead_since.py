"""A `since` without effect: not above the minimum, or above the version."""

import re
from collections.abc import Iterator

from vmsdl.analysis.expression_uses import CheckedBody, find_bodies, find_name_span
from vmsdl.analysis.header_edits import write_versions
from vmsdl.diagnostics.codes import DEAD_SINCE, SINCE_ABOVE_VERSION
from vmsdl.diagnostics.diagnostic import Diagnostic, Fix
from vmsdl.schema.description import Field, Schema, Unused, Validate
from vmsdl.source import Span

_SINCE = re.compile(r"\bsince\s+\w+")


def dead_since(schema: Schema) -> Iterator[Diagnostic]:
    for body in find_bodies(schema):
        for step in body.description.steps:
            if not isinstance(step, Validate) and step.since > 0:
                yield from _check_step(body, step)


def _check_step(body: CheckedBody, step: Field | Unused) -> Iterator[Diagnostic]:
    version, minimum = body.description.version_id, body.description.minimum_version_id
    if step.since > version:
        yield body.make_diagnostic(
            SINCE_ABOVE_VERSION,
            find_since_span(step),
            f"{describe_since(step)} is never sent: version {step.since} does not exist yet",
            f"current version is {version}",
            help=f"raise the version to {step.since}, and keep the minimum version: write "
            f"`version {step.since} minimum {minimum}`",
            fixes=_list_fixes(write_versions(body.description, step.since, minimum)),
        )
    elif step.since <= minimum:
        yield body.make_diagnostic(
            DEAD_SINCE,
            find_since_span(step),
            f"`since {step.since}` has no effect: no older version is loaded",
            f"minimum version is {minimum}",
            help=f"write `version {version} minimum {step.since - 1}` to load older versions too, "
            f"or remove `since {step.since}`",
            fixes=_list_fixes(
                write_versions(body.description, version, step.since - 1),
                _remove_since(step),
            ),
        )


def _list_fixes(*fixes: Fix | None) -> tuple[Fix, ...]:
    return tuple(fix for fix in fixes if fix is not None)


def _remove_since(step: Field | Unused) -> Fix | None:
    span = find_since_span(step)
    before = len(span.source.text[: span.start]) - len(span.source.text[: span.start].rstrip())
    if not span.text.startswith("since"):
        return None
    return Fix.replacing(
        Span(span.source, span.start - before, span.end), "", f"remove `since {step.since}`"
    )


def describe_since(step: Field | Unused) -> str:
    return f"`{step.name}`" if isinstance(step, Field) else "this `unused`"


def find_since_span(step: Field | Unused) -> Span:
    """The span of `since N`: modifiers come last, so it is the last match."""
    found = list(_SINCE.finditer(step.span.text))
    if not found:
        return find_name_span(step)
    start = step.span.start
    return Span(step.span.source, start + found[-1].start(), start + found[-1].end())
