"""From replays to the files of a witness folder: streams, both sides' modules, and their test."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from vmsdl.diff.matching.fields import Side
from vmsdl.replay.classes import ModuleCache
from vmsdl.replay.pytest_file import HEAD, WitnessTest, write_test_file
from vmsdl.replay.replay import Replay

TEST = "test_witness.py"
STREAMS = "streams"


@dataclass(slots=True)
class _Packages:
    """The modules of one version, in a package. Modules of one name with different texts, from
    different schemas, go to further packages."""

    prefix: str  # "old" or "new"
    cache: ModuleCache
    texts: list[dict[str, str]] = field(default_factory=list)

    def add(self, side: Side) -> Mapping[str, str]:
        """Adds the modules of a schema. By stem, the name that a test imports each as."""
        texts = self.cache.texts(side)
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
        return self.prefix if number == 0 else f"{self.prefix}_{number + 1}"


def make_files(
    old: str, new: str, replays: tuple[Replay, ...], cache: ModuleCache
) -> dict[str, bytes]:
    """The content of each file, by its path in the folder."""
    packages = _Packages("old", cache), _Packages("new", cache)
    found: dict[str, bytes] = {}
    shown: list[WitnessTest] = []
    taken: set[str] = set()
    for each in replays:
        stem = _make_unique(_make_stem(each), taken)
        if each.state is None or each.run is None or each.run.unsaved:
            shown.append(WitnessTest(each, stem, None))
            continue
        path = f"{STREAMS}/{stem}.bin"
        found[path] = each.run.data
        own, other = each.direction.order_ends(*packages)
        assert each.sender is not None
        sender = own.add(each.sender)
        receiver = {} if each.receiver is None else other.add(each.receiver)
        shown.append(WitnessTest(each, stem, path, sender, receiver))
    imports = [line for package in packages[::-1] for line in package.imports()]
    text = write_test_file(old, new, imports, shown, cache)
    for package in packages:
        found |= package.files()
    found[TEST] = text.encode()
    return found


def is_ours(test: bytes) -> bool:
    """Whether a file with the name of the test was written by vmsdl."""
    return test.startswith(HEAD.encode())


def _make_stem(each: Replay) -> str:
    """A file name that is valid on every system: the rule, the path and the direction."""
    parts = (each.finding.rule, each.finding.path, each.direction)
    return "-".join(re.sub(r"[^A-Za-z0-9_]+", "-", part).strip("-")[:80] for part in parts)


def _make_unique(stem: str, taken: set[str]) -> str:
    found, number = stem, 2
    # Some file systems ignore case.
    while found.lower() in taken:
        found, number = f"{stem}-{number}", number + 1
    taken.add(found.lower())
    return found
