"""Where the two versions of a comparison come from, and when it was made, for readers of a report
that was kept: commits, releases and machine types of recordings, the day."""

import os
from collections.abc import Iterable
from datetime import UTC, date, datetime

from vmsdl.cli.inputs.git import ask_git
from vmsdl.schema.description import Schema
from vmsdl.schema.recorded import is_recorded, read_recorded_age


def describe_revision(revision: str) -> str:
    """The commit of a revision; empty where git knows none."""
    found = ask_git("rev-parse", "--verify", "-q", f"{revision}^{{commit}}")
    return "" if found is None else f"commit {found.decode().strip()[:12]}"


def describe_origin(path: str, schemas: Iterable[Schema]) -> str:
    """Of a version that was given by a path; empty where nothing but the path is known."""
    if path.startswith("git:"):
        return describe_revision(path.split(":", 2)[1])
    machines: dict[str, None] = {}
    ages: dict[str, None] = {}
    for schema in schemas:
        recorded = [d for d in schema.descriptions.values() if is_recorded(d)]
        machines |= dict.fromkeys(schema.machines if recorded else ())
        ages |= dict.fromkeys(word for d in recorded for word in read_recorded_age(d).words)
    parts = [f"QEMU {age}" for age in ages]
    parts += [f"machine type {', '.join(machines)}"] if machines else []
    return ", ".join(parts)


def find_day() -> date:
    """Today in UTC, or the day of SOURCE_DATE_EPOCH: the same report from the same input."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdecimal():
        return datetime.fromtimestamp(int(epoch), UTC).date()
    return datetime.now(UTC).date()
