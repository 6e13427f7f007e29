"""The results of a generated codec and of the interpreter for the same input, in one form."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.support import interpreter
from tests.support.pipeline import Compiled, compiled_files, forget
from tests.support.random_schemas import schemas
from tests.support.random_states import Drawn, Mode, codecs
from vmsdl.schema.description import Description

LIMIT = ("limit", "", None)  # both have a limit; where it lies is each one's own affair
Outcome = dict[str, Any] | tuple[str, str, int | None]  # a value, or reason, path and offset
_compiled: OrderedDict[str, Compiled] = OrderedDict()


class Case:
    """One description of a compiled schema; printed as the schema that it comes from."""

    def __init__(self, files: dict[str, str], made: Compiled, name: str) -> None:
        self.files = files
        self.made = made
        self.name = name

    @property
    def description(self) -> Description:
        return self.made.schema.descriptions[self.name]

    @property
    def cls(self) -> Any:
        return self.made.cls(self.name)

    def __repr__(self) -> str:
        texts = "\n".join(f"// ---- {name}\n{text}" for name, text in self.files.items())
        return f"<{self.name} of\n{texts}>"

    # Objects and states --------------------------------------------------------------------

    def own(self, values: dict[str, Any]) -> Any:
        """A new object with these locals and properties."""
        attributes = {item.name: item.attribute for item in self.cls._layout().locals}
        return self.cls(**{attributes[name]: value for name, value in values.items()})

    def object(self, drawn: Drawn) -> Any:
        return self.cls.from_dict(self.json(drawn.state), base=self.own(drawn.settings))

    def json(self, state: interpreter.State) -> dict[str, Any]:
        return interpreter.to_json(self.made.schema, self.description, state)

    # Outcomes ------------------------------------------------------------------------------

    def generated(
        self,
        data: Any,
        version: int | None = None,
        base: Any = None,
        cls: Any = None,
    ) -> Outcome:
        try:
            value = (cls or self.cls).decode(data, version_id=version, base=base)
        except self.made.support.DecodeError as error:
            if error.reason == "limit":
                return LIMIT
            return error.reason, error.path, error.offset
        result: dict[str, Any] = value.to_dict()
        return result

    def interpreted(
        self, data: bytes, version: int | None = None, base: interpreter.State | None = None
    ) -> Outcome:
        value = interpreter.decode(self.made.schema, self.name, data, version, base)
        if isinstance(value, interpreter.Refusal):
            return LIMIT if value.reason == "limit" else (value.reason, value.path, value.offset)
        return self.json(value)

    def written(self, value: Any, version: int | None, mode: Mode) -> bytes | tuple[str, str]:
        try:
            data: bytes = value.encode(version_id=version, subsections=mode)
        except self.made.support.EncodeError as error:
            return error.reason, error.path
        return data

    def interpreted_bytes(
        self, state: interpreter.State, version: int | None, mode: Mode
    ) -> bytes | tuple[str, str]:
        data = interpreter.encode(self.made.schema, self.name, state, version, mode)
        return (data.reason, data.path) if isinstance(data, interpreter.Refusal) else data

    def slow_class(self) -> Any:
        """The same class by the general path: a hook that does nothing is one that must run."""

        def post_load(self: Any, version_id: int) -> None:
            pass

        return type("Slow", (self.cls,), {"post_load": post_load, "__slots__": ()})


def compile_cached(files: dict[str, str]) -> Compiled:
    key = repr(files)
    if key in _compiled:
        _compiled.move_to_end(key)
        return _compiled[key]
    made = compiled_files(files)
    _compiled[key] = made
    if len(_compiled) > 40:
        _, old = _compiled.popitem(last=False)
        forget(old.modules)
    return made


@st.composite
def cases(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Case:
    """A description of a random schema, with its generated class."""
    files = draw(schemas())
    made = compile_cached(files)
    return Case(files, made, draw(st.sampled_from(codecs(made.schema))))


@st.composite
def damaged(
    draw: Callable[[st.SearchStrategy[Any]], Any], data: bytes, names: list[bytes]
) -> bytes:
    """Bytes that are not quite those; `names` are worth a subsection's head."""
    out = bytearray(data)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(out)))
        what = draw(st.integers(0, 6))
        if what == 0:
            name = draw(st.sampled_from(names))
            name = draw(st.sampled_from([name, name + b"/", name + b"/q", name[:-1]]))
            version = draw(st.sampled_from([0, 1, 2, 0x101, 0xFFFFFFFF]))
            out[at:at] = b"\x05" + bytes([len(name) & 255]) + name + version.to_bytes(4, "big")
        elif what == 1 and at < len(out):
            out[at] = draw(st.sampled_from([0, 1, 2, 5, 0x30, 0x31, 0x7F, 0x80, 0xFF]))
        elif what == 2:
            del out[at : at + draw(st.integers(1, 8))]
        elif what == 3:
            out[at:at] = draw(st.binary(max_size=8))
        elif what == 4:
            start = draw(st.integers(0, len(out)))
            out[at:at] = out[start : start + draw(st.integers(1, 40))]
        elif what == 5:
            out[at : at + 4] = b"\xff" * 4
        elif at < len(out):
            out[at] ^= 1 << draw(st.integers(0, 7))
    return bytes(out)


def wire_names(description: Description) -> list[bytes]:
    """The names of a description and of all subsections below it."""
    names = [description.wire_name.encode()]
    for subsection in description.subsections:
        names += wire_names(subsection)
    return names
