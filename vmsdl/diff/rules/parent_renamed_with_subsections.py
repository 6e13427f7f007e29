"""An embedded struct has another name on the wire, and its subsections are called after it.

The name of a struct is not on the wire, but those of its subsections begin with it: where one is
sent, the other side does not know it and refuses the stream.

    before    struct esp version 1 { … subsection pdma version 1 needed … { … } }
    after     struct esp_scsi version 1 { … subsection pdma version 1 needed … { … } }

Keep the name on the wire: `struct esp_scsi as "esp" version 1`.
"""

from collections.abc import Iterator
from dataclasses import replace

from vmsdl.diff.edits.edit import Edit, edited_body
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.subsections import called_as_before
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if not pair.is_embedded or one.wire_name == other.wire_name or not pair.renamed:
        return
    edit = edited_body(
        pair,
        f'"{one.wire_name}" is called "{other.wire_name}" now, and so are its subsections',
        help=f'keep the name on the wire: `as "{one.wire_name}"`',
        remedies=called_as_before(one, other),
    )
    yield replace(
        edit,
        is_body=False,
        old_keys=tuple((*pair.old_path, old.name) for old, _ in pair.renamed),
        new_keys=tuple((*pair.new_path, new.name) for _, new in pair.renamed),
    )


RULE = Rule(
    slug="parent-renamed-with-subsections",
    number="VM521",
    mirror="parent-renamed-with-subsections",
    find=find,
)
