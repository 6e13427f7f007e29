"""From a tree, or from a file with its comments, to text in the canonical layout.

Four spaces to a level, one member to a line, at most one blank line, `{` behind its header. A line
over 100 columns is broken before its modifiers, then before `and` and `or`; when a header was
broken, its `{` stands alone. Comments stay between the tokens where they stood.
"""

from collections.abc import Mapping
from dataclasses import replace

from vmsdl.diagnostics.diagnostic import StageResult
from vmsdl.records import dataclass
from vmsdl.source import SourceFile
from vmsdl.syntax import tree
from vmsdl.syntax.format.lines import TokenLine, build_lines
from vmsdl.syntax.format.tokens import SpacedToken
from vmsdl.syntax.lexer import Comment, tokenize
from vmsdl.syntax.parser import parse

WIDTH = 100


@dataclass(frozen=True, slots=True)
class PlacedComment:
    """A comment in its place before a piece."""

    text: str
    trails: bool = False  # it stands on the line of what is before it
    leads: bool = False  # it stands on the line of what follows
    blank: bool = False  # a blank line stands before it

    @property
    def breaks(self) -> bool:
        """Whether nothing can follow it on its line."""
        return self.text.startswith("//") or "\n" in self.text


PlacedComments = Mapping[int, list[PlacedComment]]  # by the number of the piece that follows


def write(file: tree.FileTree) -> str:
    """The text of a tree, as `format` would lay it out."""
    laid = build_lines(file)
    remarks: dict[int, list[PlacedComment]] = {}
    number = 0
    for line in laid:
        if line.doc:
            # A line of a doc comment can hold no end of line of any kind.
            texts = ["".join(c if c != "\r" else " " for c in t) for t in line.doc.split("\n")]
            remarks[number] = [PlacedComment(f"/// {text}".rstrip()) for text in texts]
        number += len(line.pieces)
    return _render(laid, remarks, frozenset())


def format_source(source: SourceFile) -> StageResult[str]:
    """A file in the canonical layout; a file with syntax errors is left alone."""
    return parse(source).map(lambda file: _format(source, file))


def _format(source: SourceFile, file: tree.FileTree) -> str:
    text = source.text
    lexed = tokenize(text)
    tokens = iter(lexed.tokens)
    # The pieces are the tokens, so literals are taken over as they were written.
    laid = [
        replace(line, pieces=[replace(piece, text=next(tokens).text) for piece in line.pieces])
        for line in build_lines(file)
    ]
    remarks: dict[int, list[PlacedComment]] = {}
    blanks: set[int] = set()
    comments = iter([*lexed.comments, None])
    comment = next(comments)
    end = 0
    for number, start in enumerate([*(token.start for token in lexed.tokens), len(text)]):
        group: list[Comment] = []
        while comment is not None and comment.start < start:
            group.append(comment)
            comment = next(comments)
        if group:
            remarks[number], end = _remarks(text, end, group, start)
        if text.count("\n", end, start) > 1:
            blanks.add(number)
        end = lexed.tokens[number].end if number < len(lexed.tokens) else start
    return _render(laid, remarks, blanks)


def _remarks(
    text: str, end: int, group: list[Comment], start: int
) -> tuple[list[PlacedComment], int]:
    """The comments between the token that ends at `end` and the one that begins at `start`."""
    found: list[PlacedComment] = []
    trails = end > 0
    for comment in group:
        gap = text.count("\n", end, comment.start)
        trails = trails and gap == 0
        found.append(PlacedComment(_comment_text(comment), trails=trails, blank=gap > 1))
        end = comment.end
    following = start
    for n in range(len(group) - 1, -1, -1):
        if found[n].trails or found[n].breaks or "\n" in text[group[n].end : following]:
            break
        found[n] = replace(found[n], leads=True)
        following = group[n].start
    return found, end


def _comment_text(comment: Comment) -> str:
    if comment.is_doc:
        return f"/// {comment.text[3:].removeprefix(' ')}".rstrip()
    return comment.text.replace("\r\n", "\n")


def _render(
    laid: list[TokenLine], remarks: PlacedComments, blanks: frozenset[int] | set[int]
) -> str:
    out: list[str] = []
    number = 0
    fresh = True  # nothing stands yet in this body, so no blank line may
    for line in [*laid, TokenLine(0, [])]:
        before = remarks.get(number, [])
        if line.closes and line.empty and not before:
            out[-1] += "}"
            fresh = False
            number += 1
            continue
        indent = "    " * (line.indent + 1 if line.closes else line.indent)
        apart = line.apart
        lead = ""
        for remark in before:
            if remark.trails and out:
                out[-1] += "  " + remark.text
            elif remark.leads and line.pieces and not line.closes:
                lead += remark.text + " "
                apart = apart or remark.blank
            else:
                if (apart or remark.blank) and not fresh:
                    out.append("")
                out.append(indent + remark.text)
                fresh = apart = False
        if not line.pieces:
            break
        if (apart or number in blanks) and not fresh and not line.closes:
            out.append("")
        _line(
            out,
            line,
            lead,
            {n: remarks[number + n] for n in range(1, len(line.pieces)) if number + n in remarks},
        )
        fresh = line.opens
        number += len(line.pieces)
    return "\n".join(out) + "\n" if out else ""


def _line(out: list[str], line: TokenLine, lead: str, inside: PlacedComments) -> None:
    """One line of pieces with the comments between them."""
    indent = 4 * line.indent
    first = len(out)
    brace = len(line.pieces) - 1 if line.opens else len(line.pieces)
    pieces = line.pieces[:brace]
    if not inside and (_width(line.pieces) + indent <= WIDTH or _unbreakable(line.pieces)):
        out.append(" " * indent + lead + _joined(line.pieces))
        return
    chunk: list[SpacedToken] = []
    step = 0
    for n, piece in enumerate(line.pieces):
        broken = False
        for remark in inside.get(n, []):
            if not remark.breaks:
                chunk.append(SpacedToken(remark.text, True))
                continue
            if chunk:
                _broken(out, chunk, indent + step)
                chunk, step = [], 4
            if remark.trails and len(out) > first:
                out[-1] += "  " + remark.text
            else:
                out.append(" " * (indent + 4) + remark.text)
            broken = True
        if n == brace:
            break
        step = 4 if broken else step
        chunk.append(piece)
    if chunk:
        _broken(out, chunk, indent + step)
    if brace < len(line.pieces):
        if len(out) == first + 1 and not inside:
            out[-1] += " {"
        else:
            out.append(" " * indent + "{")
    assert pieces
    out[first] = " " * indent + lead + out[first].lstrip()


def _broken(out: list[str], pieces: list[SpacedToken], indent: int) -> None:
    """Pieces on one line, or broken before those of the lowest level."""
    levels = [piece.level for piece in pieces[1:] if piece.level]
    if not levels or indent + _width(pieces) <= WIDTH:
        out.append(" " * indent + _joined(pieces))
        return
    lowest = min(levels)
    start, step = 0, 0
    for n in range(1, len(pieces) + 1):
        if n == len(pieces) or pieces[n].level == lowest:
            _broken(out, pieces[start:n], indent + step)
            start, step = n, 4


def _unbreakable(pieces: list[SpacedToken]) -> bool:
    return not any(piece.level for piece in pieces[1:])


def _joined(pieces: list[SpacedToken]) -> str:
    return "".join(
        (" " if piece.space and n else "") + piece.text for n, piece in enumerate(pieces)
    )


def _width(pieces: list[SpacedToken]) -> int:
    return len(_joined(pieces))
