"""A report in its forms: each says what was found, and nothing from a schema is more than text."""

import json
import os
import re
from pathlib import Path
from typing import Any

import jsonschema

from tests.support.reports import ROOT, USUAL, corpus, esp, hostile, of_texts, report
from vmsdl.diff.direction import Direction
from vmsdl.diff.formats import render
from vmsdl.diff.formats.grouped import group_findings
from vmsdl.diff.formats.json import read_report_schema
from vmsdl.diff.formats.markdown import LONGEST, code, text
from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import Report
from vmsdl.diff.verdict import Level, Verdict

PART = ROOT / "tests" / "data" / "sarif-2.1.0-part.json"

# One edit, one group ------------------------------------------------------------------------------


def test_findings_of_one_edit_are_told_together() -> None:
    found = group_findings(esp("esp_7_2", "esp_10_0"), USUAL)
    keys = [(each.finding.rule, each.finding.path) for each in found]
    assert sorted(set(keys)) == sorted(keys)


def test_an_error_is_what_the_requirement_falls_by() -> None:
    before, after = (ROOT / "examples" / "ide-evolution" / f"{n}.vmsd" for n in ("before", "after"))
    (usual,) = group_findings(report(before, after), USUAL)
    (strict,) = group_findings(report(before, after), Requirement(new_to_old=Level.OK))
    assert ("warning", "error") == (usual.severity, strict.severity)


def test_nothing_falls_by_what_is_allowed() -> None:
    found = esp("esp_10_0", "esp_7_2")
    anything = Requirement(old_to_new=Level.ANY, new_to_old=Level.ANY)
    verdicts = {
        result.verdict
        for group in group_findings(found, anything)
        for direction, result in group.results
        if direction is Direction.OLD_TO_NEW
    }
    assert Verdict.CORRUPT in verdicts
    for group in group_findings(found, anything):
        is_corrupt = Verdict.CORRUPT in {result.verdict for _, result in group.results}
        assert is_corrupt == (group.severity == "error")


# Text and Markdown --------------------------------------------------------------------------------


def test_text_tells_an_outcome_of_two_edits_once() -> None:
    said = render("text", esp("esp_7_2", "esp_10_0"), USUAL)
    assert 1 == said.count("`esp.ti_cmd` reads `esp.lun`")
    assert "(same outcome as `pciespscsi.esp.lun` above)" in said


def test_text_is_coloured_only_where_it_is_asked_for() -> None:
    found = esp("esp_7_2", "esp_10_0")
    plain = render("text", found, USUAL)
    colored = render("text", found, USUAL, color=True)
    assert "\x1b" not in plain
    assert plain == re.sub(r"\x1b\[[0-9;]*m", "", colored)


def test_text_of_a_stranger_moves_no_cursor() -> None:
    said = render("text", hostile(), USUAL)
    assert not {"\x1b", "\u202e"} & set(said)


def test_markdown_fits_into_a_comment_and_says_what_does_not() -> None:
    said = render("markdown", hostile(1000), USUAL)
    assert len(said) <= LONGEST
    shown = said.count("<details")
    assert f"{1000 - shown} more do not fit into a comment" in said
    assert said.count("<details") == said.count("</details>")


def test_markdown_of_a_stranger_is_text() -> None:
    said = render("markdown", hostile(), USUAL)
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)|<code>.*?</code>", "", said)
    for live in ("@", r"(?<!\\)<img", r"(?<!\\)\]\(", "http:", "#1", "\u202e"):
        assert not re.search(live, outside)
    rows = [line for line in said.splitlines() if line.startswith("|")]
    assert {4} == {len(re.findall(r"(?<!\\)\|", row)) - 1 for row in rows}


def test_markdown_keeps_what_stands_between_backticks() -> None:
    assert "`a|b`" == code("a|b")
    assert "``a`b``" == code("a`b")
    assert "`` `a ``" == code("`a")
    assert "`x` was removed, \\*not\\* `#1`" == text("`x` was removed, *not* #1")


# JSON, SARIF, GitHub ------------------------------------------------------------------------------


def test_every_report_keeps_to_the_published_schemas() -> None:
    reports, logs = _reports(), _logs()
    for found in corpus():
        reports.validate(json.loads(render("json", found, USUAL)))
        logs.validate(json.loads(render("sarif", found, USUAL)))


def test_a_hostile_report_keeps_to_the_published_schemas() -> None:
    _reports().validate(json.loads(render("json", hostile(), USUAL)))
    _logs().validate(json.loads(render("sarif", hostile(), USUAL)))


def test_the_published_schema_names_every_member() -> None:
    """A member that it does not know would go by unseen."""

    def closed(part: Any) -> Any:
        if isinstance(part, list):
            return [closed(each) for each in part]
        if not isinstance(part, dict):
            return part
        found = {key: closed(value) for key, value in part.items()}
        return {**found, "additionalProperties": False} if "required" in part else found

    strict = jsonschema.Draft202012Validator(closed(json.loads(read_report_schema())))
    strict.validate(json.loads(render("json", hostile(), USUAL)))
    strict.validate(json.loads(render("json", esp("esp_7_2", "esp_10_0"), USUAL)))


def test_sarif_points_into_the_new_schema_and_relates_the_old() -> None:
    results = _results(esp("esp_7_2", "esp_10_0"))
    added = results["field-added-ungated"]
    assert "esp_10_0.vmsd" == _uri(added["locations"])
    assert "error" == added["level"]
    removed = results["nested-loses-subsection"]
    # The nearest that survives of a subsection is its owner.
    assert ("esp_10_0.vmsd", 7) == (_uri(removed["locations"]), _line(removed["locations"]))
    assert ("esp_7_2.vmsd", 39) == (
        _uri(removed["relatedLocations"]),
        _line(removed["relatedLocations"]),
    )
    assert "note" == removed["level"]


def test_a_place_is_the_line_of_the_thing_and_not_of_what_is_said_of_it() -> None:
    old = 'device d { @reason("because")\n    a: u8;\n}\n'
    found = of_texts(old, old.replace("u8", "u16"))
    (result,) = _results(found).values()
    assert (2, 2) == (_line(result["locations"]), _line(result["relatedLocations"]))


def test_sarif_knows_a_finding_by_more_than_its_line() -> None:
    old = "device d version 1 { a: u8; b: u8; }"
    new = "device d version 1 { b: u8; }"
    before, after = (of_texts(old, text) for text in (new, f"// more\n{new}"))
    prints = [_results(each)["field-removed"]["partialFingerprints"] for each in (before, after)]
    assert prints[0] == prints[1]
    assert prints[0]["old-to-new/v1"] == before.findings[0].fingerprint(Direction.OLD_TO_NEW)


def test_sarif_tells_what_a_rule_means() -> None:
    log = json.loads(render("sarif", esp("esp_7_2", "esp_10_0"), USUAL))
    rules = {rule["id"]: rule for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    assert (
        "A field was removed together with its bytes"
        == rules["field-removed"]["shortDescription"]["text"]
    )


def test_sarif_offers_remedies_as_fixes() -> None:
    (fix,) = _results(hostile())["field-removed"]["fixes"]
    assert "move `x`" == fix["description"]["text"]
    (change,) = fix["artifactChanges"]
    assert "y" == change["replacements"][0]["insertedContent"]["text"]


def test_github_shows_the_worst_ten_on_lines_of_their_own() -> None:
    lines = render("github", hostile(12), USUAL).splitlines()
    assert 11 == len(lines)
    assert all(line.startswith("::error ") for line in lines[:10])
    assert "::notice title=vmsdl::2 errors more, see the log" == lines[-1]


def test_github_is_silent_where_nothing_comes_of_a_change() -> None:
    renamed = of_texts("device d { a: u8; }", "device d { b: u8 formerly a; }")
    assert renamed.findings
    assert "" == render("github", renamed, USUAL)


def _reports() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(json.loads(read_report_schema()))
    return jsonschema.Draft202012Validator(json.loads(read_report_schema()))


def _logs() -> jsonschema.Draft7Validator:
    place = os.environ.get("SARIF_SCHEMA")
    return jsonschema.Draft7Validator(json.loads(Path(place or PART).read_text()))


def _results(found: Report) -> dict[str, Any]:
    log = json.loads(render("sarif", found, USUAL))
    return {each["ruleId"]: each for each in log["runs"][0]["results"]}


def _uri(locations: Any) -> str:
    return str(locations[0]["physicalLocation"]["artifactLocation"]["uri"])


def _line(locations: Any) -> int:
    return int(locations[0]["physicalLocation"]["region"]["startLine"])
