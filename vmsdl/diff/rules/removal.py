"""How a field was removed: what the versions of its body say about it."""

from enum import Enum

from vmsdl.diff.edits.pair import Pair
from vmsdl.schema.description import Field


class Removal(Enum):
    PLAIN = "the versions do not show it"
    CLEAN_BREAK = "the minimum is above every version that had the field"
    VERSIONED = "the version changed as well; versions with the field are accepted, or none was"
    UNREACHED = "no version ever had the field"


def classify_removal(pair: Pair, old: Field) -> Removal:
    before, after = pair.bodies
    if old.since > before.version_id:
        return Removal.UNREACHED
    if not pair.is_versioned or before.version_id == after.version_id:
        return Removal.PLAIN
    if after.minimum_version_id > before.version_id:
        return Removal.CLEAN_BREAK
    is_taken_back = after.version_id < old.since
    is_raised = after.version_id > before.version_id
    return Removal.VERSIONED if is_raised or is_taken_back else Removal.PLAIN
