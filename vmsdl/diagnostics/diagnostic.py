"""An error or warning as a value: its code, its places, its text."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import StrEnum
from typing import Generic, TypeVar

from vmsdl.explanations import read_explanation
from vmsdl.records import dataclass
from vmsdl.source import Span

T = TypeVar("T")
U = TypeVar("U")


class Severity(StrEnum):
    """How bad a diagnostic is, in the words of the output. BUG: a bug of vmsdl itself."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    BUG = "bug"


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of error, warning or note. All codes are rows of `codes.py` or rules of `diff`."""

    slug: str  # its name in output, in `vmsdl explain`, and as the heading of its explanation
    severity: Severity
    title: str  # what it means, in a few words: "duplicate member"
    page: str = ""  # the Markdown file that explains it, from `vmsdl/`; empty where none does

    @property
    def family(self) -> str:
        """The name of its page without folder and suffix: `lengths`."""
        return self.page.rpartition("/")[2].removesuffix(".md")

    @property
    def explanation(self) -> str:
        """The long text. The page is read when this is first used."""
        return read_explanation(self.page, self.slug) if self.page else ""


@dataclass(frozen=True, slots=True)
class Label:
    """A span of source that is marked, with a short text beside the mark."""

    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True)
class Replacement:
    """New text for what a span covers."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits of the source that a program can make. `title` is an instruction."""

    title: str
    replacements: tuple[Replacement, ...]

    @staticmethod
    def replacing(span: Span, text: str, title: str = "") -> "Fix":
        """One edit. Without a title it is to write the text."""
        return Fix(title or f"write `{text}`", (Replacement(span, text),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One error, warning or note that was found.

    Stages return diagnostics and never print them; `render/` turns them into text.
    """

    code: Code
    message: str  # a sentence without a full stop
    labels: tuple[Label, ...]  # the first is the primary place; others may be in other files
    context: str | None = None  # what contains it: 'in device "ide_drive"'
    notes: tuple[str, ...] = ()  # more facts, each of one line or several
    help: str | None = None  # an instruction
    severity_override: Severity | None = None  # instead of the severity of its code
    suppression: str | None = None  # why, by whom and until when it does not count
    suppressed_by: tuple[Span, ...] = ()  # annotations; none where a file beside the schemas does
    fixes: tuple[Fix, ...] = ()
    fingerprints: tuple[tuple[str, str], ...] = ()  # (name, value): the same when lines have moved

    @property
    def text(self) -> str:
        """Message, context, notes and help as one text, for formats with one field for them."""
        lines = (self.message, self.context, *self.notes, self.help and f"help: {self.help}")
        return "\n".join(line for line in lines if line)

    @property
    def is_error(self) -> bool:
        return self.severity in (Severity.ERROR, Severity.BUG)

    def refuses(self, *, strict: bool) -> bool:
        """Whether a command fails because of it. `strict`: because of a warning too."""
        is_open = self.suppression is None
        return self.is_error or (strict and is_open and self.severity is Severity.WARNING)

    @property
    def severity(self) -> Severity:
        return self.severity_override or self.code.severity

    @property
    def span(self) -> Span:
        """The primary place."""
        return self.labels[0].span

    def with_severity(self, severity: Severity) -> "Diagnostic":
        return replace(self, severity_override=severity)


@dataclass(frozen=True, slots=True)
class StageResult(Generic[T]):
    """The result of a stage: a value, diagnostics, or both."""

    value: T | None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def has_errors(self) -> bool:
        return any(d.is_error for d in self.diagnostics)

    def then(self, stage: "Callable[[T], StageResult[U]]") -> "StageResult[U]":
        """Run the next stage on the value, unless there are errors. Keep all diagnostics."""
        if self.value is None or self.has_errors:
            return StageResult(None, self.diagnostics)
        result = stage(self.value)
        return StageResult(result.value, self.diagnostics + result.diagnostics)

    def check_with(self, check: Callable[[T], Iterable[Diagnostic]]) -> "StageResult[T]":
        """The same value, with the diagnostics of a check added unless there are errors."""
        if self.value is None or self.has_errors:
            return self
        return StageResult(self.value, self.diagnostics + tuple(check(self.value)))

    def map(self, function: Callable[[T], U]) -> "StageResult[U]":
        """The result of a function on the value, unless there are errors."""
        if self.value is None or self.has_errors:
            return StageResult(None, self.diagnostics)
        return StageResult(function(self.value), self.diagnostics)
