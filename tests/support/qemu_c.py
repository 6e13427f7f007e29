"""Exported C in a program of its own, with QEMU's vmstate.c and vmstate-types.c of a real tree.

The tree is named by QEMU_SOURCE_10_0. Its own headers are used (osdep.h, vmstate.h, queue.h,
timer.h and so on); `qemu_shim/` has what configure and the QAPI generator would make, a QEMUFile
over memory, and timers that are their deadline alone. So this shows what VMState does, and nothing
of a device's own code.
"""

import os
import re
import shutil
import struct
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

SHIM = Path(__file__).parent / "qemu_shim"
WARNINGS = ("-Wall", "-Werror", "-Wno-unused-function", "-Wno-unused-const-variable")
_PROTOTYPE = re.compile(r"^static (?:int|bool) (\w+)\([^)]*\);$", re.M)
_INFO = re.compile(r"\b(?:vmstate_info_pci_\w+|my_info)\b")

_PROGRAM = """
#include "qemu/osdep.h"
#include "migration/vmstate.h"
#include "qemu/timer.h"
#include "qemu/queue.h"
#include "qemu-file.h"
%(before)s
#include "%(header)s"
%(infos)s
#include "%(source)s"
%(hooks)s
%(code)s

static void put_word(uint32_t word)
{
    fwrite(&word, 4, 1, stdout);
}

int main(int argc, char **argv)
{
    uint32_t size, version;

    while (fread(&version, 4, 1, stdin) == 1 && fread(&size, 4, 1, stdin) == 1) {
        uint8_t *data = g_malloc0(size + 1);
        %(type)s *s = g_new0(%(type)s, 1);
        QEMUFile *in, *out = shim_open(NULL, 0);
        int status = 0;

        if (fread(data, 1, size, stdin) != size) {
            return 1;
        }
        prepare(s);
        in = shim_open(data, size);
        if (size) {
            status = vmstate_load_state(in, &%(variable)s, s, version);
        } else {
            fill(s);
        }
        put_word(status != 0);
        put_word(in->size - in->position);
        finish(s);
        if (!status) {
            status = vmstate_save_state(out, &%(variable)s, s, NULL);
        }
        put_word(status != 0);
        put_word(out->size);
        fwrite(out->data, 1, out->size, stdout);
    }
    return 0;
}
"""

_RAW = """
static int get_%(name)s(QEMUFile *f, void *pv, size_t size,
                        const VMStateField *field)
{
    qemu_get_buffer(f, pv, size);
    return 0;
}

static int put_%(name)s(QEMUFile *f, void *pv, size_t size,
                        const VMStateField *field, JSONWriter *vmdesc)
{
    qemu_put_buffer(f, pv, size);
    return 0;
}

static const VMStateInfo %(name)s = {
    .name = "%(name)s", .get = get_%(name)s, .put = put_%(name)s,
};
"""


def find_tree() -> Path:
    """QEMU's source. A test that needs it is skipped where it, gcc or glib is missing."""
    tree = os.environ.get("QEMU_SOURCE_10_0")
    if not tree or not (Path(tree) / "migration" / "vmstate.c").is_file():
        pytest.skip("QEMU_SOURCE_10_0 does not name QEMU's source")
    if shutil.which("gcc") is None or shutil.which("pkg-config") is None:
        pytest.skip("needs gcc and pkg-config")
    if not find_glib("--cflags"):
        pytest.skip("needs the headers of glib 2")
    return Path(tree)


@cache
def find_glib(what: str) -> tuple[str, ...]:
    done = subprocess.run(
        ["pkg-config", what, "glib-2.0"], capture_output=True, text=True, check=False
    )
    return tuple(done.stdout.split()) if done.returncode == 0 else ()


def compile_c(tree: Path, folder: Path, *words: str) -> list[str]:
    """Run gcc; the lines of its warnings. An error fails the test."""
    include = [f"-I{each}" for each in (folder, SHIM, tree / "include", tree)]
    command = ["gcc", "-std=gnu11", "-g", *include, *find_glib("--cflags"), *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"{' '.join(command)}\n{done.stderr}", pytrace=False)
    return [line for line in done.stderr.splitlines() if " warning: " in line]


def build_vmstate(tree: Path, folder: Path) -> None:
    """The object files that every program needs, from the tree's own sources."""
    names = set[str]()
    for name in ("vmstate.c", "vmstate-types.c"):
        # A copy, so that `#include "migration.h"` finds the shim and not the file beside it.
        text = (tree / "migration" / name).read_text(encoding="utf-8")
        (folder / name).write_text(text, encoding="utf-8")
        names.update(re.findall(r"\btrace_\w+", text))
    traces = "".join(f"#define {name}(...) do {{ }} while (0)\n" for name in sorted(names))
    (folder / "trace.h").write_text(traces, encoding="utf-8")
    util = [str(tree / "util" / name) for name in ("bitmap.c", "bitops.c")]
    compile_c(tree, folder, "-w", "-c", "vmstate.c", "vmstate-types.c", str(SHIM / "shim.c"), *util)


@dataclass(frozen=True)
class Answer:
    """What the program did with one input."""

    is_loaded: bool
    left: int  # bytes that were not read
    saved: bytes | None


@dataclass(frozen=True)
class ExportedDevice:
    """An exported device. `code` defines prepare, fill and finish, and hooks that do something."""

    stem: str
    type: str
    variable: str
    code: str
    before: str = ""

    def build(self, tree: Path, folder: Path, objects: Path) -> Path:
        inside = "".join(each.read_text(encoding="utf-8") for each in folder.glob("*.c.inc"))
        hooks = [
            found[0].removesuffix(";") + "\n{\n    return 0;\n}\n"
            for found in _PROTOTYPE.finditer(inside)
            if f"int {found[1]}(" not in self.code
        ]
        infos = sorted(set(_INFO.findall(inside)))
        text = _PROGRAM % {
            "before": self.before,
            "header": f"{self.stem}.h",
            "source": f"{self.stem}.c.inc",
            "infos": "".join(_RAW % {"name": name} for name in infos),
            "hooks": "\n".join(hooks),
            "code": self.code,
            "type": self.type,
            "variable": self.variable,
        }
        (folder / "main.c").write_text(text, encoding="utf-8")
        made = [str(each) for each in sorted(objects.glob("*.o"))]
        compile_c(tree, folder, *WARNINGS, "main.c", *made, "-o", "main", *find_glib("--libs"))
        return folder / "main"


def run(program: Path, inputs: Iterable[bytes], version: int) -> Sequence[Answer]:
    """Load each input into a new object and save that; of an empty input save what it fills."""
    sent = b"".join(struct.pack("=II", version, len(each)) + each for each in inputs)
    done = subprocess.run([program], input=sent, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    answers, rest = [], done.stdout
    while rest:
        refused, left, failed, size = struct.unpack_from("=4I", rest)
        saved = None if refused or failed else rest[16 : 16 + size]
        answers.append(Answer(not refused, left, saved))
        rest = rest[16 + size :]
    return answers
