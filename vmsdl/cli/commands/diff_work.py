"""Where the work of `vmsdl diff` goes: shown while it lasts, and told under `-v`."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from vmsdl.cli.console import printable

if TYPE_CHECKING:
    from vmsdl.diff.report import Report
    from vmsdl.prove.budget import Budget


def show_devices(tell: Callable[[str], None]) -> Callable[[str, int, int], None]:
    """What tells a progress line of the device that is compared next."""

    def tell_device(name: str, number: int, total: int) -> None:
        tell(f"comparing {printable(name)} ({number} of {total})")

    return tell_device


def describe_work(report: "Report") -> Iterator[str]:
    """A line for each device that took any work, the dearest first."""
    found = [(each.name, each.work) for each in report.devices if each.work is not None]
    found.sort(key=lambda each: -each[1].spent)
    for name, work in found:
        if work.spent:
            yield f"work on {name}: {_format_counts(work)}; {_format_shares(work)}"


def _format_counts(work: "Budget") -> str:
    from vmsdl.prove.budget import Work

    shown = (Work.STEPS, Work.QUESTIONS, Work.STATES, Work.SOLVER)
    return ", ".join(f"{work.counts[each]:,} {each.value}" for each in shown)


def _format_shares(work: "Budget") -> str:
    stages: dict[str, int] = {}
    for share in work.shares:
        stages[share.stage] = stages.get(share.stage, 0) + share.spent
    parts = [f"{stage} {spent * 100 // work.spent} %" for stage, spent in stages.items()]
    used = work.spent * 100 // work.limit
    return ", ".join((*parts, f"{used} % of what a comparison may take"))
