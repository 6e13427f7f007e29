"""What all builders of nodes share: the source, its doc comments, and the errors found."""

from typing import Any

from vmsdl.diagnostics import codes
from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Label
from vmsdl.source import SourceFile, Span
from vmsdl.syntax import literals, tree
from vmsdl.syntax.lexer import Token
from vmsdl.syntax.walk import is_deeper_than

Parts = list[Any]  # the values of a production: tokens, nodes, and None for what was left out

DEEPEST_EXPRESSION = 200


class BuildContext:
    """Makes names, texts and spans of the tokens of one file, and collects the errors in it."""

    def __init__(self, source: SourceFile, docs: dict[int, str]) -> None:
        self.source = source
        self.docs = docs  # doc comments by the offset of the token that follows
        self.diagnostics: list[Diagnostic] = []

    def make_name(self, token: Token) -> tree.Name:
        return tree.Name(text=token.text, span=Span(self.source, token.start, token.end))

    def make_text(self, token: Token) -> tree.Text:
        value = literals.parse_string(token.text)
        if isinstance(value, literals.LiteralError):
            self._report_literal(codes.BAD_STRING, token, value)
            value = ""
        return tree.Text(value=value, span=Span(self.source, token.start, token.end))

    def make_integer(self, token: Token) -> tree.IntegerLiteral:
        span = Span(self.source, token.start, token.end)
        value = literals.parse_integer(token.text)
        if isinstance(value, literals.LiteralError):
            self._report_literal(codes.BAD_NUMBER, token, value)
            return tree.IntegerLiteral(value=0, text=token.text, span=span)
        return tree.IntegerLiteral(value=value[0], base=value[1], text=token.text, span=span)

    def limit_depth(self, expression: Any) -> Any:
        """A whole expression. One that is too deep to be walked is reported and replaced by 0."""
        span = expression.span
        # A level takes at least one character, so nearly every expression is known to be shallow.
        if span.end - span.start <= DEEPEST_EXPRESSION:
            return expression
        if isinstance(expression, tree.ExternWord) or not is_deeper_than(
            expression, DEEPEST_EXPRESSION
        ):
            return expression
        message = f"expression is nested more than {DEEPEST_EXPRESSION} levels deep"
        help = "name its parts with `let`: each operator in a row counts as one level"
        self.report(codes.NESTED_TOO_DEEP, message, span, help)
        return tree.IntegerLiteral(value=0, text="0", span=span)

    def find_doc(self, parts: Parts) -> str:
        """The doc comment before a declaration."""
        first = parts[0]
        return self.docs.get(first.start if isinstance(first, Token) else first.span.start, "")

    def make_span(self, parts: Parts) -> Span:
        """From the first to the last part that is not None."""
        first, last = parts[0], parts[-1]
        if first is None or last is None:
            present = [part for part in parts if part is not None]
            first, last = present[0], present[-1]
        start = first.start if isinstance(first, Token) else first.span.start
        end = last.end if isinstance(last, Token) else last.span.end
        return Span(self.source, start, end)

    def report(self, code: Code, message: str, span: Span, help: str | None = None) -> None:
        label = Label(span)
        self.diagnostics.append(Diagnostic(code=code, message=message, labels=(label,), help=help))

    def _report_literal(self, code: Code, token: Token, error: literals.LiteralError) -> None:
        span = Span(self.source, token.start + error.start, token.start + error.end)
        self.report(code, error.message, span, error.help)
