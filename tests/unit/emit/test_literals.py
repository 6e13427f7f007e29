"""Nothing written in a .vmsd can become code in a module, or speak to a tool."""

import ast

import pytest

from tests.support.pipeline import compiled
from vmsdl.emit.literals import format_docstring, format_plain, format_string

HOSTILE = [
    '"""',
    '""" + __import__("os").system("true") + """',
    "\\",
    'ends in a quote"',
    'ends in an escaped one\\"',
    "{{ 1 + 1 }} {% raw %} {# x #}",
    "# type: ignore\n# fmt: off\n# pyright: basic",
    "a\rb\x0cc\x0bd\x85e\u2028f\u202eg\x00h\x1b[31m",
    "\\N{DASH} \\x41 \\u0041",
    "\u96fb \U0001f600 \ud800",
    "'''",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_one_literal(text: str) -> None:
    for literal in (format_docstring(text), format_string(text)):
        tree = ast.parse(literal.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
        (statement,) = tree.body
        assert isinstance(statement, ast.Expr)
        assert isinstance(statement.value, ast.Constant)
    if "\ud800" not in text:
        assert text == ast.literal_eval(format_string(text))
    assert format_plain(text).isascii()
    assert not set(format_plain(text)) & set("#\n\r:\"'")


@pytest.mark.parametrize("text", [t for t in HOSTILE if "\r" not in t and "\ud800" not in t])
def test_doc_comments_stay_text(text: str) -> None:
    doc = "\n".join(f"/// {line}" for line in text.splitlines())
    module = compiled(
        f"""
        {doc}
        const A = 1;
        {doc}
        enum e : u8 {{
        {doc}
        x = 0; }}
        {doc}
        device d {{
        {doc}
        f: e;
        }}
        """,
        checked=False,
    ).modules["case"]
    for line in text.splitlines():
        assert line.strip() in str(vars(module)["D"].__doc__).replace("    ", "")


def test_rules_and_wire_names_stay_text() -> None:
    module = compiled(
        r"""
        device d as "d\"\\\n'''{{" {
            f: u8 where f < 3, "no\"\"\" \\ {{ '\n";
            validate f != 2, "\"\"\"\u2028";
        }
        """,
        checked=False,
    ).modules["case"]
    cls = vars(module)["D"]
    assert cls.NAME == "d\"\\\n'''{{"
    with pytest.raises(ValueError, match='no""" '):
        cls.decode(b"\x07")
