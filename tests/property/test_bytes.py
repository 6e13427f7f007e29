"""Over random schemas: any bytes give the interpreter's value or its refusal, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from tests.property.test_roundtrip import draw_state
from tests.support import interpreter
from tests.support.codec_agreement import Case, cases, damaged, wire_names
from tests.support.hypothesis_profiles import budget


def names_of(case: Case) -> list[bytes]:
    found = {name for each in case.made.schema.descriptions.values() for name in wire_names(each)}
    return sorted(found)


def agree(case: Case, data: bytes, version: int | None, base: interpreter.State | None) -> None:
    """The generated codec, its general path and the interpreter say the same."""
    expected = case.interpreted(data, version, base)
    into = None
    if base is not None:
        own = {k: base[k] for k in settings_of(case)}
        into = case.cls.from_dict(case.json(base), base=case.own(own))
    assert expected == case.generated(data, version, into), data.hex()
    if base is None:
        assert expected == case.generated(data, version, None, case.slow_class()), data.hex()
    if isinstance(expected, dict):
        value = case.cls.decode(data, version_id=version, base=into)
        again = case.written(value, None, "present")
        state = interpreter.decode(case.made.schema, case.name, data, version, base)
        assert isinstance(state, dict)
        assert case.interpreted_bytes(state, None, "present") == again
        # What an encoder wrote is a fixed point.
        if isinstance(again, bytes) and base is None and not settings_of(case):
            second = case.generated(again)
            if isinstance(second, dict):
                assert again == case.written(case.cls.decode(again), None, "present")


def settings_of(case: Case) -> list[str]:
    description = case.description
    return [p.name for p in description.properties] + [x.name for x in description.locals]


@given(cases(), st.data())
@budget(25)
def test_every_prefix(case: Case, data: st.DataObject) -> None:
    _, written = draw_state(data, case)
    stops = range(len(written) + 1)
    if len(stops) > 80:
        stops = range(0, len(written) + 1, len(written) // 80 + 1)
    for stop in stops:
        agree(case, written[:stop], None, None)


@given(cases(), st.data())
@budget(45)
def test_damaged_bytes(case: Case, data: st.DataObject) -> None:
    drawn, written = draw_state(data, case, "present")
    names = names_of(case)
    description = case.description
    for _ in range(8):
        broken = data.draw(damaged(written, names))
        version = data.draw(
            st.none() | st.integers(description.minimum_version_id, description.version_id)
        )
        base = drawn.state if data.draw(st.booleans()) else None
        agree(case, broken, version, base)


@given(cases(), st.data())
@budget(15)
def test_random_bytes(case: Case, data: st.DataObject) -> None:
    for _ in range(8):
        agree(case, data.draw(st.binary(max_size=60)), None, None)
