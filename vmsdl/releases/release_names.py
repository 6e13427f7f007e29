"""Names of releases: which are valid, and how they are sorted."""

import re
import unicodedata

NOW = "now"  # the working schemas, where releases are named

_LONGEST = 80
# A version with such a word comes before the one without it: 9.2-rc1 before 9.2.
_PRERELEASE = frozenset({"a", "alpha", "b", "beta", "dev", "pre", "preview", "rc"})
_PARTS = re.compile(r"(?P<number>[0-9]+)|(?P<word>[^\W\d_]+)")
# Windows has no such files, whatever follows the first dot.
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def find_name_problem(name: str) -> str | None:
    """Why a name is not valid; None: it is.

    It must be a folder's name on every system: letters and digits of any script, and `.`, `-`, `_`,
    `+` between them.
    """
    if not name:
        return "it is empty"
    if len(name) > _LONGEST:
        return f"it is longer than {_LONGEST} characters"
    if name.lower() == NOW:
        return "this name is reserved for the working schemas"
    for character in name:
        if not (character.isalnum() or character in "._-+"):
            shown = character if character.isprintable() else f"U+{ord(character):04X}"
            return f"invalid character `{shown}`; use letters, digits and `.`, `-`, `_`, `+`"
    if not (name[0].isalnum() and name[-1].isalnum()):
        return "it must begin and end with a letter or digit"
    if unicodedata.normalize("NFC", name) != name:
        # Two names that look the same would be two folders on one system and one on another.
        return "its letters are decomposed; use their composed form (Unicode NFC)"
    if _DEVICES.fullmatch(name):
        return "it is a reserved name on Windows"
    return None


def make_sort_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """The key to sort by. It compares numbers as numbers: 9.2-rc1 before 9.2, 9.2 before 9.10."""
    found: list[tuple[int, int, str]] = []
    for part in _PARTS.finditer(name):
        if part["number"]:
            found.append((3, int(part["number"]), ""))
        else:
            word = part["word"].casefold()
            found.append((0 if found and word in _PRERELEASE else 2, 0, word))
    # The name itself is last, for names that are equal up to here: `9.2` and `9-2`.
    return (*found, (1, 0, name))
