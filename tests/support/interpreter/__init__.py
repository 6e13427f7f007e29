"""A second implementation of every codec: from a schema and bytes to a plain dict, and back.

It is slow and recursive. It was written from `grammar/README.md` and from QEMU's vmstate.c and
vmstate-types.c (in migration/) alone. It reads the records of `vmsdl.schema`, and uses no plan, no
template and no runtime. A state is a dict of fields, locals, properties and subsections (None where
absent) by their names in the schema; nested structs are dicts, u8 arrays and buffers bytes, enums
integers, a direct-key map a dict.
"""

from tests.support.interpreter.evaluate import Refusal, State
from tests.support.interpreter.forms import from_json, to_json
from tests.support.interpreter.load import decode, decode_from
from tests.support.interpreter.save import encode
from tests.support.interpreter.states import fresh, machine_settings

__all__ = [
    "Refusal",
    "State",
    "decode",
    "decode_from",
    "encode",
    "fresh",
    "from_json",
    "machine_settings",
    "to_json",
]
