"""Text of a .vmsd file as Python literals, which can run no code."""

# What an editor or a tokenizer may take for the end of a line, or shows in another order.
_UNSAFE = {
    *range(0x20),
    *range(0x7F, 0xA0),
    *range(0x200B, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xD800, 0xE000),
    0x061C,
    0xFEFF,
}


def format_docstring(text: str) -> str:
    """A string literal in triple quotes; black lays it out."""
    lines = [_line(line).rstrip() for line in text.strip().splitlines()]
    body = "\n".join(lines)
    if '""' in body or body.endswith('"'):
        body = body.replace('"', '\\"')
    return f'"""{body}"""'


def _line(line: str) -> str:
    line = line.replace("\t", "    ").replace("\\", "\\\\")
    return "".join(_escaped(c) if ord(c) in _UNSAFE else c for c in line)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def format_string(text: str) -> str:
    """A string literal on one line."""
    inner = "".join(_escaped(c) if ord(c) in _UNSAFE else c for c in text.replace("\\", "\\\\"))
    return '"' + inner.replace('"', '\\"') + '"'


def format_plain(text: str) -> str:
    """A name for a comment: nothing in it ends the comment or is read by a tool."""
    return "".join(
        c if c.isascii() and (c.isalnum() or c in " ._-+") else _escaped_any(c) for c in text
    )


def _escaped_any(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
