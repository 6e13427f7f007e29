"""A pytest plugin that adds a scalar: the one row that CONTRIBUTING asks for, and nothing else.

It is loaded by `-p`, before any test imports the rest of vmsdl, as if the row stood in the table.
"""

from vmsdl.schema.scalars import SCALARS, ScalarKind, ScalarRow

ROW = ScalarRow(
    name="f32",
    kind=ScalarKind.FLOAT,
    code="f",
    size=4,
    qemu_name="CPU_Float_U",
    foreign_names=("float32",),
)
SCALARS[ROW.name] = ROW
