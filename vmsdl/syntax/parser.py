"""From the text of one file to its tree, with every syntax error of the file."""

from vmsdl.diagnostics import codes
from vmsdl.diagnostics.diagnostic import Diagnostic, Fix, Label, Replacement, StageResult
from vmsdl.source import SourceFile, Span
from vmsdl.syntax import tree
from vmsdl.syntax.build_context import BuildContext
from vmsdl.syntax.lalr import END, LalrDriver, ValueStack
from vmsdl.syntax.lexer import LexicalError, Token, tokenize
from vmsdl.syntax.recovery import Recovery
from vmsdl.syntax.tables import load_tables
from vmsdl.syntax.tree_builder import collect_node_builders

LARGEST_FILE = 8_000_000  # characters; the state of all of QEMU is a tenth of it
MOST_ERRORS = 100


def parse(source: SourceFile) -> StageResult[tree.FileTree]:
    """The tree of a file. Where there are errors, it holds what could be read around them."""
    if len(source.text) > LARGEST_FILE:
        return _refuse_large_file(source)
    lexed = tokenize(source.text)
    context = BuildContext(source, lexed.docs)
    tables = load_tables()
    stack = ValueStack(tables.rules, collect_node_builders(context))
    driver = LalrDriver(tables, stack)
    diagnostics = [_describe_lexical_error(source, error) for error in lexed.errors[:MOST_ERRORS]]
    recovery = Recovery(source, driver, lexed, diagnostics)
    tokens = lexed.tokens
    tokens.append(Token(END, "", len(source.text), len(source.text)))
    index = 0
    while index < len(tokens):
        if driver.feed(tokens[index]):
            index += 1
        elif len(diagnostics) + len(context.diagnostics) < MOST_ERRORS:
            index = recovery.recover(index)
        else:
            break
    found = _sort_by_place([*diagnostics, *context.diagnostics])
    if len(found) >= MOST_ERRORS:
        message = f"more than {MOST_ERRORS} errors: the rest of the file was not read"
        label = Label(Span(source, tokens[index - 1].start, tokens[index - 1].end))
        found.append(Diagnostic(code=codes.UNEXPECTED_TOKEN, message=message, labels=(label,)))
        return StageResult(None, tuple(found))
    value = stack.values[-1] if stack.values else None
    return StageResult(value if isinstance(value, tree.FileTree) else None, tuple(found))


def _describe_lexical_error(source: SourceFile, error: LexicalError) -> Diagnostic:
    label = Label(Span(source, error.start, error.end))
    fixes: tuple[Fix, ...] = ()
    if error.fix is not None and error.help is not None:
        fixes = (_make_fix(source, error, error.fix, error.help),)
    return Diagnostic(
        code=error.code, message=error.message, labels=(label,), help=error.help, fixes=fixes
    )


def _make_fix(source: SourceFile, error: LexicalError, text: str, title: str) -> Fix:
    """Spaces of the fix that stand beside spaces of the text are left out."""
    start, end = error.start, error.fix_end or error.end
    before, after = source.text[start - 1 : start], source.text[end : end + 1]
    text = text.removeprefix(" ") if before in ("", " ", "\n", "(") else text
    text = text.removesuffix(" ") if after in ("", " ", "\n") else text
    return Fix(title, (Replacement(Span(source, start, end), text),))


def _sort_by_place(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Sorted by place. Of several errors at one place, the first that was found."""
    first: dict[tuple[int, int], Diagnostic] = {}
    for diagnostic in diagnostics:
        first.setdefault((diagnostic.span.start, diagnostic.span.end), diagnostic)
    return [first[place] for place in sorted(first)]


def _refuse_large_file(source: SourceFile) -> StageResult[tree.FileTree]:
    message = f"file is too large: {len(source.text):,} characters, at most {LARGEST_FILE:,}"
    diagnostic = Diagnostic(
        code=codes.FILE_TOO_LARGE,
        message=message,
        labels=(Label(Span(source, 0, 0)),),
        help="split it into several files and `import` them",
    )
    return StageResult(None, (diagnostic,))
