"""A report in its forms: each says what was found, and nothing from a schema is more than text."""

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema

from tests.support.json_schemas import validator
from tests.support.reports import ROOT, USUAL, corpus, esp, hostile, of_texts, report
from vmsdl.diff.direction import Direction
from vmsdl.diff.events import find_events, identify_edit
from vmsdl.diff.formats import render
from vmsdl.diff.formats.grouped import make_blocks
from vmsdl.diff.formats.json import read_report_schema
from vmsdl.diff.formats.markdown import LONGEST, code, text
from vmsdl.diff.formats.text import WIDTH
from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import Report
from vmsdl.diff.verdict import Level, Verdict

PART = ROOT / "tests" / "data" / "sarif-2.1.0-part.json"

# What happens, with its causes -------------------------------------------------------------------


def test_an_edit_is_in_one_block_or_a_fellow_cause() -> None:
    blocks = make_blocks(esp("esp_7_2", "esp_10_0"), USUAL)
    sets = [(each.device, frozenset(map(identify_edit, each.causes))) for each in blocks]
    assert len(set(sets)) == len(sets)


def test_every_finding_with_an_effect_is_the_cause_of_an_event() -> None:
    for found in corpus():
        causes = {identify_edit(cause) for event in find_events(found) for cause in event.causes}
        loud = {
            identify_edit(finding)
            for finding in found.findings
            if not all(finding.result(each).is_silent for each in Direction)
        }
        assert causes == loud


def test_every_effect_is_told_in_one_event() -> None:
    for found in corpus():
        events = find_events(found)
        for device in found.devices:
            for direction in Direction:
                migration = device.migration(direction)
                own = [e for e in events if (e.device, e.direction) == (device.name, direction)]
                told = sum(len(event.occurrences) for event in own if event.first.reason)
                assert told == (0 if migration is None else len(migration.shown))


def test_the_headline_of_esp_says_what_moves_and_when() -> None:
    said = render("text", esp("esp_10_0", "esp_7_2"), USUAL).splitlines()
    # What 10.0 keeps in `mig_ti_cmd` it never sends: it plays no part.
    assert " ".join(" ".join(said[4:6]).split()) == (
        "error: old to new: `esp.lun` arrives as `esp.ti_cmd` (byte 423): silently wrong"
        " whenever `esp.lun != 0`"
    )


def test_an_error_is_what_the_requirement_falls_by() -> None:
    before, after = (ROOT / "examples" / "ide-evolution" / f"{n}.vmsd" for n in ("before", "after"))
    (usual,) = make_blocks(report(before, after), USUAL)
    (strict,) = make_blocks(report(before, after), Requirement(new_to_old=Level.OK))
    assert ("warning", "error") == (usual.severity, strict.severity)


def test_nothing_falls_by_what_is_allowed() -> None:
    found = esp("esp_10_0", "esp_7_2")
    anything = Requirement(old_to_new=Level.ANY, new_to_old=Level.ANY)
    blocks = [block for block in make_blocks(found, anything) if block.events]
    assert Verdict.CORRUPT in {event.verdict for block in blocks for event in block.events}
    for block in blocks:
        for event, severity in zip(block.events, block.severities, strict=True):
            assert (event.verdict is Verdict.CORRUPT) == (severity == "error")


# Text and Markdown --------------------------------------------------------------------------------


def test_text_tells_a_thing_once() -> None:
    for found in corpus():
        said = render("text", found, USUAL)
        heads = [line for line in said.split("\n\n") if line.startswith(("error", "warning"))]
        assert len(set(heads)) == len(heads)
        assert "same outcome" not in said


def test_text_keeps_to_80_columns() -> None:
    for found in corpus():
        said = render("text", found, USUAL).splitlines()
        wide = [line for line in said if len(line) > WIDTH and " " in line.strip()]
        assert not wide


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
    shown = said.count("<summary>Cause")
    assert f"{1000 - shown + 1} more do not fit into a comment" in said
    assert said.count("<details") == said.count("</details>")


def test_markdown_of_a_stranger_is_text() -> None:
    found = hostile()
    (device,) = found.devices
    found = replace(found, devices=(device, replace(device, name=f"{device.name}2")))
    said = render("markdown", found, USUAL)
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

    strict = validator(read_report_schema(), is_strict=True)
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


def test_sarif_knows_each_result_by_its_causes() -> None:
    for found in corpus():
        results = json.loads(render("sarif", found, USUAL))["runs"][0]["results"]
        prints = [each["partialFingerprints"]["causes/v1"] for each in results]
        assert len(set(prints)) == len(prints)


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
