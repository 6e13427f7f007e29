"""A report as one page that needs nothing else: no script, no other file, no network."""

from base64 import b64encode
from hashlib import sha256

from vmsdl.diagnostics.render.text import escape_controls
from vmsdl.diff.formats.html_page import MEANINGS, build_page
from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import Report
from vmsdl.diff.verdict import Verdict
from vmsdl.resources import read_text
from vmsdl.templating import render as fill_template
from vmsdl.version import VERSION

_SIGNS = {
    Verdict.OK: "✓",
    Verdict.CONDITIONAL: "◐",
    Verdict.LOSSY: "▽",
    Verdict.UNKNOWN: "?",
    Verdict.REFUSED: "✕",
    Verdict.CORRUPT: "‼",
}


def render(report: Report, requirement: Requirement, *, color: bool = False) -> str:
    style = read_text("templates", "report", "diff.css")
    text = fill_template(
        "report/diff.html.j2",
        {
            "page": build_page(report, requirement),
            "meanings": MEANINGS,
            "signs": _SIGNS,
            "style": style,
            # The page's policy allows this style and no other, wherever it came from.
            "style_hash": b64encode(sha256(style.encode()).digest()).decode(),
            "version": VERSION,
        },
    )
    # The template has no control characters. Any that are there came from a schema.
    return escape_controls(text)
