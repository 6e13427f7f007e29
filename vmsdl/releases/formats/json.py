"""A matrix for programs."""

import json
from typing import Any

from vmsdl.diff.formats.json import read_report_schema, report_to_json
from vmsdl.diff.report import DirectionResult
from vmsdl.diff.verdict import Verdict
from vmsdl.releases.baseline import BaselineProblem
from vmsdl.releases.compare_all import AllReleases
from vmsdl.releases.findings import HistoryFinding
from vmsdl.releases.matrix import Matrix, MatrixGroup
from vmsdl.releases.matrix_table import Cell
from vmsdl.releases.operator_advice import Advice
from vmsdl.resources import read_package_text


def read_matrix_schema() -> str:
    """The JSON schema of every matrix."""
    return read_package_text("releases", "formats", "matrix.schema.json")


def read_all_releases_schema() -> str:
    """The JSON schema of a comparison with all releases. That of a report is part of it."""
    text = read_package_text("releases", "formats", "all_releases.schema.json")
    schema = json.loads(text)
    schema["$defs"]["report"] = json.loads(read_report_schema())
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def render(matrix: Matrix) -> str:
    table = {
        "schema": "urn:vmsdl:matrix:1",
        "versions": list(matrix.versions),
        "problems": [_problem_to_json(problem) for problem in matrix.problems],
        "groups": [_group_to_json(group) for group in matrix.groups],
    }
    return json.dumps(table, indent=1, ensure_ascii=False) + "\n"


def render_all(found: AllReleases) -> str:
    table = {
        "schema": "urn:vmsdl:all-releases:1",
        "new": found.new,
        "releases": [report_to_json(report) for report in found.reports],
        "findings": [_finding_to_json(finding) for finding in found.findings],
        "problems": [_problem_to_json(problem) for problem in found.problems],
        "stale_suppressions": [
            {"rule": each.rule, "path": each.path, "message": each.message, "help": each.help}
            for each in found.stale_suppressions
        ],
    }
    return json.dumps(table, indent=1, ensure_ascii=False) + "\n"


def _problem_to_json(problem: BaselineProblem) -> dict[str, Any]:
    return {
        "rule": problem.rule,
        "release": problem.release,
        "message": problem.message,
        "help": problem.help,
        "file": problem.path,
    }


def _finding_to_json(finding: HistoryFinding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "device": finding.device,
        "path": finding.path,
        "versions": list(finding.versions),
        "also": [list(path) for path in finding.also],
        "message": finding.message,
        "outcome": _result_to_json(finding.result),
        "help": finding.help,
    }


def _group_to_json(group: MatrixGroup) -> dict[str, Any]:
    """In `machines`, null means all machine types that no schema names."""
    names = group.table.names
    return {
        "machines": list(group.table.machines),
        "cells": [
            # Versions of one group always load each other.
            _cell_to_json(group.table.cells.get((i, j), Cell(Verdict.OK)), saves, loads)
            for i, several in enumerate(names)
            for saves in several
            for j, others in enumerate(names)
            for loads in others
            if saves != loads
        ],
        "findings": [_finding_to_json(finding) for finding in group.findings],
        "upgrades": [_advice_to_json(move) for move in group.upgrades],
        "rollbacks": [_advice_to_json(move) for move in group.rollbacks],
    }


def _cell_to_json(cell: Cell, saves: str, loads: str) -> dict[str, Any]:
    return {
        "saves": saves,
        "loads": loads,
        "verdict": str(cell.verdict),
        "because": [
            {"device": note.device, "path": note.path, **_result_to_json(note.result)}
            for note in cell.notes
        ],
    }


def _advice_to_json(move: Advice) -> dict[str, Any]:
    return {
        "versions": list(move.others),
        "verdict": str(move.verdict),
        "advice": move.lead,
        "cases": [
            {
                "path": case.path,
                **_result_to_json(case.result),
                "effect": case.effect,
                "at_reset": case.at_reset,
                "can_pass": case.can_pass,
                "doc": case.doc,
            }
            for case in move.cases
        ],
    }


def _result_to_json(result: DirectionResult) -> dict[str, Any]:
    return {
        "verdict": str(result.verdict),
        "condition": result.condition,
        "witness": result.witness,
        "detail": result.detail,
    }
