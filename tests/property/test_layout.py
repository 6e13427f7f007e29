"""Over random schemas and states: the byte map of a section is as long as what is written."""

from hypothesis import given
from hypothesis import strategies as st

from tests.property.test_roundtrip import draw_state
from tests.support.codec_agreement import Case, cases
from tests.support.hypothesis_profiles import budget
from vmsdl.diff.byte_map.rows import build_rows
from vmsdl.diff.matching.fields import Side


@given(cases(), st.data())
@budget(40)
def test_a_map_is_as_long_as_what_is_written(case: Case, data: st.DataObject) -> None:
    end = build_rows(Side(case.made.schema, case.description), {}).end
    for _ in range(2):
        _, written = draw_state(data, case)
        assert end.least <= len(written)
        assert end.most is None or len(written) <= end.most
