"""What git says of the repository that we are in."""

import os
import subprocess

from vmsdl.cli.console import Failure

REVISION = "git:"


def split_revision(path: str) -> tuple[str, str]:
    """The revision and the path of `git:REV:PATH`; no revision where git would take it for an
    option."""
    _, revision, inside = (*path.split(":", 2), "", "")[:3]
    return "" if revision.startswith("-") else revision, inside


def run_git(*arguments: str) -> bytes:
    """The output of a git command. Raises Failure where git refuses it or is not installed."""
    done = _run(arguments)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise Failure(f"git {arguments[0]}: {said[-1] if said else 'no error message'}")
    return done.stdout


def ask_git(*arguments: str) -> bytes | None:
    """The output of a git command; None where git refuses it. Raises Failure without git."""
    done = _run(arguments)
    return None if done.returncode else done.stdout


def _run(arguments: tuple[str, ...]) -> "subprocess.CompletedProcess[bytes]":
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        return subprocess.run(
            ("git", *arguments), capture_output=True, check=False, env=environment
        )
    except OSError:
        raise Failure("cannot run git") from None
