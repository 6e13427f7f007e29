"""`--bless`: write what came out as what is expected, and fail: a person reads the difference."""

import pytest

from tests.support.hypothesis_profiles import load_profile

load_profile()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--bless", action="store_true", help="write expected files; the run still fails"
    )


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--bless"))
