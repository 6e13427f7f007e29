"""Edits of the versions in the header of a device, struct or subsection."""

import re

from vmsdl.diagnostics.diagnostic import Fix
from vmsdl.schema.description import Description
from vmsdl.source import Span

_VERSIONS = re.compile(r"\bversion\s+\d+(?:\s+minimum\s+\d+)?")
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def write_versions(body: Description, version: int, minimum: int) -> Fix | None:
    """Set the version and the minimum; None where the description has no text."""
    span = find_versions(body)
    if span is None:
        return None
    text = f"version {version}" + (f" minimum {minimum}" if minimum != version else "")
    is_new = span.start == span.end
    return Fix.replacing(span, f" {text}" if is_new else text, f"write `{text}`")


def find_versions(body: Description) -> Span | None:
    """The span of `version N minimum M`; the empty span where it can be put, if there is none."""
    source, start = body.span.source, body.name_span.end
    if not source.text or not body.name_span.text:
        return None
    # A wire name may hold any text, so it is blanked.
    text = source.text[start : body.span.end]
    blank = _STRING.sub(lambda found: "_" * len(found[0]), text).partition("{")[0]
    found = _VERSIONS.search(blank)
    if found is not None:
        return Span(source, start + found.start(), start + found.end())
    wire = re.match(r"\s*as\s+_+", blank)
    place = start + (wire.end() if wire is not None else 0)
    return Span(source, place, place)
