"""What generated modules need: standard library only.

The files of this folder, joined in the order of `PARTS`, are written as `_vmsd.py` beside
generated modules. Each imports only from earlier ones.
"""

PARTS = (
    "errors",
    "layout",
    "access",
    "cursor",
    "scalars",
    "buffers",
    "steps",
    "description",
    "nested",
    "sequences",
    "compiled",
    "copies",
    "machines",
    "record",
)
