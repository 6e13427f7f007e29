"""From the text of a number or string literal to its value, or to what is wrong with it."""

import re

from vmsdl.records import dataclass

_DIGITS = {
    "0x": (16, "0-9A-Fa-f", "hexadecimal"),
    "0o": (8, "0-7", "octal"),
    "0b": (2, "01", "binary"),
}
_LONGEST_NUMBER = 200  # digits; nothing on the wire needs more than 20
_ESCAPES = {
    '"': '"',
    "\\": "\\",
    "/": "/",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
}
_ESCAPES_HELP = r"write `\\` for a backslash; valid escapes are \" \\ \/ \b \f \n \r \t \uXXXX"


@dataclass(frozen=True, slots=True)
class LiteralError:
    """What is wrong with a literal, and where in its text."""

    message: str
    help: str
    start: int
    end: int


def parse_integer(text: str) -> tuple[int, int] | LiteralError:
    """The value and the base of an integer literal, or what is wrong with it."""
    base, allowed, kind = _DIGITS.get(text[:2].lower(), (10, "0-9", "decimal"))
    whole = (0, len(text))
    if text[:2] in ("0X", "0O", "0B"):
        return LiteralError(
            "number prefix must be lower case", f"write `{text[:2].lower()}{text[2:]}`", 0, 2
        )
    digits = text if base == 10 else text[2:]
    if "." in text:
        return LiteralError("expected an integer literal", "write an integer", *whole)
    strange = re.search(rf"[^{allowed}_]", digits)
    if not digits or strange:
        if strange and re.fullmatch(r"[0-9]+(?i:[ul]+)", text):
            bare = text.rstrip("uUlL")
            return LiteralError("invalid number suffix", f"write `{bare}`", len(bare), len(text))
        if not strange:
            return LiteralError(f"missing digits after `{text}`", f"add {kind} digits", *whole)
        at = len(text) - len(digits) + strange.start()
        message = f"invalid {kind} digit `{strange.group()}`"
        help = "a name cannot begin with a digit" if base == 10 else "correct or remove it"
        return LiteralError(message, help, at, at + 1)
    misplaced = re.search(r"^_|__|_$", digits)
    if misplaced:
        at = len(text) - len(digits) + misplaced.start()
        help = "write one `_` between two digits"
        return LiteralError("misplaced `_` in a number", help, at, at + len(misplaced.group()))
    plain = digits.replace("_", "")
    if base == 10 and len(plain) > 1 and plain.startswith("0"):
        bare = plain.lstrip("0") or "0"
        octal = f"`0o{bare}` for octal or " if bare.strip("01234567") == "" and bare != "0" else ""
        if len(bare) > 40:
            return LiteralError(
                "invalid leading zero in a decimal number", "remove the leading zeros", *whole
            )
        return LiteralError(
            "invalid leading zero in a decimal number", f"write {octal}`{bare}`", *whole
        )
    if len(plain) > _LONGEST_NUMBER:
        return LiteralError("number is too long", f"use at most {_LONGEST_NUMBER} digits", *whole)
    return int(plain, base), base


def parse_string(text: str) -> str | LiteralError:
    """The value of a string literal with its quotes, or what is wrong with it."""
    body = text[1:-1]
    control = re.search(r"[\x00-\x1f]", body)
    if control:
        at = control.start() + 1
        written = f"\\u{ord(control.group()):04x}"
        return LiteralError(
            f"invalid control character U+{ord(control.group()):04X} in a string",
            f"write `{written}` instead",
            at,
            at + 1,
        )
    lone = re.search(r"[\ud800-\udfff]", body)
    if lone:
        return LiteralError(
            "invalid character: half of a surrogate pair",
            "remove it",
            lone.start() + 1,
            lone.start() + 2,
        )
    if "\\" not in body:
        return body
    parts: list[str] = []
    position = 0
    for match in re.finditer(r"\\(u[0-9A-Fa-f]{4}|.)", body):
        parts.append(body[position : match.start()])
        position = match.end()
        escape, at = match.group(1), match.start() + 1
        if len(escape) == 5:
            parts.append(chr(int(escape[1:], 16)))
        elif escape in _ESCAPES:
            parts.append(_ESCAPES[escape])
        elif escape == "u":
            return LiteralError(
                "incomplete `\\u` escape: expected four hexadecimal digits",
                "write all four digits",
                at,
                at + 2,
            )
        else:
            return LiteralError(f"invalid escape `\\{escape}`", _ESCAPES_HELP, at, at + 2)
    parts.append(body[position:])
    value = "".join(parts)
    try:
        # Two \u escapes may be the halves of one character, as in JSON.
        return value.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        help = "write both halves, such as `\\ud83d\\ude00`"
        return LiteralError("invalid `\\u` escape: half of a surrogate pair", help, 0, len(text))
