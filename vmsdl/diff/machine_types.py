"""From two programs to the machine types that only one of them knows."""

from collections.abc import Iterable, Iterator

from vmsdl.diff.report import Finding, Outcome
from vmsdl.diff.verdict import Verdict
from vmsdl.qemu.verdict import is_recorded
from vmsdl.schema.description import Machine, Schema


def machine_types(old: Iterable[Schema], new: Iterable[Schema], device: str) -> Iterator[Finding]:
    """They add nothing to the verdicts, which are about machines that both sides can build.

    A side that names none says nothing of them. `device`: the one that is told of first.
    """
    before, after = _of(old), _of(new)
    if not before or not after:
        return
    for name, machine in before.items():
        if name not in after:
            yield Finding(
                rule="machine-type-retired",
                device=device,
                path=f'machine "{name}"',
                message="machines of this type cannot be built any more",
                old_to_new=Outcome(
                    Verdict.OK,
                    when=f'on another machine type than "{name}"',
                    error=f'no machine "{name}" can be built there',
                ),
                old=machine.name_span,
                only_in="old",
                help="keep a machine type as long as machines of it run",
            )
    for name, machine in after.items():
        if name not in before:
            yield Finding(
                rule="machine-type-added",
                device=device,
                path=f'machine "{name}"',
                message="machines of this type are new",
                new=machine.name_span,
                only_in="new",
                help="choose an older machine type for what has to be moved back",
            )


def _of(schemas: Iterable[Schema]) -> dict[str, Machine]:
    """Those that a program can build; a stream or a dump names the one machine that it was of."""
    described = [d for schema in schemas for d in schema.descriptions.values()]
    if described and all(map(is_recorded, described)):
        return {}
    return {name: machine for schema in schemas for name, machine in schema.machines.items()}
