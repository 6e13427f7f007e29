"""From QEMU's free names (`bus[0].ifs`, `ide bmdma`) to identifiers, each taken once."""

import re

from vmsdl.schema.scalars import SCALARS

# In the place of a type, these words are types: a struct of such a name could not be used.
TYPE_WORDS = (*SCALARS, "bytes", "blob", "bitmap", "opaque", "list", "map")


def make_identifier(name: str, fallback: str = "unnamed") -> str:
    """The nearest identifier: runs of other characters become one `_`."""
    text = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or fallback
    return f"_{text}" if text[0].isdigit() else text


def strip_number(name: str) -> str:
    """A name that a stream's description numbers, as a schema has it.

    Of two fields `config`, which are `config[0]` and `config[1]` there, the second is `config_2`.
    """
    numbered = re.fullmatch(r"(.+)\[(\d{1,9})\]", name)
    if numbered is None:
        return make_identifier(name)
    short, number = make_identifier(numbered[1]), int(numbered[2])
    return f"{short}_{number + 1}" if number else short


class Names:
    """Identifiers, each given once. `ignores_case`: case and `_` make no difference.

    File systems fold case, and class names fold the first letter of each part.
    """

    def __init__(self, ignores_case: bool = True, reserved: tuple[str, ...] = ()) -> None:
        self._ignores_case = ignores_case
        self._taken = {self._make_key(name) for name in reserved}

    def take(self, name: str, suffix: str | None = None) -> str:
        """An identifier near to `name`: with `_suffix`, then a number, where it is taken."""
        identifier = make_identifier(name)
        candidate = identifier
        count = 1
        while self._make_key(candidate) in self._taken:
            count += 1
            if suffix is not None and count == 2:
                candidate = f"{identifier}_{suffix}"
            else:
                candidate = f"{identifier}_{count}"
        self._taken.add(self._make_key(candidate))
        return candidate

    def _make_key(self, name: str) -> str:
        return name.replace("_", "").lower() if self._ignores_case else name
