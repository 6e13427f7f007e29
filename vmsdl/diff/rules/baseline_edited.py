"""A frozen release is not what was frozen.

A file's text, or the layout of a device in it, has another hash than the one that was recorded with
it; or a file is missing. What was released cannot change, so whatever is compared with an edited
release is not true of the programs that are out there. The exit status is 1, whatever else is
found.

Take the files back from version control. A release that was frozen by mistake is frozen anew with
`vmsdl release NAME --force`. Comments of the author and line ends are not part of what is frozen.
"""

from vmsdl.diff.rules.rule import Rule, spoken_elsewhere

RULE = Rule(
    slug="baseline-edited",
    number="VM909",
    waiver="it is about the folder of releases",
    find=spoken_elsewhere,
)
