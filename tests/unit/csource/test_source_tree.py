"""The files of a folder, and of a commit without a checkout; what a target is."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.unit.csource.trees import make_tree
from vmsdl.csource.source_tree import SourceTree, open_folder, open_revision
from vmsdl.csource.targets import find_target, list_targets

FILES = {
    "hw/a.c": "int a;\r\n",
    "hw/Kconfig": "config A\n",
    "hw/notes.txt": "none of ours\n",
    "roms/boot.c": "int firmware;\n",
    ".hidden/x.c": "int x;\n",
    "include/ä.h": "int b;\n",
    "configs/targets/arm-softmmu.mak": "TARGET_ARCH=arm\n",
}
KEPT = ("hw/a.c", "include/ä.h")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    os.symlink("/etc/passwd", tmp_path / "hw" / "link.c")
    os.mkfifo(tmp_path / "hw" / "pipe.c")
    return tmp_path


def check(tree: SourceTree) -> None:
    assert tree.paths == KEPT
    assert tree.build_files == ("configs/targets/arm-softmmu.mak", "hw/Kconfig")
    assert tree.read("hw/a.c") == "int a;\n"
    with pytest.raises(FileNotFoundError):
        tree.read("../outside.c")


def test_a_folder(folder: Path) -> None:
    check(open_folder(folder))
    with pytest.raises(NotADirectoryError):
        open_folder(folder / "nothing")


def test_a_commit(folder: Path) -> None:
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b"]
    os.remove(folder / "hw" / "pipe.c")
    for command in (["init", "-q"], ["add", "-f", "."], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *command], check=True)
    (folder / "hw" / "a.c").write_text("changed\n")
    check(open_revision(folder, "HEAD"))
    with pytest.raises(ValueError, match="nothing"):
        open_revision(folder, "nothing")


def test_bytes_that_are_no_text_are_replaced() -> None:
    tree = SourceTree("t", {"a.c": 3}, lambda path: b"a\xffb")
    assert tree.read("a.c") == "a\ufffdb"


@pytest.mark.parametrize(
    ("name", "folder", "bits", "is_big_endian", "define"),
    [
        ("x86_64", "i386", 64, False, "TARGET_X86_64"),
        ("aarch64", "arm", 64, False, "TARGET_AARCH64"),
        ("ppc64", "ppc", 64, True, "TARGET_PPC64"),
        ("s390x", "s390x", 64, True, "TARGET_S390X"),
        ("riscv64", "riscv", 64, False, "TARGET_RISCV64"),
        ("mips64el", "mips", 64, False, "TARGET_MIPS64"),
        ("sh4eb", "sh4", 32, True, "TARGET_SH4EB"),
    ],
)
def test_targets_without_files(
    name: str, folder: str, bits: int, is_big_endian: bool, define: str
) -> None:
    target = find_target(make_tree({}), name)
    assert (target.folder, target.word_bits, target.is_big_endian) == (folder, bits, is_big_endian)
    assert target.defines[define] == "1"
    assert target.defines[f"TARGET_{folder.upper()}"] == "1"


def test_targets_of_a_tree() -> None:
    text = "TARGET_ARCH=new\nTARGET_BASE_ARCH=old\nTARGET_BIG_ENDIAN=y\nTARGET_LONG_BITS=32\n"
    tree = make_tree({"configs/targets/new64-softmmu.mak": text})
    assert list_targets(tree) == ("new64",)
    target = find_target(tree, "new64")
    assert (target.folder, target.word_bits, target.is_big_endian) == ("old", 32, True)
    with pytest.raises(KeyError):
        find_target(tree, "x86_64")
