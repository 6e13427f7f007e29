"""The generated codecs do not do what the report says of a witness.

`diff --witness` tries every finding's state: the sender's codec saves it, the receiver's loads it.
Where the receiver then does something else than the report says, one of the two is wrong. It is a
fault of vmsdl, never of the schemas: do not rely on the finding that it stands beside, and please
report it with both schemas. The exit status is 70.
"""

from vmsdl.diff.rules.rule import Rule, spoken_elsewhere

RULE = Rule(
    slug="witness-not-reproduced",
    waiver="it is a fault of vmsdl in either direction",
    find=spoken_elsewhere,
)
