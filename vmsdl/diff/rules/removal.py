"""How a field that is gone was taken away."""

from enum import Enum

from vmsdl.diff.edits.pair import Pair
from vmsdl.schema.description import Field


class Removal(Enum):
    PLAIN = "no version says so"
    CLEAN_BREAK = "the minimum is past every version that had it"
    VERSIONED = "the version changed with it, and what had it is still accepted, or never was"
    UNREACHED = "no version ever had it"


def classify_removal(pair: Pair, old: Field) -> Removal:
    before, after = pair.old.description, pair.new.description
    if old.since > before.version_id:
        return Removal.UNREACHED
    if not pair.is_versioned or before.version_id == after.version_id:
        return Removal.PLAIN
    if after.minimum_version_id > before.version_id:
        return Removal.CLEAN_BREAK
    is_taken_back = after.version_id < old.since
    is_raised = after.version_id > before.version_id
    return Removal.VERSIONED if is_raised or is_taken_back else Removal.PLAIN
