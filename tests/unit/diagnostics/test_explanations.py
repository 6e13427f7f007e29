"""Every explanation has an example that yields its code, and a replacement that does not."""

import re
import textwrap
from collections.abc import Iterator

import pytest

from vmsdl.diagnostics.codes import CODES
from vmsdl.diagnostics.diagnostic import Code, Severity
from vmsdl.driver import export_schema_c, load_schema
from vmsdl.source import SourceFile

# Codes whose explanation has no example, and what the example would need.
WITHOUT_EXAMPLE: dict[str, str] = {
    "embedded-too-deep": "a hundred structs",
    "file-too-large": "eight million characters",
    "import-unreadable": "a folder, or bytes that are not UTF-8",
    "too-many-imports": "twenty files",
    "unknown-c-struct": "an option of the command line",
}

_BLOCK = re.compile(r"^(Example|Use instead):\n\n((?:    .*\n|\n)+)", re.MULTILINE)
_FILE = re.compile(r"^// file (\S+)\n", re.MULTILINE)


def blocks(code: Code) -> dict[str, str]:
    return {found[1]: textwrap.dedent(found[2]) for found in _BLOCK.finditer(code.explanation)}


def files(block: str) -> dict[str, str]:
    """The files of a block by name. The first one is compiled."""
    first, *rest = _FILE.split(block)
    return {"example.vmsd": first, **dict(zip(rest[::2], rest[1::2], strict=True))}


def codes(block: str, family: str) -> Iterator[tuple[str, Severity]]:
    texts = files(block)

    def read(path: str) -> SourceFile:
        if path not in texts:
            raise FileNotFoundError(path)
        return SourceFile(path, texts[path])

    stage = export_schema_c if family == "c" else load_schema
    for diagnostic in stage("example.vmsd", read).diagnostics:
        yield diagnostic.code.slug, diagnostic.severity


@pytest.mark.parametrize("slug", sorted(CODES))
def test_example_yields_the_code_and_its_replacement_does_not(slug: str) -> None:
    code = CODES[slug]
    assert code.title
    assert code.explanation.strip()
    if slug in WITHOUT_EXAMPLE:
        return
    found = blocks(code)
    assert set(found) == {"Example", "Use instead"}
    assert {slug} == {each for each, _ in codes(found["Example"], code.family)}
    replacement = list(codes(found["Use instead"], code.family))
    assert slug not in {each for each, _ in replacement}
    assert [each for each, severity in replacement if severity is Severity.ERROR] == []


@pytest.mark.parametrize("slug", sorted(CODES))
def test_explanation_is_plain_text_at_the_left_margin(slug: str) -> None:
    lines = CODES[slug].explanation.splitlines()
    assert [line for line in lines if len(line) > 100 or line != line.rstrip()] == []
    assert not CODES[slug].explanation.startswith((" ", "\n"))
