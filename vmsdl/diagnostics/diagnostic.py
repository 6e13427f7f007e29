"""A fault as a value: its code, its place, its words."""

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
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    BUG = "bug"


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of fault; the slug is the printed code and the argument of `explain`.

    `page`: the Markdown file that explains it; empty: nothing does.
    """

    slug: str
    severity: Severity
    title: str
    page: str = ""

    @property
    def family(self) -> str:
        """The name of its page: `lengths` of "diagnostics/explain/lengths.md"."""
        return self.page.rpartition("/")[2].removesuffix(".md")

    @property
    def explanation(self) -> str:
        """The long form, read when it is asked for."""
        return read_explanation(self.page, self.slug) if self.page else ""


@dataclass(frozen=True, slots=True)
class Label:
    """A marked stretch of source and a few words under it."""

    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True)
class Replacement:
    """Text that stands in place of what a span covers."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that a program can make. `title` is an instruction."""

    title: str
    replacements: tuple[Replacement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One fault found. `message` is a sentence without a full stop; `help` is an instruction."""

    code: Code
    message: str
    labels: tuple[Label, ...]  # the first is primary; others may be in other files
    context: str | None = None  # 'in device "ide_drive"'
    notes: tuple[str, ...] = ()  # more to say, each of one line or several
    help: str | None = None
    severity_override: Severity | None = None
    accepted: str | None = None  # until when, by whom and why, where it does not count
    fixes: tuple[Fix, ...] = ()
    fingerprints: tuple[tuple[str, str], ...] = ()  # what it is known by when lines have moved

    @property
    def text(self) -> str:
        """All its words, for where there is one field for them."""
        words = (self.message, self.context, *self.notes, self.help and f"help: {self.help}")
        return "\n".join(word for word in words if word)

    @property
    def severity(self) -> Severity:
        return self.severity_override or self.code.severity

    @property
    def span(self) -> Span:
        return self.labels[0].span

    def as_severity(self, severity: Severity) -> "Diagnostic":
        return replace(self, severity_override=severity)


@dataclass(frozen=True, slots=True)
class StageResult(Generic[T]):
    """What a stage gives: a value, diagnostics, or both."""

    value: T | None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def has_errors(self) -> bool:
        return any(d.severity in (Severity.ERROR, Severity.BUG) for d in self.diagnostics)

    def then(self, stage: "Callable[[T], StageResult[U]]") -> "StageResult[U]":
        """The next stage on this value; stops at errors, keeps all diagnostics."""
        if self.value is None or self.has_errors:
            return StageResult(None, self.diagnostics)
        result = stage(self.value)
        return StageResult(result.value, self.diagnostics + result.diagnostics)

    def and_also(self, check: Callable[[T], Iterable[Diagnostic]]) -> "StageResult[T]":
        """The same value with a check's diagnostics added."""
        if self.value is None or self.has_errors:
            return self
        return StageResult(self.value, self.diagnostics + tuple(check(self.value)))

    def map(self, function: Callable[[T], U]) -> "StageResult[U]":
        if self.value is None or self.has_errors:
            return StageResult(None, self.diagnostics)
        return StageResult(function(self.value), self.diagnostics)
