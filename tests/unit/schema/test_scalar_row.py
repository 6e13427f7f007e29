"""To add a wire scalar is to add a row of `vmsdl/schema/scalars.py`."""

import subprocess
import sys
from pathlib import Path

from vmsdl.schema.scalars import SCALARS

CASES = Path(__file__).with_name("added_scalar_cases.py")


def test_a_row_is_all_that_a_new_scalar_needs() -> None:
    """The cases run in a process of their own, in which the table has one more row."""
    options = ["-q", "-p", "tests.support.added_scalar", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, CASES], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_name_is_of_one_row() -> None:
    """A name of QEMU or of another language says one scalar."""
    foreign = [name for row in SCALARS.values() for name in row.foreign_names]
    assert len(foreign) == len(set(foreign))
    qemu = [row.qemu_name for row in SCALARS.values() if row.qemu_name]
    assert len(qemu) == len(set(qemu))
