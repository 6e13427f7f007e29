"""Data after an embedded struct that can look like a subsection of that struct."""

from collections.abc import Iterator

from vmsdl.analysis.byte_patterns import Matcher, Pattern
from vmsdl.analysis.expression_uses import CheckedBody, find_bodies, find_name_span
from vmsdl.analysis.subsection_lookahead import LookaheadFinder, find_last_struct
from vmsdl.diagnostics.codes import LOOK_ALIKE_BYTES
from vmsdl.diagnostics.diagnostic import Diagnostic, Label
from vmsdl.schema.description import Description, Field, Schema, Step, Validate
from vmsdl.schema.types import Array

_SUBSECTION = 0x05  # QEMU_VM_SUBSECTION
_LONGEST_NAME = 255
_MOST_STEPS = 30  # a hostile file may have very many steps that can be absent


def look_alike_bytes(schema: Schema) -> Iterator[Diagnostic]:
    finder = LookaheadFinder(schema)
    matchers: dict[str, Matcher] = {}
    for body in find_bodies(schema):
        steps = body.description.steps
        for number, step in enumerate(steps):
            if not isinstance(step, Field):
                continue
            for name, (loader, _) in finder.find_after_type(step.type).items():
                if len(name.encode()) + 1 > _LONGEST_NAME:
                    continue
                matcher = matchers.setdefault(name, Matcher(schema, _build_pattern(name)))
                found = _find_match(matcher, body.description, steps, number)
                if found is not None:
                    yield _make_diagnostic(body, step, loader, found)
                    break


def _build_pattern(name: str) -> Pattern:
    wire = name.encode()
    length = range(len(wire) + 1, _LONGEST_NAME + 1)
    return (range(_SUBSECTION, _SUBSECTION + 1), length, *(range(byte, byte + 1) for byte in wire))


def _find_match(
    matcher: Matcher, owner: Description, steps: tuple[Step, ...], number: int
) -> Step | None:
    """The step where such bytes begin: a later one, or this one where its next element follows."""
    step = steps[number]
    assert isinstance(step, Field)
    if isinstance(step.type, Array) and find_last_struct(step.type) is not None:
        matched = matcher.match_type(frozenset({0}), step.type)
        if len(matcher.pattern) in matched:
            return step
    following = steps[number + 1 : number + 1 + _MOST_STEPS]
    if matcher.find_first_match(following, owner) is None:
        return None
    return next(each for each in following if not isinstance(each, Validate))


def _make_diagnostic(
    body: CheckedBody, step: Field, loader: Description, found: Step
) -> Diagnostic:
    name = loader.wire_name
    what = "the next element" if found is step else "the next bytes"
    return body.make_diagnostic(
        LOOK_ALIKE_BYTES,
        find_name_span(found),
        f"{what} can look like a subsection of `{loader.name}`: byte 05, a byte of at least "
        f'{len(name.encode()) + 1}, then "{name}"',
        "can begin with these bytes",
        also=() if found is step else (Label(find_name_span(step), f"ends with `{loader.name}`"),),
        help="put a field that cannot be 05 between them, such as a bool",
    )
