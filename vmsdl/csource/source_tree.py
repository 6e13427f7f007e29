"""The files of a source tree: of a folder, or of a revision of a git repository."""

import os
import stat
import subprocess
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

SOURCES = (".c", ".h", ".inc")
BUILD_FILES = ("Kconfig", "Kconfig.host", "meson.build")

# Firmware, tests, tools and emulation of user programs: they define no state of a device.
FOREIGN = frozenset(
    [
        "bsd-user",
        "contrib",
        "debian",
        "disas",
        "docs",
        "libdecnumber",
        "linux-user",
        "pc-bios",
        "po",
        "python",
        "qga",
        "roms",
        "scripts",
        "storage-daemon",
        "subprojects",
        "tests",
        "tools",
    ]
)

# QEMU's largest source that counts has 1 MB. A larger file is not C that somebody wrote.
MAXIMUM_SIZE = 4_000_000


class SourceTree:
    """The text of each file of a tree by its posix path: C sources, and the files of the build."""

    def __init__(
        self,
        name: str,
        files: dict[str, int],
        read_bytes: Callable[[str], bytes],
        blobs: Mapping[str, str] | None = None,
    ) -> None:
        """`files`: the size of each. `blobs`: git's hash of each, where git has the tree."""
        chosen = sorted(path for path, size in files.items() if size <= MAXIMUM_SIZE)
        self.name = name
        self.paths = tuple(path for path in chosen if path.endswith(SOURCES))
        self.build_files = tuple(path for path in chosen if not path.endswith(SOURCES))
        self._known = frozenset(chosen)
        self._sizes = files
        self._read_bytes = read_bytes
        self._blobs = blobs

    @property
    def files(self) -> frozenset[str]:
        """All that is read: sources, and files of the build."""
        return self._known

    def is_same(self, other: "SourceTree", path: str) -> bool:
        """Whether a file that both trees have is the same in both."""
        if self._blobs is not None and other._blobs is not None:
            return self._blobs[path] == other._blobs[path]
        if self._sizes[path] != other._sizes[path]:
            return False
        return self._read_bytes(path) == other._read_bytes(path)

    def name_path(self, path: str) -> str:
        """A file of the tree as reports name it: as the user does, or from a revision's root."""
        return os.path.normpath(os.path.join(self.name, path)).replace(os.sep, "/")

    def __contains__(self, path: str) -> bool:
        return path in self._known

    def read(self, path: str) -> str:
        """The text of a file, with line ends as `\\n`; bytes that are no UTF-8 are replaced."""
        if path not in self._known:
            raise FileNotFoundError(path)
        text = self._read_bytes(path).decode("utf-8", "replace")
        return text.replace("\r\n", "\n") if "\r" in text else text


def open_folder(folder: Path) -> SourceTree:
    """The tree in a folder. Links and special files are left out: a tree is not trusted."""
    if not folder.is_dir():
        raise NotADirectoryError(folder)
    files: dict[str, int] = {}
    for place, folders, names in os.walk(folder):
        inner = PurePosixPath(Path(place).relative_to(folder).as_posix())
        folders[:] = [name for name in folders if is_wanted_folder((inner / name).parts)]
        for name in names:
            path = str(inner / name)
            if is_wanted(path):
                found = os.lstat(os.path.join(place, name))
                if stat.S_ISREG(found.st_mode):
                    files[path] = found.st_size

    def read_bytes(path: str) -> bytes:
        try:
            return (folder / path).read_bytes()[:MAXIMUM_SIZE]
        except OSError:
            return b""  # it was there a moment ago, or may not be read

    return SourceTree(str(folder), files, read_bytes)


def open_revision(repository: Path, revision: str) -> SourceTree:
    """The tree of a commit, without a checkout. Raises ValueError where git does not know it."""
    command = ["git", "-C", str(repository), "ls-tree", "-r", "-z", "--long", "--full-tree"]
    listed = subprocess.run(
        [*command, "--end-of-options", revision], capture_output=True, check=False
    )
    if listed.returncode:
        raise ValueError(listed.stderr.decode("utf-8", "replace").strip())
    files: dict[str, int] = {}
    blobs: dict[str, str] = {}
    for entry in listed.stdout.decode("utf-8", "replace").split("\0"):
        facts, _, path = entry.partition("\t")
        if facts and is_wanted(path) and is_wanted_folder(PurePosixPath(path).parts[:-1]):
            mode, _, blob, size = facts.split()
            if mode.startswith("100"):
                files[path], blobs[path] = int(size), blob
    read_blob = open_blobs(repository)
    return SourceTree("", files, lambda path: read_blob(blobs[path]), blobs)


def open_blobs(repository: Path) -> Callable[[str], bytes]:
    """A reader of blobs by their hashes: one git for all of them."""
    process = subprocess.Popen(
        ["git", "-C", str(repository), "cat-file", "--batch"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    questions, answers = process.stdin, process.stdout

    def read_blob(blob: str) -> bytes:
        questions.write(blob.encode() + b"\n")
        questions.flush()
        header = answers.readline().split()
        if len(header) != 3:
            return b""
        content = answers.read(int(header[2]))
        answers.read(1)
        return content

    def stop() -> None:
        questions.close()
        answers.close()
        process.wait()

    weakref.finalize(read_blob, stop)
    return read_blob


def is_wanted(path: str) -> bool:
    if path.endswith(SOURCES) or path.rpartition("/")[2] in BUILD_FILES:
        return True
    folder, _, name = path.partition("/")
    return (folder, name.rpartition(".")[2]) in (("configs", "mak"), ("qapi", "json"))


def is_wanted_folder(parts: tuple[str, ...]) -> bool:
    return not parts or (parts[0] not in FOREIGN and not any(p.startswith(".") for p in parts))
