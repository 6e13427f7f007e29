"""From replays to a test file. A test that passes shows its finding."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from textwrap import fill

from vmsdl.diff.verdict import Verdict
from vmsdl.emit.literals import format_docstring, format_string
from vmsdl.emit.python import format_code
from vmsdl.replay.build_state import make_fresh
from vmsdl.replay.classes import ModuleCache
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
    """`stem`: the name of the test. `stream`: the path of its stream; None: it was not run.
    `sender`, `receiver`: by module, the name that the test imports it as."""

    replay: Replay
    stem: str
    stream: str | None
    sender: Mapping[str, str] = field(default_factory=dict)
    receiver: Mapping[str, str] = field(default_factory=dict)


def write_test_file(
    old: str, new: str, imports: list[str], shown: list[WitnessTest], cache: ModuleCache
) -> str:
    """The text of the file; it needs pytest, and the streams and modules beside it."""
    about = (
        f"{old} -> {new}\n\nMigrations of state with the generated codecs of both "
        "versions.\nRun pytest in this folder: each test that passes reproduces its "
        "finding."
    )
    head = [
        f"{HEAD}\n{format_docstring(about)}",
        "import sys\nfrom pathlib import Path",
        "import pytest",
        "HERE = Path(__file__).parent\nsys.path.insert(0, str(HERE))",
        "\n".join(f"{line}  # noqa: E402" for line in imports),
    ]
    return format_code((*head, *(_write_test(each, cache) for each in shown)))


def _write_test(shown: WitnessTest, cache: ModuleCache) -> str:
    replay = shown.replay
    name = shown.stem.replace("-", "_").lower()
    lines = [f"def test_{name}() -> None:", format_docstring(_describe(replay))]
    if shown.stream is None:
        why = replay.skip_reason or replay.disagreement
        lines.insert(0, f"@pytest.mark.skip(reason={format_string(why)})")
        lines.append("pytest.fail('not run')")
    else:
        lines += _write_body(shown, cache)
    head = 2 if shown.stream is None else 1
    return "\n".join([*lines[:head], *(f"    {line}" for line in lines[head:])])


def _describe(replay: Replay) -> str:
    finding, result = replay.finding, replay.result
    when = ""
    if result.condition is not None:
        when = ", always" if result.is_always else f" when {result.condition}"
    verdict = f"{replay.direction.phrase}: {result.verdict}{when}"
    parts = [f"{finding.path}: {finding.message}", verdict]
    if replay.disagreement:
        parts.append(f"A bug in vmsdl: {replay.disagreement}")
    return "\n\n".join(fill(part, _WIDTH, break_long_words=False) for part in parts)


def _write_body(shown: WitnessTest, cache: ModuleCache) -> Iterator[str]:
    replay = shown.replay
    assert replay.sender is not None
    assert replay.state is not None
    assert replay.run is not None
    sender = PythonSource(cache.open_side(replay.sender), shown.sender)
    machine = replay.ends.machine if replay.ends is not None else None
    yield f"sent = {_construct(sender, machine)}"
    reset = make_fresh(sender.program, machine)
    yield from sender.write_assignments(replay.state.object, reset, "sent")
    path = " / ".join(format_string(part) for part in (shown.stream or "").split("/"))
    yield f"data = (HERE / {path}).read_bytes()"
    yield "assert sent.encode() == data"
    yield ""
    if replay.receiver is None:
        assert replay.finding.device == replay.sender.description.wire_name
        yield (
            "# The receiver has no section of this name: it refuses the stream at the section"
            " header."
        )
        yield f"assert {sender.cls}.NAME == {format_string(replay.sender.description.wire_name)}"
        return
    receiver = PythonSource(cache.open_side(replay.receiver), shown.receiver)
    yield from _write_loading(replay, receiver, sender.program, machine)


def _construct(source: PythonSource, machine: str | None) -> str:
    if machine is not None and machine in source.program.cls.MACHINES:
        return f"{source.cls}.for_machine({format_string(machine)})"
    return f"{source.cls}()"


def _write_loading(
    replay: Replay, receiver: PythonSource, sender: ReplaySide, machine: str | None
) -> Iterator[str]:
    run = replay.run
    assert run is not None
    arguments = ["data"]
    if is_section(replay.sender):
        arguments.append(f"version_id={sender.side.description.version_id}")
    given = receiver.write_assignments(run.base, make_fresh(receiver.program, machine), "base")
    is_machine = machine is not None and machine in receiver.program.cls.MACHINES
    if given or is_machine:
        yield "# The receiver before it loads: an object with the same configuration."
        yield f"base = {_construct(receiver, machine)}"
        yield from given
        arguments.append("base=base")
    call = f"{receiver.cls}.decode({', '.join(arguments)})"
    refusal = run.refusal
    if refusal is not None:
        yield f"with pytest.raises({receiver.module}.DecodeError) as refused:"
        yield f"    {call}"
        yield f"assert refused.value.reason == {format_string(refusal.reason)}"
        yield f"assert refused.value.path == {format_string(refusal.path)}"
        yield f"assert refused.value.offset == {refusal.offset}"
        return
    yield f"loaded = {call}"
    yield from _write_differences(replay.result.verdict, run, receiver, PythonSource(sender, {}))


def _write_differences(
    verdict: Verdict, run: MigrationRun, receiver: PythonSource, sender: PythonSource
) -> Iterator[str]:
    found = run.wrong if verdict is Verdict.CORRUPT else run.lost
    found = found or run.wrong or run.lost
    for each in found[:_MOST]:
        yield from _write_difference(each, receiver, sender, run)
    if len(found) > _MOST:
        yield f"# and {len(found) - _MOST} more"


def _write_difference(
    each: Difference, receiver: PythonSource, sender: PythonSource, run: MigrationRun
) -> Iterator[str]:
    if each.sender_key is not None and each.sent is not None:
        yield _write_equal(sender.write_path(each.sender_key, "sent"), each.sent)
    if each.arrived is None:
        yield "# The receiver has no field for this value."
        return
    absent = receiver.program.find_absent(run.loaded, each.key)
    if absent is not None:
        yield f"assert {receiver.write_path(absent, 'loaded')} is None"
    else:
        yield _write_equal(receiver.write_path(each.key, "loaded"), each.arrived)


def _write_equal(text: str, value: object) -> str:
    if isinstance(value, bool):
        return f"assert {text} is {value}"
    if isinstance(value, float):
        return f"assert repr({text}) == {format_string(repr(value))}"
    if isinstance(value, tuple):
        return f"assert len({text}) == {len(value)}"
    return f"assert {text} == {format_literal(value)}"
