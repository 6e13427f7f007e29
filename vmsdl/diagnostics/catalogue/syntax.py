"""Codes about the text of a file: characters, words, and how they follow each other."""

from vmsdl.diagnostics.diagnostic import Code, Severity

UNEXPECTED_CHARACTER = Code(
    slug="unexpected-character", severity=Severity.ERROR, title="", explanation=""
)
UNEXPECTED_TOKEN = Code(slug="unexpected-token", severity=Severity.ERROR, title="", explanation="")
UNEXPECTED_END = Code(slug="unexpected-end", severity=Severity.ERROR, title="", explanation="")
BAD_NUMBER = Code(slug="bad-number", severity=Severity.ERROR, title="", explanation="")
BAD_STRING = Code(slug="bad-string", severity=Severity.ERROR, title="", explanation="")
UNTERMINATED_COMMENT = Code(
    slug="unterminated-comment", severity=Severity.ERROR, title="", explanation=""
)
CHAINED_COMPARISON = Code(
    slug="chained-comparison", severity=Severity.ERROR, title="", explanation=""
)
NESTED_TOO_DEEP = Code(slug="nested-too-deep", severity=Severity.ERROR, title="", explanation="")
DUPLICATE_MODIFIER = Code(
    slug="duplicate-modifier", severity=Severity.ERROR, title="", explanation=""
)
MISPLACED_MODIFIER = Code(
    slug="misplaced-modifier", severity=Severity.ERROR, title="", explanation=""
)
BUILTIN_AS_ELEMENT = Code(
    slug="builtin-as-element", severity=Severity.ERROR, title="", explanation=""
)
SUBSECTION_WITHOUT_NEEDED = Code(
    slug="subsection-without-needed", severity=Severity.ERROR, title="", explanation=""
)
FILE_TOO_LARGE = Code(slug="file-too-large", severity=Severity.ERROR, title="", explanation="")
TOO_MANY_ERRORS = Code(slug="too-many-errors", severity=Severity.ERROR, title="", explanation="")

CODES: tuple[Code, ...] = (
    UNEXPECTED_CHARACTER,
    UNEXPECTED_TOKEN,
    UNEXPECTED_END,
    BAD_NUMBER,
    BAD_STRING,
    UNTERMINATED_COMMENT,
    CHAINED_COMPARISON,
    NESTED_TOO_DEEP,
    DUPLICATE_MODIFIER,
    MISPLACED_MODIFIER,
    BUILTIN_AS_ELEMENT,
    SUBSECTION_WITHOUT_NEEDED,
    FILE_TOO_LARGE,
    TOO_MANY_ERRORS,
)
