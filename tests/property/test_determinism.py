"""Two runs of the compiler write the same text, whatever Python's hashes and sets do."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import budget
from tests.support.pipeline import compiled_files
from tests.support.random_schemas import schemas

ROOT = Path(__file__).parent.parent.parent

PROGRAM = """
import json, sys
from tests.support.pipeline import read_schema
from vmsdl.emit import emit
for files in json.load(sys.stdin):
    out = [(f.name, f.text) for f in emit(read_schema(files))]
    print(json.dumps(out))
"""


@given(st.lists(schemas(), min_size=4, max_size=4))
@budget(1)
def test_the_same_text_in_every_process(programs: list[dict[str, str]]) -> None:
    def run(seed: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", PROGRAM],
            input=json.dumps(programs),
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout

    first = run("1")
    assert first == run("2")
    here = [
        [[f"{name}.py", text] for name, text in compiled_files(files).texts.items()]
        for files in programs
    ]
    assert here == [json.loads(line) for line in first.splitlines()]
    assert hashlib.sha256(first.encode()).hexdigest()
