"""How much the property tests try: little in every run, much more in the profile `deep`.

`VMSDL_PROFILE=deep pytest tests/property` draws thirty times as many, others each time, and looks
for the smallest schema that fails, which takes minutes.
"""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings

DEEP = os.environ.get("VMSDL_PROFILE") == "deep"


def load_profile() -> None:
    """Every property tries the same examples in each run, unless it is a deep one: a change is
    not refused for a fault that it did not make."""
    settings.register_profile("vmsdl", derandomize=not DEEP, database=None, deadline=None)
    settings.load_profile("vmsdl")


def budget(examples: int) -> Callable[[Any], Any]:
    """The settings of one property; a failure prints the line that reproduces it."""
    return settings(
        max_examples=examples * (30 if DEEP else 1),
        deadline=None,
        derandomize=not DEEP,
        database=None,
        print_blob=True,
        phases=list(Phase) if DEEP else [Phase.explicit, Phase.generate],
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.filter_too_much,
            HealthCheck.large_base_example,
        ],
    )
