"""A matrix for programs."""

import json
from typing import Any

from vmsdl.diff.formats.json import report_to_json
from vmsdl.diff.report import DirectionResult
from vmsdl.diff.verdict import Verdict
from vmsdl.releases.baseline import BaselineProblem
from vmsdl.releases.compare_all import AllReleases
from vmsdl.releases.findings import HistoryFinding
from vmsdl.releases.matrix import Group, Matrix
from vmsdl.releases.matrix_table import Cell
from vmsdl.releases.operator_advice import Advice


def render(matrix: Matrix) -> str:
    table = {
        "versions": list(matrix.versions),
        "faults": [fault_json(fault) for fault in matrix.faults],
        "groups": [_group(group) for group in matrix.groups],
    }
    return json.dumps(table, indent=1, ensure_ascii=False) + "\n"


def render_all(found: AllReleases) -> str:
    table = {
        "new": found.new,
        "releases": [report_to_json(report) for report in found.reports],
        "findings": [finding_json(finding) for finding in found.findings],
        "faults": [fault_json(fault) for fault in found.faults],
        "lapses": [
            {"rule": each.rule, "path": each.path, "message": each.message, "help": each.help}
            for each in found.lapses
        ],
    }
    return json.dumps(table, indent=1, ensure_ascii=False) + "\n"


def fault_json(fault: BaselineProblem) -> dict[str, Any]:
    return {
        "rule": fault.rule,
        "release": fault.release,
        "message": fault.message,
        "help": fault.help,
        "file": fault.path,
    }


def finding_json(finding: HistoryFinding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "device": finding.device,
        "path": finding.path,
        "versions": list(finding.versions),
        "also": [list(way) for way in finding.also],
        "message": finding.message,
        "outcome": _outcome(finding.outcome),
        "help": finding.help,
    }


def _group(group: Group) -> dict[str, Any]:
    """`machines`: null stands for what no schema names."""
    names = group.table.names
    return {
        "machines": list(group.table.machines),
        "cells": [
            # What is alike loads each other at any time.
            _cell(group.table.cells.get((i, j), Cell(Verdict.OK)), saves, loads)
            for i, several in enumerate(names)
            for saves in several
            for j, others in enumerate(names)
            for loads in others
            if saves != loads
        ],
        "findings": [finding_json(finding) for finding in group.findings],
        "upgrades": [_advice(move) for move in group.upgrades],
        "rollbacks": [_advice(move) for move in group.rollbacks],
    }


def _cell(cell: Cell, saves: str, loads: str) -> dict[str, Any]:
    return {
        "saves": saves,
        "loads": loads,
        "verdict": str(cell.verdict),
        "because": [
            {"device": note.device, "path": note.path, **_outcome(note.outcome)}
            for note in cell.notes
        ],
    }


def _advice(move: Advice) -> dict[str, Any]:
    return {
        "versions": list(move.others),
        "verdict": str(move.verdict),
        "advice": move.lead,
        "cases": [
            {
                "path": case.path,
                **_outcome(case.outcome),
                "happens": case.happens,
                "at_reset": case.at_reset,
                "can_pass": case.can_pass,
                "doc": case.doc,
            }
            for case in move.cases
        ],
    }


def _outcome(told: DirectionResult) -> dict[str, Any]:
    return {
        "verdict": str(told.verdict),
        "when": told.when,
        "witness": told.witness,
        "error": told.error,
    }
