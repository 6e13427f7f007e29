"""Writes what a codec benchmark times: ide.py, small.py, wide.py with decode and encode.

    python tests/bench/adapters.py DIR

The modules themselves go to DIR/generated. A harness imports DIR/<record>.py and calls
`decode(bytes)` and `encode(object)`; field names are those of the .vmsd files here.
"""

import sys
from pathlib import Path

from vmsdl.driver import compile_schema
from vmsdl.source import SourceFile

HERE = Path(__file__).resolve().parent
CLASSES = {"ide": "IdeDrive", "small": "Small", "wide": "Wide"}

_ADAPTER = """\
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "generated"))
from {module} import {cls}

decode = {cls}.decode
encode = {cls}.encode
"""


def main() -> int:
    folder = Path(sys.argv[1])
    generated = folder / "generated"
    generated.mkdir(parents=True, exist_ok=True)
    for record, cls in CLASSES.items():
        path = HERE / f"{record}.vmsd"
        source = SourceFile(f"bench_{record}.vmsd", path.read_text(encoding="utf-8"))
        # mypy infers no type for a lambda with a default, which binds `source` of this turn.
        outcome = compile_schema(source.path, lambda _, source=source: source)  # type: ignore[misc]
        assert outcome.value is not None, outcome.diagnostics
        for file in outcome.value:
            (generated / file.name).write_text(file.text, encoding="utf-8")
        text = _ADAPTER.format(module=f"bench_{record}", cls=cls)
        (folder / f"{record}.py").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
