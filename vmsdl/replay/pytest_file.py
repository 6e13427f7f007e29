"""From replays to a test file that shows each finding: a passing test is a finding shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from textwrap import fill

from vmsdl.diff.verdict import Verdict
from vmsdl.emit.literals import format_docstring, format_string
from vmsdl.emit.python import format_code
from vmsdl.replay.build_state import make_fresh
from vmsdl.replay.classes import Classes
from vmsdl.replay.compare_values import Difference
from vmsdl.replay.program import ReplaySide
from vmsdl.replay.python_source import PythonSource, format_literal
from vmsdl.replay.replay import Replay, is_section
from vmsdl.replay.run import MigrationRun

HEAD = "# Written by vmsdl diff --witness."
_WIDTH = 96
_MOST = 8  # fields of one finding that are shown


@dataclass(frozen=True, slots=True)
class WitnessTest:
    """A replay, the name of its test, its stream, and how its modules are called; None: not run."""

    replay: Replay
    stem: str
    stream: str | None
    sender: Mapping[str, str] = field(default_factory=dict)
    receiver: Mapping[str, str] = field(default_factory=dict)


def write_test_file(
    old: str, new: str, imports: list[str], shown: list[WitnessTest], classes: Classes
) -> str:
    """The text of the file; it needs pytest, and the streams and modules beside it."""
    about = (
        f"{old} -> {new}\n\nWhat becomes of state, shown by the generated codecs of both.\n"
        "Run pytest here: a test that passes shows its finding."
    )
    head = [
        f"{HEAD}\n{format_docstring(about)}",
        "import sys\nfrom pathlib import Path",
        "import pytest",
        "HERE = Path(__file__).parent\nsys.path.insert(0, str(HERE))",
        "\n".join(f"{line}  # noqa: E402" for line in imports),
    ]
    return format_code((*head, *(_test(each, classes) for each in shown)))


def _test(shown: WitnessTest, classes: Classes) -> str:
    replay = shown.replay
    name = shown.stem.replace("-", "_").lower()
    lines = [f"def test_{name}() -> None:", format_docstring(_about(replay))]
    if shown.stream is None:
        why = replay.why or replay.disagreement
        lines.insert(0, f"@pytest.mark.skip(reason={format_string(why)})")
        lines.append("pytest.fail('not shown')")
    else:
        lines += _body(shown, classes)
    head = 2 if shown.stream is None else 1
    return "\n".join([*lines[:head], *(f"    {line}" for line in lines[head:])])


def _about(replay: Replay) -> str:
    finding, outcome = replay.finding, replay.outcome
    when = {None: "", "always": ", always"}.get(outcome.when, f" when {outcome.when}")
    words = replay.direction.replace("-", " ")
    parts = [f"{finding.path}: {finding.message}", f"{words}: {outcome.verdict}{when}"]
    if replay.disagreement:
        parts.append(f"A bug in vmsdl: {replay.disagreement}")
    return "\n\n".join(fill(part, _WIDTH, break_long_words=False) for part in parts)


def _body(shown: WitnessTest, classes: Classes) -> Iterator[str]:
    replay = shown.replay
    assert replay.sender is not None
    assert replay.state is not None
    assert replay.happened is not None
    sender = PythonSource(classes.program(replay.sender), shown.sender)
    machine = replay.ends.machine if replay.ends is not None else None
    yield f"sent = {_made(sender, machine)}"
    reset = make_fresh(sender.program, machine)
    yield from sender.assignments(replay.state.object, reset, "sent")
    path = " / ".join(format_string(part) for part in (shown.stream or "").split("/"))
    yield f"data = (HERE / {path}).read_bytes()"
    yield "assert sent.encode() == data"
    yield ""
    if replay.receiver is None:
        assert replay.finding.device == replay.sender.description.wire_name
        yield "# The other side has no section of this name: it refuses the stream at its header."
        yield f"assert {sender.cls}.NAME == {format_string(replay.sender.description.wire_name)}"
        return
    receiver = PythonSource(classes.program(replay.receiver), shown.receiver)
    yield from _loading(replay, receiver, sender.program, machine)


def _made(source: PythonSource, machine: str | None) -> str:
    if machine is not None and machine in source.program.cls.MACHINES:
        return f"{source.cls}.for_machine({format_string(machine)})"
    return f"{source.cls}()"


def _loading(
    replay: Replay, receiver: PythonSource, sender: ReplaySide, machine: str | None
) -> Iterator[str]:
    happened = replay.happened
    assert happened is not None
    arguments = ["data"]
    if is_section(replay.sender):
        arguments.append(f"version_id={sender.side.description.version_id}")
    given = receiver.assignments(happened.base, make_fresh(receiver.program, machine), "base")
    is_machine = machine is not None and machine in receiver.program.cls.MACHINES
    if given or is_machine:
        yield "# What the receiver has before it loads: the same configuration."
        yield f"base = {_made(receiver, machine)}"
        yield from given
        arguments.append("base=base")
    call = f"{receiver.cls}.decode({', '.join(arguments)})"
    refusal = happened.refusal
    if refusal is not None:
        yield f"with pytest.raises({receiver.module}.DecodeError) as refused:"
        yield f"    {call}"
        yield f"assert refused.value.reason == {format_string(refusal.reason)}"
        yield f"assert refused.value.path == {format_string(refusal.path)}"
        yield f"assert refused.value.offset == {refusal.offset}"
        return
    yield f"loaded = {call}"
    yield from _differences(replay.outcome.verdict, happened, receiver, PythonSource(sender, {}))


def _differences(
    verdict: Verdict, happened: MigrationRun, receiver: PythonSource, sender: PythonSource
) -> Iterator[str]:
    found = happened.wrong if verdict is Verdict.CORRUPT else happened.lost
    found = found or happened.wrong or happened.lost
    for each in found[:_MOST]:
        yield from _difference(each, receiver, sender, happened)
    if len(found) > _MOST:
        yield f"# and {len(found) - _MOST} more"


def _difference(
    each: Difference, receiver: PythonSource, sender: PythonSource, happened: MigrationRun
) -> Iterator[str]:
    if each.sender_key is not None and each.sent is not None:
        yield _equal(sender.place(each.sender_key, "sent"), each.sent)
    if each.arrived is None:
        yield "# The receiver has no place for it."
        return
    absent = receiver.program.absent(happened.loaded, each.key)
    if absent is not None:
        yield f"assert {receiver.place(absent, 'loaded')} is None"
    else:
        yield _equal(receiver.place(each.key, "loaded"), each.arrived)


def _equal(text: str, value: object) -> str:
    if isinstance(value, bool):
        return f"assert {text} is {value}"
    if isinstance(value, float):
        return f"assert repr({text}) == {format_string(repr(value))}"
    if isinstance(value, tuple):
        return f"assert len({text}) == {len(value)}"
    return f"assert {text} == {format_literal(value)}"
