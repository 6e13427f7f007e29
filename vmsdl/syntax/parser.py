"""From the text of one file to its tree, with every syntax error of the file."""

from vmsdl.diagnostics import codes
from vmsdl.diagnostics.diagnostic import Diagnostic, Label, StageResult
from vmsdl.source import SourceFile, Span
from vmsdl.syntax import tree
from vmsdl.syntax.lalr import END, LalrDriver
from vmsdl.syntax.lexer import LexedFile, Token, tokenize
from vmsdl.syntax.recovery import Recovery
from vmsdl.syntax.tree_builder import TreeBuilder

LARGEST_FILE = 8_000_000  # characters; the state of all of QEMU is a tenth of it
MOST_ERRORS = 100


def parse(source: SourceFile) -> StageResult[tree.FileTree]:
    """The tree of a file; where there are errors, of what could be read around them."""
    if len(source.text) > LARGEST_FILE:
        return _too_large(source)
    lexed = tokenize(source.text)
    builder = TreeBuilder(source, lexed.docs)
    machine = LalrDriver(builder)
    diagnostics = [_fault(source, lexed, n) for n in range(min(len(lexed.faults), MOST_ERRORS))]
    recovery = Recovery(source, machine, lexed, diagnostics)
    tokens = lexed.tokens
    tokens.append(Token(END, "", len(source.text), len(source.text)))
    index = 0
    while index < len(tokens):
        if machine.feed(tokens[index]):
            index += 1
        elif len(diagnostics) + len(builder.diagnostics) < MOST_ERRORS:
            index = recovery.mend(index)
        else:
            break
    found = _in_order([*diagnostics, *builder.diagnostics])
    if len(found) >= MOST_ERRORS:
        message = f"there are more than {MOST_ERRORS} errors, and the rest of the file was not read"
        label = Label(Span(source, tokens[index - 1].start, tokens[index - 1].end))
        found.append(Diagnostic(code=codes.UNEXPECTED_TOKEN, message=message, labels=(label,)))
        return StageResult(None, tuple(found))
    value = machine.values[-1] if machine.values else None
    return StageResult(value if isinstance(value, tree.FileTree) else None, tuple(found))


def _fault(source: SourceFile, lexed: LexedFile, number: int) -> Diagnostic:
    code, start, end, message, help = lexed.faults[number]
    label = Label(Span(source, start, end))
    return Diagnostic(code=code, message=message, labels=(label,), help=help)


def _in_order(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Sorted by place, one for each place: the first that was found there."""
    first: dict[tuple[int, int], Diagnostic] = {}
    for diagnostic in diagnostics:
        first.setdefault((diagnostic.span.start, diagnostic.span.end), diagnostic)
    return [first[place] for place in sorted(first)]


def _too_large(source: SourceFile) -> StageResult[tree.FileTree]:
    message = f"this file has {len(source.text):,} characters, and {LARGEST_FILE:,} can be read"
    diagnostic = Diagnostic(
        code=codes.FILE_TOO_LARGE,
        message=message,
        labels=(Label(Span(source, 0, 0)),),
        help="split it into files that `import` each other",
    )
    return StageResult(None, (diagnostic,))
