"""Edits and fixes whose pairs are not in the corpus: gates above a version, equal unused bytes."""

from vmsdl.diff.compare import compare
from vmsdl.diff.matching.order import find_longest_increasing
from vmsdl.diff.report import Report
from vmsdl.diff.verdict import Verdict
from vmsdl.diff.verify_fixes import verify_fixes
from vmsdl.driver import load_source, reload
from vmsdl.schema.description import Schema
from vmsdl.source import SourceFile


def compared(old: str, new: str) -> Report:
    report = compare([schema(old)], [schema(new)], old_name="old", new_name="new")
    return verify_fixes(report, reload)


def schema(text: str) -> Schema:
    outcome = load_source(SourceFile("d.vmsd", text), lambda path: SourceFile(path, ""))
    assert outcome.value is not None, outcome.diagnostics
    return outcome.value


def test_a_lower_gate_explains_the_version_that_reaches_it() -> None:
    report = compared(
        "device d version 2 {\n    a: u8;\n    b: u8 since 4;\n}\n",
        "device d version 4 minimum 2 {\n    a: u8;\n    b: u8 since 3;\n}\n",
    )
    assert [finding.rule for finding in report.findings] == ["gate-dropped-covered"]
    assert report.findings[0].new_to_old.verdict is Verdict.REFUSED


def test_unused_bytes_are_kept_where_they_were_also_if_others_are_equal() -> None:
    first = "device d version 1 {\n    a: u8;\n    unused[2];\n    c: u16;\n"
    report = compared(first + "    unused[2];\n}\n", first + "}\n")
    (finding,) = report.findings
    (fix,) = finding.fixes
    assert (fix.old_to_new, fix.new_to_old) == (Verdict.OK, Verdict.OK)
    (replacement,) = fix.replacements
    assert replacement.span.source.text[: replacement.span.start].endswith("c: u16;")


def test_the_longest_increasing_subsequence() -> None:
    assert find_longest_increasing([]) == frozenset()
    assert find_longest_increasing([2, 0, 1]) == {0, 1}
    assert find_longest_increasing([0, 3, 1, 2, 4]) == {0, 1, 2, 4}
    assert find_longest_increasing([3, 2, 1]) == {1}
