"""There is no frozen release to compare with.

A comparison with nothing finds nothing, and would look like success. It is never passed over: the
exit status is 1.

Freeze what was released, from a checkout of it or right from its tag: `vmsdl release 9.2
git:v9.2:schemas`. Where releases lie elsewhere than in `releases`, say so with `releases` in
`[tool.vmsdl.diff]` or with `--releases`.
"""

from vmsdl.diff.rules.rule import Rule, spoken_elsewhere

RULE = Rule(
    slug="baseline-missing",
    number="VM908",
    waiver="it is about the folder of releases",
    find=spoken_elsewhere,
)
