"""From a tree, or from a file with its comments, to text in the canonical layout.

Four spaces for a level, one member on a line, at most one blank line, `{` after its header. A line
over 100 columns is broken before its modifiers, then before `and` and `or`. The `{` of a broken
header has a line of its own. Comments stay between the same tokens.
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
    """A comment before a token."""

    text: str
    is_trailing: bool = False  # it is on the line of what comes before it
    is_leading: bool = False  # it is on the line of what follows
    is_separated: bool = False  # a blank line comes before it

    @property
    def ends_line(self) -> bool:
        """Whether nothing can follow it on its line."""
        return self.text.startswith("//") or "\n" in self.text


PlacedComments = Mapping[int, list[PlacedComment]]  # by the number of the token that follows


def format_tree(file: tree.FileTree) -> str:
    """The text of a tree in the canonical layout, with its doc comments."""
    lines = build_lines(file)
    comments: dict[int, list[PlacedComment]] = {}
    number = 0
    for line in lines:
        if line.doc:
            # A line of a doc comment can hold no end of line of any kind.
            texts = ["".join(c if c != "\r" else " " for c in t) for t in line.doc.split("\n")]
            comments[number] = [PlacedComment(f"/// {text}".rstrip()) for text in texts]
        number += len(line.tokens)
    return _render(lines, comments, frozenset())


def format_source(source: SourceFile) -> StageResult[str]:
    """A file in the canonical layout, or its syntax errors."""
    return parse(source).map(lambda file: _format_file(source, file))


def _format_file(source: SourceFile, file: tree.FileTree) -> str:
    text = source.text
    lexed = tokenize(text)
    written = iter(lexed.tokens)
    # These are the tokens of the file, so literals can be copied as they were written.
    lines = [
        replace(line, tokens=[replace(token, text=next(written).text) for token in line.tokens])
        for line in build_lines(file)
    ]
    placed: dict[int, list[PlacedComment]] = {}
    blanks: set[int] = set()
    pending = iter([*lexed.comments, None])
    comment = next(pending)
    end = 0
    for number, start in enumerate([*(token.start for token in lexed.tokens), len(text)]):
        group: list[Comment] = []
        while comment is not None and comment.start < start:
            group.append(comment)
            comment = next(pending)
        if group:
            placed[number], end = _place_comments(text, end, group, start)
        if text.count("\n", end, start) > 1:
            blanks.add(number)
        end = lexed.tokens[number].end if number < len(lexed.tokens) else start
    return _render(lines, placed, blanks)


def _place_comments(
    text: str, end: int, group: list[Comment], start: int
) -> tuple[list[PlacedComment], int]:
    """The comments between the token that ends at `end` and the one that begins at `start`."""
    found: list[PlacedComment] = []
    is_trailing = end > 0
    for comment in group:
        gap = text.count("\n", end, comment.start)
        is_trailing = is_trailing and gap == 0
        found.append(
            PlacedComment(
                _normalize_comment(comment), is_trailing=is_trailing, is_separated=gap > 1
            )
        )
        end = comment.end
    following = start
    for n in range(len(group) - 1, -1, -1):
        if found[n].is_trailing or found[n].ends_line or "\n" in text[group[n].end : following]:
            break
        found[n] = replace(found[n], is_leading=True)
        following = group[n].start
    return found, end


def _normalize_comment(comment: Comment) -> str:
    if comment.is_doc:
        return f"/// {comment.text[3:].removeprefix(' ')}".rstrip()
    return comment.text.replace("\r\n", "\n")


def _render(
    lines: list[TokenLine], comments: PlacedComments, blanks: frozenset[int] | set[int]
) -> str:
    out: list[str] = []
    number = 0
    is_body_start = True  # a body does not begin with a blank line
    for line in [*lines, TokenLine(0, [])]:
        before = comments.get(number, [])
        if line.closes_body and line.is_body_empty and not before:
            out[-1] += "}"
            is_body_start = False
            number += 1
            continue
        indent = "    " * (line.indent + 1 if line.closes_body else line.indent)
        is_separated = line.is_separated
        lead = ""
        for comment in before:
            if comment.is_trailing and out:
                out[-1] += "  " + comment.text
            elif comment.is_leading and line.tokens and not line.closes_body:
                lead += comment.text + " "
                is_separated = is_separated or comment.is_separated
            else:
                if (is_separated or comment.is_separated) and not is_body_start:
                    out.append("")
                out.append(indent + comment.text)
                is_body_start = is_separated = False
        if not line.tokens:
            break
        if (is_separated or number in blanks) and not is_body_start and not line.closes_body:
            out.append("")
        _add_line(
            out,
            line,
            lead,
            {n: comments[number + n] for n in range(1, len(line.tokens)) if number + n in comments},
        )
        is_body_start = line.opens_body
        number += len(line.tokens)
    return "\n".join(out) + "\n" if out else ""


def _add_line(out: list[str], line: TokenLine, lead: str, inside: PlacedComments) -> None:
    """One line of tokens with the comments between them."""
    indent = 4 * line.indent
    first = len(out)
    brace = len(line.tokens) - 1 if line.opens_body else len(line.tokens)
    if not inside and (_measure(line.tokens) + indent <= WIDTH or _is_unbreakable(line.tokens)):
        out.append(" " * indent + lead + _join(line.tokens))
        return
    chunk: list[SpacedToken] = []
    step = 0
    for n, token in enumerate(line.tokens):
        is_broken = False
        for comment in inside.get(n, []):
            if not comment.ends_line:
                chunk.append(SpacedToken(comment.text, True))
                continue
            if chunk:
                _add_broken(out, chunk, indent + step)
                chunk, step = [], 4
            if comment.is_trailing and len(out) > first:
                out[-1] += "  " + comment.text
            else:
                out.append(" " * (indent + 4) + comment.text)
            is_broken = True
        if n == brace:
            break
        step = 4 if is_broken else step
        chunk.append(token)
    if chunk:
        _add_broken(out, chunk, indent + step)
    if brace < len(line.tokens):
        if len(out) == first + 1 and not inside:
            out[-1] += " {"
        else:
            out.append(" " * indent + "{")
    out[first] = " " * indent + lead + out[first].lstrip()


def _add_broken(out: list[str], tokens: list[SpacedToken], indent: int) -> None:
    """Tokens on one line, or broken before those of the lowest level."""
    levels = [token.level for token in tokens[1:] if token.level]
    if not levels or indent + _measure(tokens) <= WIDTH:
        out.append(" " * indent + _join(tokens))
        return
    lowest = min(levels)
    start, step = 0, 0
    for n in range(1, len(tokens) + 1):
        if n == len(tokens) or tokens[n].level == lowest:
            _add_broken(out, tokens[start:n], indent + step)
            start, step = n, 4


def _is_unbreakable(tokens: list[SpacedToken]) -> bool:
    return not any(token.level for token in tokens[1:])


def _join(tokens: list[SpacedToken]) -> str:
    return "".join(
        (" " if token.has_space and n else "") + token.text for n, token in enumerate(tokens)
    )


def _measure(tokens: list[SpacedToken]) -> int:
    return len(_join(tokens))
