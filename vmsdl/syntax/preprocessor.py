"""Lines of the C preprocessor, which the language does not have, and what to write instead."""

import re

from vmsdl.records import dataclass

_DEFINE = re.compile(r"#\s*define\s+(?P<name>[A-Za-z_]\w*)(?P<call>\()?(?P<rest>.*)", re.DOTALL)
_INCLUDE = re.compile(r'#\s*include\s*(?P<quote>["<])(?P<path>[^">\n]+)[">]')
_DIRECTIVE = re.compile(
    r"#\s*(?P<word>define|undef|include|if|ifdef|ifndef|elif|else|endif|pragma|error)\b"
)
_SUFFIXED = re.compile(r"\b(?P<number>0[xX][0-9A-Fa-f]+|[0-9]+)[uUlL]+\b")
# What a value of `#define` may be made of so that an expression of ours can be, too.
_VALUE = re.compile(r"[\w\s()+\-*/%<>&|^~]+")


@dataclass(frozen=True, slots=True)
class Directive:
    """What is wrong with a line that begins with `#`.

    `length`: the characters that are marked. `replacement`: the text to write instead of the whole
    line; None: only the author knows.
    """

    message: str
    help: str
    length: int
    replacement: str | None


def describe_directive(line: str, *, is_in_body: bool) -> Directive:
    """`line`: from the `#` to the end. `is_in_body`: a body is open, where no const can stand."""
    line = line.rstrip()
    found = _DIRECTIVE.match(line)
    if found is None:
        help = "write `//` instead of `#`"
        return Directive("`#` does not start a comment", help, 1, "//" + line[1:])
    message = f"unknown directive `#{found['word']}`: there is no preprocessor"
    help, replacement = _replace_directive(line, found["word"], is_in_body)
    return Directive(message, help, found.end(), replacement)


def _replace_directive(line: str, word: str, is_in_body: bool) -> tuple[str, str | None]:
    match word:
        case "define":
            return _replace_define(line, "let" if is_in_body else "const")
        case "include":
            return _replace_include(line, is_in_body)
        case "undef" | "pragma":
            return "remove the line", ""
        case _:
            help = "remove the line; for what differs between machines, use a `property` and `if`"
            return help, None


def _replace_define(line: str, keyword: str) -> tuple[str, str | None]:
    found = _DEFINE.match(line)
    if found is None or found["call"]:
        help = "write the expression where it is used, or a `let` of it in a body"
        return help, None
    value, comment = _split_comment(found["rest"])
    if not value:
        return "remove the line", ""
    value = _SUFFIXED.sub(lambda each: each["number"], value)
    if _VALUE.fullmatch(value) is None:
        return f"write `{keyword} {found['name']} = …;`, with a number", None
    text = f"{keyword} {found['name']} = {value};"
    return f"write `{text}`", text + (f" {comment}" if comment else "")


def _split_comment(rest: str) -> tuple[str, str]:
    """The value of a `#define`, and the comment behind it."""
    place = min((n for n in (rest.find("//"), rest.find("/*")) if n >= 0), default=len(rest))
    return rest[:place].strip(), rest[place:].strip()


def _replace_include(line: str, is_in_body: bool) -> tuple[str, str | None]:
    found = _INCLUDE.match(line)
    if found is None or found["quote"] == "<" or not found["path"].endswith(".vmsd"):
        return "remove the line: only files of schemas can be imported, with `import`", ""
    text = f'import "{found["path"]}";'
    if is_in_body:
        return f"write `{text}` at the top of the file", None
    return f"write `{text}`", text
