"""A state that could be saved before cannot be saved any more.

What is demanded by `where` and `validate` is checked on save too. In QEMU a failed check ends the
source: the guest that was to be migrated is lost. The other verdicts are about states that can be
saved.

    before    head: u8;
    after     head: u8 where head < 16;

Demand only what holds whenever the device can be saved.
"""

from vmsdl.diff.rules.rule import Rule, spoken_elsewhere

RULE = Rule(
    slug="save-refused",
    waiver="where a check is dropped, more can be saved than before",
    find=spoken_elsewhere,
)
