"""The file of suppressions: from its text to records, and from records into its text."""

import difflib
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from vmsdl.diff.direction import Direction
from vmsdl.diff.suppression import COVERED_VERDICTS, Suppression
from vmsdl.diff.verdict import Verdict
from vmsdl.source import SourceFile, Span

_TEXTS = ("rule", "device", "path", "direction", "verdict", "condition")
_KEYS = ("fingerprint", *_TEXTS, "constants", "reason", "owner", "until")
_HEADER = re.compile(r"[ \t]*\[\[[ \t]*suppression[ \t]*\]\][ \t]*(?:#.*)?")
_TABLE = re.compile(r"[ \t]*\[")
_QUOTES = re.compile(r'"""|\'\'\'')
_FIRST = (
    "# Findings of `vmsdl diff` that do not count. `vmsdl diff --suppress` writes the entries.\n"
)


class EntryError(Exception):
    """A file of suppressions that is not valid. The message is for the user."""


def read_entries(source: SourceFile) -> tuple[Suppression, ...]:
    """Every entry, with its place. Raises EntryError."""
    try:
        document = tomllib.loads(source.text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise EntryError(f"cannot read `{source.path}`: {error}") from None
    for key in document:
        if key != "suppression":
            raise EntryError(f"`{source.path}`: unknown key `{key}`, expected [[suppression]]")
    entries = document.get("suppression", [])
    if not isinstance(entries, list):
        raise EntryError(
            f"`{source.path}`: `suppression` must be a list of tables, [[suppression]]"
        )
    blocks = list(_find_blocks(source.text))
    found: list[Suppression] = []
    for i, entry in enumerate(entries):
        start, end = blocks[i] if len(blocks) == len(entries) else (0, 0)
        span = Span(source, start, end)
        try:
            found.append(_read_entry(entry, span))
        except EntryError as error:
            raise EntryError(f"`{source.path}`: line {span.first.line}: {error}") from None
    return tuple(found)


def add_entries(
    source: SourceFile, fresh: Iterable[Suppression], stale: Collection[Suppression] = ()
) -> str:
    """The text with entries for the fresh suppressions.

    A fresh one replaces a stale one for the same finding and verdict; others go to the end. All
    other text is kept. Raises EntryError.
    """
    known = read_entries(source)
    text, waiting, kept = source.text, list(fresh), list(known)
    for old in sorted(known, key=lambda each: -each.span.start):
        new = next((each for each in waiting if old in stale and _is_same(each, old)), None)
        if new is not None and old.span.end:
            waiting.remove(new)
            kept[kept.index(old)] = new
            block = _write_entry(new) + _find_comments(old.span.text)
            text = text[: old.span.start] + block + text[old.span.end :]
    if waiting and text and not text.endswith("\n"):
        text += "\n"
    text = (text or _FIRST) + "".join(f"\n{_write_entry(each)}" for each in waiting)
    try:
        is_as_expected = read_entries(SourceFile(source.path, text)) == (*kept, *waiting)
    except EntryError:
        is_as_expected = False
    if not is_as_expected:
        raise EntryError(f"cannot add an entry to `{source.path}`: its form is not supported")
    return text


def _is_same(one: Suppression, other: Suppression) -> bool:
    return (one.fingerprint, one.verdict) == (other.fingerprint, other.verdict)


def _read_entry(entry: Any, span: Span) -> Suppression:
    if not isinstance(entry, dict):
        raise EntryError("an entry must be a table")
    for key in entry:
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"expected one of {', '.join(_KEYS)}"
            raise EntryError(f"unknown key `{key}`; {hint}")
    texts = {key: _read_text(entry, key) for key in (*_TEXTS, "fingerprint")}
    _check_choice("direction", texts["direction"], tuple(Direction))
    _check_choice("verdict", texts["verdict"], tuple(COVERED_VERDICTS))
    found = Suppression(
        rule=texts["rule"],
        device=texts["device"],
        path=texts["path"],
        direction=Direction(texts["direction"]),
        verdict=Verdict(texts["verdict"]),
        condition=texts["condition"],
        constants=_read_constants(entry.get("constants", {})),
        reason=_read_text(entry, "reason", is_required=False),
        owner=_read_text(entry, "owner", is_required=False),
        until=_read_date(entry.get("until")),
        span=span,
    )
    if found.fingerprint != texts["fingerprint"]:
        raise EntryError(
            f"fingerprint `{texts['fingerprint']}` does not match this rule, device, path and "
            f"direction, expected `{found.fingerprint}`"
        )
    return found


def _read_text(entry: dict[str, Any], key: str, *, is_required: bool = True) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str):
        raise EntryError(f"`{key}` must be a string")
    if is_required and not value:
        raise EntryError(f"missing key `{key}`")
    return value.strip()


def _check_choice(key: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise EntryError(f"`{key}` is `{value}`, expected one of {', '.join(known)}")


def _read_date(value: Any) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise EntryError("`until` must be a date, such as 2027-01-31") from None


def _read_constants(value: Any) -> tuple[tuple[str, int | bool], ...]:
    if not isinstance(value, dict) or not all(isinstance(each, int) for each in value.values()):
        raise EntryError("each value in `constants` must be an integer or a bool")
    return tuple(value.items())


def _find_blocks(text: str) -> Iterator[tuple[int, int]]:
    """The start and end of each [[suppression]], without empty lines and comments after it."""
    quote = ""  # the quotes that will end the multi-line string that this line begins in
    start = end = at = 0
    is_open = False
    for line in text.split("\n"):
        if not quote and _TABLE.match(line):
            if is_open:
                yield start, end
            is_open = _HEADER.fullmatch(line) is not None
            start = at
        at = min(at + len(line) + 1, len(text))
        if quote or not (line.isspace() or line.lstrip().startswith("#") or not line):
            end = at
            for found in _QUOTES.finditer(line):
                quote = "" if quote == found[0] else quote or found[0]
    if is_open:
        yield start, end


def _find_comments(block: str) -> str:
    lines = (line for line in block.splitlines() if line.lstrip().startswith("#"))
    return "".join(f"{line}\n" for line in lines)


def _write_entry(entry: Suppression) -> str:
    lines = [
        "[[suppression]]",
        f"fingerprint = {_quote(entry.fingerprint)}",
        *(f"{key} = {_quote(str(getattr(entry, key)))}" for key in _TEXTS),
    ]
    if entry.constants:
        values = (f"{_write_key(name)} = {_write_value(v)}" for name, v in entry.constants)
        lines.append(f"constants = {{ {', '.join(values)} }}")
    lines += [f"reason = {_quote(entry.reason)}", f"owner = {_quote(entry.owner)}"]
    lines.append(f"until = {entry.until}")
    return "".join(f"{line}\n" for line in lines)


def _write_key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quote(name)


def _write_value(value: int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quote(text: str) -> str:
    """A basic string of TOML."""
    out = ""
    for character in text:
        if character in '"\\':
            out += f"\\{character}"
        elif ord(character) < 32 or ord(character) == 127:
            out += f"\\u{ord(character):04x}"
        else:
            out += character
    return f'"{out}"'
