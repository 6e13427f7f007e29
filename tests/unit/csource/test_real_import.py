"""Real trees, imported and held against real dumps and streams. The floors are what is so; none
may fall.

`QEMU_SOURCE_7_2`, `QEMU_SOURCE_10_0`: source trees; `QEMU_RECORDED`: a folder with `dumps/` and
`streams/` of those releases (`10.0-x86_64-pc.json.xz`, `10.0-pc-midpio.mig.xz`).
"""

import json
import lzma
import os
from pathlib import Path

import pytest

from tests.unit.csource.trees import open_real
from vmsdl.cli.console import Console
from vmsdl.cli.inputs.c_verify import Evidence, verify_files
from vmsdl.csource.import_c import import_tree
from vmsdl.csource.summary import count_parts
from vmsdl.csource.verify import Outcome, count_exact
from vmsdl.qemu.stream.stream import Stream


def read_evidence(release: str, target: str, board: str) -> Evidence:
    folder = os.environ.get("QEMU_RECORDED")
    if not folder:
        pytest.skip("QEMU_RECORDED names no folder with dumps and streams of QEMU")
    dumps = sorted(Path(folder, "dumps").glob(f"{release}-{target}-{board}.json.xz"))
    streams = sorted(Path(folder, "streams").glob(f"{release}-{board}*.mig.xz"))
    if not dumps:
        pytest.skip(f"no dump of QEMU {release} for {target}")
    return Evidence(
        tuple((path.name, json.loads(lzma.decompress(path.read_bytes()))) for path in dumps),
        tuple((path.name, Stream(lzma.decompress(path.read_bytes()))) for path in streams),
    )


@pytest.mark.parametrize(
    ("release", "target", "board", "sections"),
    [
        ("10.0", "x86_64", "pc", 188),
        ("7.2", "x86_64", "pc", 173),
        ("7.2", "aarch64", "virt", 394),
    ],
)
def test_a_real_tree_is_what_a_real_qemu_says(
    release: str, target: str, board: str, sections: int
) -> None:
    program = open_real(release.replace(".", "_"), target)
    evidence = read_evidence(release, target, board)
    imported = import_tree(program)
    counts = count_parts(imported.files)
    assert counts.sections >= sections
    assert counts.translated >= 0.97 * counts.conditions
    verified = verify_files(imported.files, evidence, Console())
    assert verified is not None
    dumps = [each for each in verified.checks if each.against.endswith(".json.xz")]
    exact, compared = count_exact(dumps)
    assert exact >= 0.99 * compared
    streams = [each for each in verified.checks if each.against.endswith(".mig.xz")]
    assert all(each.outcome is Outcome.EXACT for each in streams)
