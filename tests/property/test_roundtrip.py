"""Over random schemas and states: what is written is read back, in every form it can take."""

import copy
import json
import pickle
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.support import interpreter
from tests.support.codec_agreement import Case, cases
from tests.support.hypothesis_profiles import budget
from tests.support.random_states import Drawn, Mode, states


def draw_state(
    data: st.DataObject, case: Case, mode: Mode = "needed", version: int | None = None
) -> tuple[Drawn, bytes]:
    """A state and its bytes, by the interpreter."""
    drawn = data.draw(states(case.made.schema, case.name, mode, version))
    written = case.interpreted_bytes(drawn.state, version, mode)
    assume(isinstance(written, bytes))
    assert isinstance(written, bytes)
    return drawn, written


@given(cases(), st.data(), st.sampled_from(["needed", "present"]))
@budget(40)
def test_what_is_written_is_read_back(case: Case, data: st.DataObject, mode: Mode) -> None:
    for _ in range(2):
        drawn, written = draw_state(data, case, mode)
        value = case.object(drawn)
        assert case.json(drawn.state) == value.to_dict()
        assert written == case.written(value, None, mode)
        # Locals come from the object loaded into; without any, everything is in the bytes.
        base = value if drawn.needs_base else None
        read = case.cls.decode(written, base=base)
        assert value.to_dict() == read.to_dict()
        assert written == case.written(read, None, "present")
        assert case.interpreted(written, None, drawn.state if drawn.needs_base else None) == (
            read.to_dict()
        )
        check_value(case, value, read)


def check_value(case: Case, value: Any, read: Any) -> None:
    """Equality, the plain form, copies and pickles of a decoded object."""
    plain = read.to_dict()
    is_a_number = '"7ff' not in json.dumps(plain) and '"fff' not in json.dumps(plain)
    assert json.loads(json.dumps(plain)) == plain
    again = case.cls.from_dict(plain, base=read)
    assert plain == again.to_dict()
    copies = [copy.copy(read), copy.deepcopy(read), pickle.loads(pickle.dumps(read)), again]
    for other in copies:
        assert isinstance(other, case.cls)
        assert plain == other.to_dict()
        if is_a_number:  # not a number is not equal to itself
            assert read == other
            assert (read != other) is False  # a method of its own in Python
            assert value == other
    assert repr(read) == repr(copies[1]) == repr(again)
    assert isinstance(read, case.cls)
    assert read != object()


@given(cases(), st.data())
@budget(40)
def test_every_version_is_written_and_read(case: Case, data: st.DataObject) -> None:
    description = case.description
    for version in range(description.minimum_version_id, description.version_id + 1):
        drawn, written = draw_state(data, case, "needed", version)
        value = case.object(drawn)
        assert written == case.written(value, version, "needed")
        state = drawn.state if drawn.needs_base else None
        base = value if drawn.needs_base else None
        expected = case.interpreted(written, version, state)
        assert expected == case.generated(written, version, base)
        assert isinstance(expected, dict)
    for version in (description.minimum_version_id - 1, description.version_id + 1):
        reason = "version-too-old" if version < description.version_id else "version-too-new"
        assert (reason, case.name, 0) == case.generated(b"", version)
        assert (reason, case.name) == case.written(case.own({}), version, "needed")


@given(cases(), st.data())
@budget(40)
def test_any_buffer_and_any_path_give_the_same(case: Case, data: st.DataObject) -> None:
    drawn, written = draw_state(data, case)
    base = case.object(drawn) if drawn.needs_base else None
    expected = case.generated(written, None, base)
    for form in (bytearray(written), memoryview(written), memoryview(bytearray(written))):
        assert expected == case.generated(form, None, base)
    slow = case.slow_class()
    if base is None:
        assert expected == case.generated(written, None, None, slow)
        value = slow.decode(written)
        assert type(value) is slow or type(value).__mro__[1] is slow
        assert written == case.written(value, None, "present")
    # A strided view is a buffer, though not of bytes in a row.
    spread = bytes(b for byte in written for b in (byte, 0xAA))
    assert expected == case.generated(memoryview(spread)[::2], None, base)


@given(cases(), st.data())
@budget(15)
def test_decode_from_says_where_it_ends(case: Case, data: st.DataObject) -> None:
    drawn, written = draw_state(data, case)
    base = case.object(drawn) if drawn.needs_base else None
    state = drawn.state if drawn.needs_base else None
    before, after = b"\x05\x01\x02", data.draw(st.sampled_from([b"", b"\xff\x05", b"\x05"]))
    whole = before + written + after
    outcome = interpreter.decode_from(case.made.schema, case.name, whole, 3, None, state)
    assert not isinstance(outcome, interpreter.Refusal)
    value, end = case.cls.decode_from(whole, 3, base=base)
    assert outcome[1] == end
    assert case.json(outcome[0]) == value.to_dict()


@given(cases(), st.data())
@budget(15)
def test_the_object_loaded_into_is_not_changed(case: Case, data: st.DataObject) -> None:
    drawn, _ = draw_state(data, case, "present")
    other, _ = draw_state(data, case)
    into = case.object(drawn)
    before = into.to_dict()
    # Loaded at the oldest version, so that something is absent.
    version = case.description.minimum_version_id
    written = case.interpreted_bytes(other.state, version, "needed")
    assume(isinstance(written, bytes))
    assert isinstance(written, bytes)
    expected = case.interpreted(written, version, drawn.state)
    assert expected == case.generated(written, version, into)
    assert before == into.to_dict()


@given(cases(), st.data())
@budget(20)
def test_a_state_that_breaks_its_rules_is_refused_alike(case: Case, data: st.DataObject) -> None:
    """Random values in random fields: written alike, or refused for the same reason."""
    drawn, _ = draw_state(data, case)
    fields = case.description.fields
    assume(fields)
    field = data.draw(st.sampled_from(fields))
    old = drawn.state[field.name]
    new: Any
    if isinstance(old, bool) or not isinstance(old, int | bytes | list):
        return
    if isinstance(old, int):
        if type(case.object(drawn).to_dict().get(field.name)) is not int:
            return
        new = data.draw(st.sampled_from([0, 1, -1, 7, 255, 256, 2**31, 2**32, -(2**63), 2**64]))
    elif isinstance(old, bytes):
        new = old[:-1] if old and data.draw(st.booleans()) else old + b"\x05"
    else:
        new = old[:-1]
    state = {**drawn.state, field.name: new}
    value = case.object(drawn)
    attribute = next(
        step.attribute
        for step in case.cls._layout().steps
        if getattr(step, "name", None) == field.name
    )
    held = getattr(value, attribute)
    setattr(value, attribute, held[:-1] if isinstance(old, list) else new)
    assert case.interpreted_bytes(state, None, "needed") == case.written(value, None, "needed")
