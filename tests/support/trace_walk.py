"""Prints the simulated load of two versions, step by step.

    python -m tests.support.trace_walk OLD.vmsd NEW.vmsd [DEVICE]

Each line is one step: the sender's next node, the receiver's next node, and the states of the
sender that get here. A path that forks is followed to its end before the next one.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from vmsdl.diff.devices import pair_sides
from vmsdl.diff.layout.nodes import AnyNode
from vmsdl.diff.layout.settings import MachinePair
from vmsdl.diff.migration import analyze_migration
from vmsdl.diff.simulate.records import WalkState
from vmsdl.driver import load_schema
from vmsdl.expr.text import format_path, unparse
from vmsdl.schema.description import Schema
from vmsdl.source import SourceFile


def trace(old: Schema, new: Schema, device: str | None = None) -> Iterator[str]:
    before, after = pair_sides([old]), pair_sides([new])
    for name in before:
        if name not in after or device not in (None, name):
            continue
        for sender_is_old in (True, False):
            pair = before[name], after[name]
            sender, receiver = pair if sender_is_old else pair[::-1]
            yield f"{name}, {'old to new' if sender_is_old else 'new to old'}"
            steps: list[str] = []
            result = analyze_migration(
                sender,
                receiver,
                MachinePair(),
                sender_is_old=sender_is_old,
                is_thorough=True,
                trace=lambda state, steps=steps: steps.append(show(state)),  # type: ignore[misc]
            )
            yield from steps
            yield f"  {result.verdict}"
            for shown in result.shown:
                kind, reason = shown.effect.kind.value, shown.effect.reason.text
                yield f"    {kind} if {unparse(shown.condition)}: {reason}"


def show(state: WalkState) -> str:
    sent, expected = _name(state.sent), _name(state.expected)
    partial = f"+{state.consumed}" if state.consumed else ""
    return f"  {sent + partial:32} {expected:32} {unparse(state.condition)}"


def _name(nodes: list[AnyNode]) -> str:
    if not nodes:
        return "end"
    return f"{type(nodes[-1]).__name__.removesuffix('Node')} {format_path(nodes[-1].key)}"


USAGE = "usage: python -m tests.support.trace_walk OLD.vmsd NEW.vmsd [DEVICE]"


def main(arguments: list[str]) -> None:
    old, new, *device = arguments if len(arguments) in (2, 3) else sys.exit(USAGE)
    schemas = []
    for path in (old, new):
        outcome = load_schema(path, lambda each: SourceFile(each, Path(each).read_text("utf-8")))
        if outcome.value is None:
            sys.exit(f"{path} is not a valid schema: run `vmsdl check`")
        schemas.append(outcome.value)
    print("\n".join(trace(schemas[0], schemas[1], *device)))


if __name__ == "__main__":
    main(sys.argv[1:])
