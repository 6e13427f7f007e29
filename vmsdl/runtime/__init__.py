"""What generated modules need: standard library only.

The files of this folder, joined in the order of `PARTS`, are written as `_vmsd.py` beside generated modules.
"""

PARTS = ("errors", "layout", "values", "reader", "load", "save", "record")
