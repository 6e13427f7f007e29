"""What the commands say: results to stdout, diagnostics and progress to stderr."""

import argparse
import contextlib
import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from vmsdl.diagnostics.diagnostic import Diagnostic

OUR_BUG = 70  # exit status


class Failure(Exception):
    """A command that cannot be carried out: exit status 2."""


class Console(NamedTuple):
    """What the options say about output. `color` is of stderr."""

    color: bool = False
    quiet: bool = False
    verbose: bool = False

    @staticmethod
    def of(options: argparse.Namespace) -> "Console":
        color = {"always": True, "never": False}.get(options.color)
        if color is None:
            color = (
                sys.stderr is not None
                and sys.stderr.isatty()
                and not os.environ.get("NO_COLOR")
                and os.environ.get("TERM") != "dumb"
            )
        return Console(color, options.quiet, options.verbose)

    def result(self, text: str) -> None:
        """Write a result to stdout: always in UTF-8, whatever the terminal is set to."""
        if sys.stdout is None:  # closed by whoever started us
            return
        try:
            sys.stdout.flush()
            buffer = getattr(sys.stdout, "buffer", None)
            if buffer is None:
                sys.stdout.write(text)
                return
            buffer.write(text.encode("utf-8", "backslashreplace"))
            buffer.flush()
        except BrokenPipeError:
            raise  # the reader has read enough
        except OSError as error:
            from vmsdl.files import describe_error

            forget_stdout()
            raise Failure(f"cannot write to stdout: {describe_error(error)}") from None

    def lines(self, lines: Iterable[str]) -> None:
        """Write lines for people to stdout. What is in them may be of a stranger's stream: nothing
        in a line ends it, moves the cursor, or changes a colour or the direction of writing."""
        self.result("".join(f"{printable(line)}\n" for line in lines))

    def write(self, text: str, output: str | None) -> None:
        """Write a result to a file, or to stdout where none is given."""
        # A name from the disk may have bytes that are no text.
        text = text.encode("utf-8", "backslashreplace").decode()
        if output is None:
            self.result(text)
            return
        # For start-up speed: most commands print.
        from vmsdl.files import describe_error, write_if_changed

        try:
            write_if_changed(output, text)
        except OSError as error:
            raise Failure(f"cannot write `{output}`: {describe_error(error)}") from None

    def colors_report(self, color: str, output: str | None) -> bool:
        """Our own colour is of stderr; a report goes to stdout."""
        if output is not None:
            return False
        is_terminal = sys.stdout is not None and sys.stdout.isatty()
        return color == "always" or (self.color and is_terminal)

    def say(self, line: str) -> None:
        """Progress; silent under `-q`."""
        if not self.quiet:
            self._stderr(f"{printable(line)}\n")

    def say_more(self, line: str) -> None:
        """Details; only under `-v`."""
        if self.verbose:
            self.say(line)

    def error(self, message: str) -> None:
        word = "\x1b[1;31merror:\x1b[0m" if self.color else "error:"
        self._stderr(f"{word} {printable(message)}\n")

    def diagnostics(self, diagnostics: "Iterable[Diagnostic]") -> None:
        """Warnings that are accepted are shown under `-v` alone."""
        shown = [d for d in diagnostics if self.verbose or d.suppression is None]
        # Imported here: most runs have nothing to report.
        from vmsdl.diagnostics.render.text import render

        if text := render(shown, color=self.color):
            self._stderr(text)

    def _stderr(self, text: str) -> None:
        if sys.stderr is not None:
            sys.stderr.write(text)
            sys.stderr.flush()


def forget_stdout() -> None:
    """What stdout did not take goes nowhere: Python writes it once more at exit, and would fail."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def printable(text: str) -> str:
    """Text as one line: what a name from the disk or from a file could do is escaped."""
    if text.isascii() and text.isprintable():
        return text
    # For start-up speed: most names are plain.
    from vmsdl.diagnostics.render.text import escape_line

    return escape_line(text)
