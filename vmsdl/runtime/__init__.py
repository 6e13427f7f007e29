"""What generated modules need: standard library only.

The files of this folder, joined in the order of `PARTS`, are written as `_vmsd.py` beside
generated modules. Each imports only from earlier ones.
"""

PARTS = (
    "errors",
    "layout",
    "expressions",
    "cursor",
    "scalars",
    "buffers",
    "steps",
    "description",
    "nested",
    "sequences",
    "build_codec",
    "copy_object",
    "machines",
    "objects",
)
