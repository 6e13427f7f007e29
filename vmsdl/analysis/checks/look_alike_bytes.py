"""Data behind an embedded struct that can read as a subsection of that struct."""

from collections.abc import Iterator

from vmsdl.analysis.byte_patterns import Matcher, Pattern
from vmsdl.analysis.expression_uses import CheckedBody, find_bodies, find_place
from vmsdl.analysis.subsection_lookahead import Tails, last_struct
from vmsdl.diagnostics.codes import LOOK_ALIKE_BYTES
from vmsdl.diagnostics.diagnostic import Diagnostic, Label
from vmsdl.schema.description import Description, Field, Schema, Step, Validate
from vmsdl.schema.types import Array

_BEGIN = 0x05  # QEMU_VM_SUBSECTION
_LONGEST = 255
_FARTHEST = 30  # steps; what is gated can be skipped, and a file may hold a great many of it


def look_alike_bytes(schema: Schema) -> Iterator[Diagnostic]:
    tails = Tails(schema)
    matchers: dict[str, Matcher] = {}
    for body in find_bodies(schema):
        steps = body.description.steps
        for number, step in enumerate(steps):
            if not isinstance(step, Field):
                continue
            for name, (loader, _) in tails.behind_type(step.type).items():
                if len(name.encode()) + 1 > _LONGEST:
                    continue
                matcher = matchers.setdefault(name, Matcher(schema, _pattern(name)))
                found = _match(matcher, body.description, steps, number)
                if found is not None:
                    yield _fault(body, step, loader, found)
                    break


def _pattern(name: str) -> Pattern:
    wire = name.encode()
    length = range(len(wire) + 1, _LONGEST + 1)
    return (range(_BEGIN, _BEGIN + 1), length, *(range(byte, byte + 1) for byte in wire))


def _match(
    matcher: Matcher, owner: Description, steps: tuple[Step, ...], number: int
) -> Step | None:
    """What holds the first of such bytes: a later step, or this one's next element."""
    step = steps[number]
    assert isinstance(step, Field)
    if isinstance(step.type, Array) and last_struct(step.type) is not None:
        met = matcher.behind_type(frozenset({0}), step.type)
        if len(matcher.pattern) in met:
            return step
    following = steps[number + 1 : number + 1 + _FARTHEST]
    if matcher.first_match(following, owner) is None:
        return None
    return next(each for each in following if not isinstance(each, Validate))


def _fault(body: CheckedBody, step: Field, loader: Description, found: Step) -> Diagnostic:
    name = loader.wire_name
    what = "the next element" if found is step else "what follows"
    return body.fault(
        LOOK_ALIKE_BYTES,
        find_place(found),
        f"{what} can read as a subsection of `{loader.name}`: the byte 05, a byte of "
        f'{len(name.encode()) + 1} or more, then "{name}"',
        "can begin so",
        also=() if found is step else (Label(find_place(step), f"ends with `{loader.name}`"),),
        help="let a field that cannot be 05 stand between, such as a bool",
    )
