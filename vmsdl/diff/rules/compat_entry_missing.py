"""A property is new and guards something on the wire, and machine types of old do not set it.

On such a machine type the new version sends what the old one never had: the way back is refused
although it could work.

    before    machine "pc-1" {}
    after     property x_fifo: bool = true;  fifo: u8[16] if x_fifo;  machine "pc-1" {}

Give every machine type that the old version knows the value that leaves it out.
"""

from collections.abc import Iterator
from dataclasses import replace

from vmsdl.diff.edits.edit import Edit, edited_member
from vmsdl.diff.edits.pair import Pair, Path
from vmsdl.diff.fixes.text_edits import with_setting
from vmsdl.diff.layout.settings import default_of, settings_of
from vmsdl.diff.rules.rule import Rule
from vmsdl.expr.nodes import Expr, Extern
from vmsdl.prove.conditions import reads


def find(pair: Pair) -> Iterator[Edit]:
    body, schema = pair.new.description, pair.new.schema
    known = {member.name for member in pair.old.description.properties}
    machines = [name for name in schema.machines if name in pair.old.schema.machines]
    for new in body.properties:
        path = (body.name, new.name)
        left = [name for name in machines if path not in settings_of(schema, name)]
        guarded = tuple(_guarded(pair, new.name))
        if new.name in known or not left or not guarded or not default_of(new, schema):
            continue
        listed = ", ".join(f'"{name}"' for name in left)
        edit = edited_member(
            pair,
            None,
            new,
            f"`{new.name}` guards what is sent, and machine {listed} does not set it",
            help="give machine types that the old version knows the value that leaves it out",
            remedies=with_setting(schema, left, path, "false"),
        )
        yield replace(edit, old_keys=(), new_keys=guarded, is_body=False)


def _guarded(pair: Pair, name: str) -> Iterator[Path]:
    """The new fields and subsections that are there only where it says so."""
    for field in pair.added:
        if _reads(field.condition, name):
            yield (*pair.new_path, field.name)
    for old, new in pair.subsections:
        if old is None and new is not None and _reads(new.needed, name):
            yield (*pair.new_path, new.name)


def _reads(condition: Expr | Extern | None, name: str) -> bool:
    return condition is not None and not isinstance(condition, Extern) and name in reads(condition)


RULE = Rule(
    slug="compat-entry-missing",
    number="VM801",
    waiver="a property that is gone needs no setting",
    find=find,
)
