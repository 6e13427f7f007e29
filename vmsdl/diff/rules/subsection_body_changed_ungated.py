"""What a subsection holds has another length, and its version is the same.

A receiver believes the version and reads as many bytes as it knows: wherever the subsection is
sent, the stream is refused at what follows.

    before    subsection error version 1 needed status != 0 { status: i32; }
    after     subsection error version 1 needed status != 0 { status: i32; unit: u8; }

Raise its version, keep the minimum, and gate what is new with `since`: then older streams load, and
older programs refuse it at its header. A subsection of its own for what is new is better still.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_body
from vmsdl.diff.edits.pair import How, Pair
from vmsdl.diff.fixes.subsections import since_new_version
from vmsdl.diff.rules.rule import Rule
from vmsdl.schema.description import Field, Role
from vmsdl.schema.sizes import width_of


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if other.role is not Role.SUBSECTION or one.version_id != other.version_id:
        return
    added = [field for field in pair.added if field.since <= other.version_id]
    gone = [field for field in pair.removed if field.since <= one.version_id]
    resized = [new for old, new in pair.kept if _is_resized(pair, old, new)]
    if not added and not gone and not resized and not _gaps(pair):
        return
    is_mended = not gone and not resized and not any(field.since for field in added)
    yield edited_body(
        pair,
        f"subsection `{other.name}` has another length, and is still version {other.version_id}",
        moves=True,
        help="raise its version, keep the minimum, and gate what is new with `since`",
        remedies=since_new_version(other, added) if added and is_mended else (),
    )


def _is_resized(pair: Pair, old: Field, new: Field) -> bool:
    return width_of(old.type, pair.old.schema) != width_of(new.type, pair.new.schema)


def _gaps(pair: Pair) -> bool:
    return any(
        not isinstance(piece, Field)
        for change in pair.changed(How.ADDED, How.REMOVED)
        for piece in (*change.old, *change.new)
    )


RULE = Rule(
    slug="subsection-body-changed-ungated",
    number="VM516",
    mirror="subsection-body-changed-ungated",
    find=find,
)
