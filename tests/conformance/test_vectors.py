"""The vectors of wire/ through two codecs: the generated module and the slow interpreter."""

from functools import cache
from typing import Any

import pytest

from tests.support import interpreter
from tests.support.pipeline import Compiled, compiled, read_schema
from tests.support.vectors import Vector, vectors
from vmsdl.schema.description import Schema

VECTORS = vectors()


@cache
def schema_of(text: str, checked: bool) -> Schema:
    return read_schema({"case.vmsd": text}, checked=checked)


@cache
def modules_of(text: str, checked: bool) -> Compiled:
    return compiled(text, checked=checked)


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_interpreter(vector: Vector) -> None:
    schema = schema_of(vector.schema, vector.is_checked)
    description = schema.descriptions[vector.type]
    settings = vector.settings

    def state(values: dict[str, Any]) -> interpreter.State:
        return interpreter.from_json(schema, description, values, settings)

    if vector.loads:
        assert vector.data is not None
        base = None
        if vector.base is not None or settings:
            base = state(vector.base or {})
        loaded = interpreter.decode(schema, vector.type, vector.data, vector.version, base)
        if vector.refused is not None:
            expected = vector.refused
            assert isinstance(loaded, interpreter.Refusal), loaded
            assert (expected.reason, expected.path, expected.offset) == (
                loaded.reason,
                loaded.path,
                loaded.offset,
            )
        else:
            assert not isinstance(loaded, interpreter.Refusal), loaded
            assert vector.value is not None
            assert as_json(schema, vector, state(vector.value)) == as_json(schema, vector, loaded)
    if vector.saves:
        assert vector.value is not None
        mode: Any = vector.mode
        saved = interpreter.encode(schema, vector.type, state(vector.value), vector.version, mode)
        if vector.refused is not None:
            assert isinstance(saved, interpreter.Refusal), saved
            assert (vector.refused.reason, vector.refused.path) == (saved.reason, saved.path)
        else:
            assert vector.data is not None
            assert vector.data == saved


def as_json(schema: Schema, vector: Vector, state: interpreter.State) -> dict[str, Any]:
    return interpreter.to_json(schema, schema.descriptions[vector.type], state)


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_generated(vector: Vector) -> None:
    made = modules_of(vector.schema, vector.is_checked)
    cls = made.cls(vector.type)
    own = cls(**{attribute(cls, name): v for name, v in vector.settings.items()})

    def from_values(values: dict[str, Any]) -> Any:
        return cls.from_dict(values, base=own)

    if vector.loads:
        base = None
        if vector.base is not None or vector.settings:
            base = from_values(vector.base or {})
        if vector.refused is not None:
            with pytest.raises(made.support.DecodeError) as caught:
                cls.decode(vector.data, version_id=vector.version, base=base)
            expected = vector.refused
            assert (expected.reason, expected.path, expected.offset) == (
                caught.value.reason,
                caught.value.path,
                caught.value.offset,
            )
            assert str(caught.value)
        else:
            assert vector.value is not None
            loaded = cls.decode(vector.data, version_id=vector.version, base=base)
            wanted = from_values(vector.value)
            assert wanted.to_dict() == loaded.to_dict()
            if "not a number" not in vector.title:
                assert wanted == loaded
    if vector.saves:
        assert vector.value is not None
        if vector.refused is not None:
            with pytest.raises(made.support.EncodeError) as unsaved:
                from_values(vector.value).encode(version_id=vector.version, subsections=vector.mode)
            assert (vector.refused.reason, vector.refused.path) == (
                unsaved.value.reason,
                unsaved.value.path,
            )
        else:
            saved = from_values(vector.value).encode(
                version_id=vector.version, subsections=vector.mode
            )
            assert vector.data == saved


def attribute(cls: Any, name: str) -> str:
    """The Python attribute of a local or property."""
    found: str = next(item.attribute for item in cls._layout().locals if item.name == name)
    return found
