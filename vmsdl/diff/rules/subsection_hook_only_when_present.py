"""A hook went into a subsection, or out of one.

A body's hook runs on every load; a subsection's runs only if the sender sent the subsection. What
the hook works out is not worked out on streams without it.

    before    device d version 1 { hook post_load;
                  subsection tray version 1 needed tray_open { tray_open: bool; } }
    after     device d version 1 {
                  subsection tray version 1 needed tray_open { hook post_load; tray_open: bool; } }

Leave in the body what has to happen on every load.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_body
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule
from vmsdl.schema.description import Description


def find(pair: Pair) -> Iterator[Edit]:
    for move in pair.moved_hooks:
        yield edited_body(
            pair,
            f"the hook `{move.hook.value}` went from {_said(pair, move.source)} to "
            f"{_said(pair, move.target)}: in a subsection it runs only where that is sent",
            help="leave in the body what has to happen on every load",
        )


def _said(pair: Pair, body: Description) -> str:
    is_own = body is pair.old.description or body is pair.new.description
    return f"`{body.name}`" if is_own else f"subsection `{body.name}`"


RULE = Rule(
    slug="subsection-hook-only-when-present",
    number="VM526",
    mirror="subsection-hook-only-when-present",
    find=find,
)
