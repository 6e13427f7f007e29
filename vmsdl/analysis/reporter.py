"""Collects the diagnostics of a stage: one error for each place, each with its context."""

from collections.abc import Iterable
from dataclasses import field, replace

from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Fix, Label, Severity
from vmsdl.records import dataclass
from vmsdl.source import Span

# A suggestion compares a wrong name with all known ones. A hostile file must not make it slow.
MAX_COMPARISONS = 20_000
MANY = 100
MAX_LENGTH = 100


@dataclass(slots=True)
class ReportLog:
    """The diagnostics of a stage so far."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    error_places: set[tuple[int, int, int]] = field(default_factory=set)
    comparisons: int = 0


@dataclass(frozen=True, slots=True)
class Reporter:
    """Adds diagnostics to a `log`. `context` names what they are in: `in device "x"`."""

    log: ReportLog = field(default_factory=ReportLog)
    context: str | None = None
    is_recorded: bool = False  # in an `@recorded` item, where some errors are warnings

    def within(self, context: str, *, is_recorded: bool = False) -> "Reporter":
        return replace(self, context=context, is_recorded=self.is_recorded or is_recorded)

    def report(
        self,
        code: Code,
        span: Span,
        message: str,
        label: str = "",
        *,
        also: tuple[Label, ...] = (),
        help: str | None = None,
        fix: Fix | None = None,
        warn_if_recorded: bool = False,
    ) -> None:
        """Add a diagnostic. `warn_if_recorded`: under `@recorded` it is only a warning.

        `fix`: an edit that mends it. Its title is the help where there is no other.
        """
        severity = Severity.WARNING if warn_if_recorded and self.is_recorded else code.severity
        if severity is Severity.ERROR:
            place = (id(span.source), span.start, span.end)
            if place in self.log.error_places:
                return
            self.log.error_places.add(place)
        self.log.diagnostics.append(
            Diagnostic(
                code=code,
                message=message,
                labels=(Label(span, label), *also),
                context=self.context,
                help=fix.title if help is None and fix is not None else help,
                fixes=() if fix is None else (fix,),
                severity_override=severity if severity is not code.severity else None,
            )
        )

    def suggest_nearest(self, name: str, candidates: Iterable[str]) -> str | None:
        """The help "did you mean", where a known name is near the wrong one."""
        if len(name) > MAX_LENGTH or self.log.comparisons > MAX_COMPARISONS:
            return None
        # Imported here, since most files have no wrong names.
        from difflib import get_close_matches

        known = sorted(set(candidates))
        if len(known) > MANY:
            known = [c for c in known if abs(len(c) - len(name)) <= max(2, len(name) // 3)]
        self.log.comparisons += len(known)
        lower = name.lower()
        for close in (
            *(c for c in known if c.lower() == lower),
            *get_close_matches(name, known, n=1, cutoff=0.6),
        ):
            return f"did you mean `{close}`?"
        return None

    def sort_diagnostics(self) -> tuple[Diagnostic, ...]:
        """All diagnostics: files in the order of their first diagnostic, then by place and code."""
        files: dict[int, int] = {}
        for diagnostic in self.log.diagnostics:
            files.setdefault(id(diagnostic.span.source), len(files))
        return tuple(
            sorted(
                self.log.diagnostics,
                key=lambda d: (files[id(d.span.source)], d.span.start, d.code.slug),
            )
        )
