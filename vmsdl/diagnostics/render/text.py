"""Diagnostics as a person reads them: place, message, the marked source, context and help."""

import unicodedata
from collections.abc import Iterable, Iterator

from vmsdl.diagnostics.diagnostic import Diagnostic, Label, Severity
from vmsdl.diagnostics.order import sort_by_place
from vmsdl.records import dataclass
from vmsdl.source import SourceFile

TAB = 4
WIDEST = 120  # columns of source shown of one line
LEAD = 30  # of these, the columns before the mark of a clipped line
TALLEST = 4  # lines of a mark that is shown whole; of a taller one, the first and last line

_CONTROLS = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # categories of Unicode
_COLORS = {
    Severity.ERROR: "1;31",
    Severity.WARNING: "1;33",
    Severity.NOTE: "1;36",
    Severity.BUG: "1;35",
}


def render(diagnostics: Iterable[Diagnostic], *, color: bool = False) -> str:
    """All diagnostics by place, each once, with blank lines between them."""
    return "\n".join(
        render_one(diagnostic, color=color) for diagnostic in sort_by_place(diagnostics)
    )


def render_one(diagnostic: Diagnostic, *, color: bool = False) -> str:
    return "".join(f"{line.rstrip()}\n" for line in _render_lines(diagnostic, _Painter(color)))


def escape_controls(text: str) -> str:
    """Text that is safe to print on a terminal: no control characters, no changes of direction."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c == "\n" or not _is_control(c) else _escape_character(c) for c in text)


def escape_line(text: str) -> str:
    """The same of text that is one line, whatever is in it."""
    return escape_controls(text).replace("\n", "\\n")


@dataclass(frozen=True, slots=True)
class _Painter:
    is_on: bool

    def __call__(self, color: str, text: str) -> str:
        return f"\x1b[{color}m{text}\x1b[0m" if self.is_on and text else text


@dataclass(frozen=True, slots=True)
class _Mark:
    """One label on one line: columns in characters from 0, `stop` exclusive."""

    start: int
    stop: int
    text: str
    is_primary: bool


def _render_lines(diagnostic: Diagnostic, paint: _Painter) -> Iterator[str]:
    severity = diagnostic.severity
    color = _COLORS[severity]
    labels = [label for label in diagnostic.labels if label.span.source.path]
    place = ""
    if diagnostic.labels and diagnostic.labels[0] in labels:
        place = f"{_format_place(diagnostic.labels[0])}: "
    head = paint(color, f"{severity}[{diagnostic.code.slug}]:")
    yield f"{place}{head} {paint('1', escape_line(diagnostic.message))}"

    shown = [label for label in labels if label.span.source.text]
    width = max((len(str(label.span.last.line)) for label in shown), default=1)
    for source, group in _group_by_file(shown):
        if not _is_same_file(source, diagnostic.span.source):
            yield paint("1;34", " " * width + " ::: ") + _format_place(group[0])
        yield paint("1;34", " " * width + " |")
        primary = diagnostic.labels[0]
        yield from _render_snippet(source, group, primary, width, color, paint)

    margin = " " * width + " = "
    notes = [diagnostic.context] if diagnostic.context else []
    notes += [
        f"note: {label.text}" for label in diagnostic.labels if label not in shown and label.text
    ]
    notes += diagnostic.notes
    notes += [f"help: {diagnostic.help}"] if diagnostic.help else []
    for note in notes:
        word, _, _ = note.partition(":")
        hang = len(word) + 2 if word in ("help", "note") else 2 * (note in diagnostic.notes)
        first, *rest = escape_controls(note).split("\n")
        yield paint("1;34", margin) + first
        yield from (" " * (len(margin) + hang) + line for line in rest)


def _format_place(label: Label) -> str:
    first = label.span.first
    return f"{escape_line(label.span.source.path)}:{first.line}:{first.column}"


def _group_by_file(labels: list[Label]) -> list[tuple[SourceFile, list[Label]]]:
    # By text too: two versions of a file may have one path.
    groups: dict[tuple[str, str], tuple[SourceFile, list[Label]]] = {}
    for label in labels:
        source = label.span.source
        groups.setdefault((source.path, source.text), (source, []))[1].append(label)
    return list(groups.values())


def _is_same_file(one: SourceFile, other: SourceFile) -> bool:
    return (one.path, one.text) == (other.path, other.text)


def _render_snippet(
    source: SourceFile, labels: list[Label], primary: Label, width: int, color: str, paint: _Painter
) -> Iterator[str]:
    """The marked lines of one file in order, each with its marks below it."""
    marks: dict[int, list[_Mark]] = {}
    for label in labels:
        for line, mark in _find_marks(source, label, label is primary):
            marks.setdefault(line, []).append(mark)
    gutter = paint("1;34", " " * width + " | ")
    before = 0
    for number in sorted(marks):
        # The line numbers show that one line is left out. More are shown by dots.
        if before and number > before + 2:
            yield paint("1;34", "...")
        before = number
        text, shift = _clip(source.line(number), marks[number])
        yield paint("1;34", f"{number:>{width}} | ") + "".join(_show_characters(text))
        for row in _render_marks(text, shift, marks[number], color, paint):
            yield gutter + row


def _find_marks(source: SourceFile, label: Label, is_primary: bool) -> Iterator[tuple[int, _Mark]]:
    first, last = label.span.first, label.span.last
    start, stop = first.column - 1, last.column - 1
    if last.line > first.line and stop == 0:
        # The span includes the end of the line, and nothing of the next line.
        last_line, stop = last.line - 1, len(source.line(last.line - 1))
    else:
        last_line = last.line
    if first.line == last_line:
        yield first.line, _Mark(start, max(stop, start + 1), label.text, is_primary)
        return
    numbers: Iterable[int] = range(first.line, last_line + 1)
    if last_line - first.line >= TALLEST:
        numbers = (first.line, last_line)
    for number in numbers:
        line = source.line(number)
        begin = start if number == first.line else len(line) - len(line.lstrip())
        end = stop if number == last_line else len(line.rstrip())
        text = label.text if number == last_line else ""
        if end > begin or number in (first.line, last_line):
            yield number, _Mark(begin, max(end, begin + 1), text, is_primary)


def _clip(line: str, marks: list[_Mark]) -> tuple[str, int]:
    """A line cut to what fits, and how many characters the marks move to the left."""
    line = line.rstrip()
    if len(line) <= WIDEST:
        return line, 0
    anchor = min((m for m in marks if m.is_primary), key=lambda m: m.start, default=marks[0])
    start = max(0, min(anchor.start - LEAD, len(line) - WIDEST))
    text = line[start : start + WIDEST]
    if start + WIDEST < len(line):
        text = text[:-1] + "…"
    if start:
        text = "…" + text[1:]
    return text, start


def _render_marks(
    text: str, shift: int, marks: list[_Mark], color: str, paint: _Painter
) -> Iterator[str]:
    """The row of marks with the text of the last one, then the other texts from right to left."""
    columns = [0]
    for shown in _show_characters(text):
        columns.append(columns[-1] + _measure(shown))

    def column(character: int) -> int:
        index = min(max(character - shift, 0), len(text) + 1)
        return columns[index] if index < len(columns) else columns[-1] + 1

    placed = sorted(
        ((column(m.start), max(column(m.stop), column(m.start) + 1), m) for m in marks),
        key=lambda p: (p[0], p[1]),
    )
    row: dict[int, tuple[str, str]] = {}
    for begin, end, mark in sorted(placed, key=lambda p: p[2].is_primary):
        sign = ("^", color) if mark.is_primary else ("-", "1;34")
        row.update((at, sign) for at in range(begin, end))
    line = _paint_row(row, paint)
    waiting = [p for p in placed if p[2].text]
    # Text can only be beside the last mark.
    if waiting and waiting[-1][1] >= max(end for _, end, _ in placed):
        mark = waiting.pop()[2]
        line += " " + paint(color if mark.is_primary else "1;34", escape_controls(mark.text))
    yield line
    bars = {begin: ("|", color if m.is_primary else "1;34") for begin, _, m in waiting}
    if bars:
        yield _paint_row(bars, paint)
    for begin, _, mark in reversed(waiting):
        left = {at: bar for at, bar in bars.items() if at < begin}
        gap = " " * (begin - (max(left) + 1 if left else 0))
        words = paint(color if mark.is_primary else "1;34", escape_controls(mark.text))
        yield _paint_row(left, paint) + gap + words


def _paint_row(row: dict[int, tuple[str, str]], paint: _Painter) -> str:
    """Signs at their columns. Neighbours of one colour are painted together."""
    out, at = "", 0
    run, run_color = "", ""
    for index in sorted(row):
        sign, color = row[index]
        if index != at or color != run_color:
            out += paint(run_color, run) + " " * (index - at)
            run, run_color = "", color
        run += sign
        at = index + 1
    return out + paint(run_color, run)


def _show_characters(text: str) -> Iterator[str]:
    """Each character as it is shown: a tab as spaces, a control character as a visible sign."""
    at = 0
    for character in text:
        if character == "\t":
            shown = " " * (TAB - at % TAB)
        elif _is_control(character):
            # Unicode has pictures of the C0 controls (U+2400…). All others become U+FFFD.
            shown = chr(0x2400 + ord(character)) if character < " " else "\ufffd"
        else:
            shown = character
        at += _measure(shown)
        yield shown


def _measure(shown: str) -> int:
    if shown.isascii():
        return len(shown)
    return sum(_count_columns(character) for character in shown)


def _count_columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _is_control(character: str) -> bool:
    if character.isascii():
        return not character.isprintable()
    return unicodedata.category(character) in _CONTROLS


def _escape_character(character: str) -> str:
    point = ord(character)
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
