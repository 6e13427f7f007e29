"""From replays to the files of a witness folder: streams, both sides' modules, and their test."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from vmsdl.diff.matching.fields import Side
from vmsdl.replay.classes import Classes
from vmsdl.replay.pytest_file import HEAD, WitnessTest, write_test_file
from vmsdl.replay.replay import OLD_TO_NEW, Replay

TEST = "test_witness.py"
STREAMS = "streams"


@dataclass(slots=True)
class _Packages:
    """The modules of one version. Two schemas whose modules differ under one name stand apart."""

    word: str  # "old" or "new"
    classes: Classes
    texts: list[dict[str, str]] = field(default_factory=list)

    def names(self, side: Side) -> Mapping[str, str]:
        """How a test calls the modules of a schema."""
        texts = self.classes.texts(side)
        package = next(
            (
                i
                for i, known in enumerate(self.texts)
                if all(known.get(name, text) == text for name, text in texts.items())
            ),
            len(self.texts),
        )
        if package == len(self.texts):
            self.texts.append({})
        self.texts[package].update(texts)
        stems = [name.removesuffix(".py") for name in texts]
        return {stem: f"{self._name(package)}_{stem}" for stem in stems if stem != "_vmsd"}

    def imports(self) -> list[str]:
        return [
            f"from {self._name(i)} import {stem} as {self._name(i)}_{stem}"
            for i, texts in enumerate(self.texts)
            for stem in sorted(name.removesuffix(".py") for name in texts)
            if stem != "_vmsd"
        ]

    def files(self) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for i, texts in enumerate(self.texts):
            found[f"{self._name(i)}/__init__.py"] = b""
            for name, text in texts.items():
                found[f"{self._name(i)}/{name}"] = text.encode()
        return found

    def _name(self, number: int) -> str:
        return self.word if number == 0 else f"{self.word}_{number + 1}"


def make_files(
    old: str, new: str, replays: tuple[Replay, ...], classes: Classes
) -> dict[str, bytes]:
    """Each file of the folder by its path in it."""
    packages = _Packages("old", classes), _Packages("new", classes)
    found: dict[str, bytes] = {}
    shown: list[WitnessTest] = []
    taken: set[str] = set()
    for each in replays:
        stem = _free(_stem(each), taken)
        if each.state is None or each.happened is None or each.happened.unsaved:
            shown.append(WitnessTest(each, stem, None))
            continue
        path = f"{STREAMS}/{stem}.bin"
        found[path] = each.happened.data
        mine, yours = packages if each.direction == OLD_TO_NEW else packages[::-1]
        assert each.sender is not None
        sender = mine.names(each.sender)
        receiver = {} if each.receiver is None else yours.names(each.receiver)
        shown.append(WitnessTest(each, stem, path, sender, receiver))
    imports = [line for package in packages[::-1] for line in package.imports()]
    text = write_test_file(old, new, imports, shown, classes)
    for package in packages:
        found |= package.files()
    found[TEST] = text.encode()
    return found


def is_ours(test: bytes) -> bool:
    """Whether a file of the test's name is one that was written here."""
    return test.startswith(HEAD.encode())


def _stem(each: Replay) -> str:
    """A name that every disk takes: the rule, the place and the direction."""
    parts = (each.finding.rule, each.finding.path, each.direction)
    return "-".join(re.sub(r"[^A-Za-z0-9_]+", "-", part).strip("-")[:80] for part in parts)


def _free(stem: str, taken: set[str]) -> str:
    found, number = stem, 2
    # Folders need not tell upper from lower case.
    while found.lower() in taken:
        found, number = f"{stem}-{number}", number + 1
    taken.add(found.lower())
    return found
