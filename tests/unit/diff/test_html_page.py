"""The HTML page: well-formed, safe whatever a schema holds, no wider than a screen."""

import html
import re
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.support.reports import USUAL, corpus, esp, hostile, of_texts
from vmsdl.diff.formats import render
from vmsdl.diff.report import Report
from vmsdl.resources import read_text

VOID = {"meta", "br", "col", "link", "img", "input", "hr"}
PHONE, DESKTOP = 390, 1280


class Reader(HTMLParser):
    """What a page is made of. A tag that closes another than the one that is open is a fault."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text += data


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    return reader


def page(report: Report) -> str:
    return render("html", report, USUAL)


@pytest.fixture(scope="module")
def pages() -> list[str]:
    return [page(report) for report in [*corpus(), hostile(3)]]


def test_pages_are_well_formed(pages: list[str]) -> None:
    for text in pages:
        reader = read(text)
        assert ([], []) == (reader.faults, reader.open)


def test_every_link_has_its_target_and_every_name_is_given_once(pages: list[str]) -> None:
    for text in pages:
        tags = read(text).tags
        names = Counter(attrs["id"] for _, attrs in tags if "id" in attrs)
        assert [] == [name for name, count in names.items() if count > 1]
        links = {attrs["href"] or "" for tag, attrs in tags if tag == "a"}
        assert [] == sorted(link for link in links if link.removeprefix("#") not in names)


def test_pages_run_nothing_and_ask_nobody(pages: list[str]) -> None:
    allowed = {"class", "id", "href", "lang", "scope", "colspan", "charset", "name", "content"}
    allowed |= {"http-equiv", "aria-hidden", "aria-label", "aria-labelledby"}
    for text in pages:
        tags = read(text).tags
        assert not {"script", "link", "img", "iframe", "form", "base"} & {tag for tag, _ in tags}
        assert not {name for _, attrs in tags for name in attrs} - allowed
        assert not {"url(", "@import"} & set(text.split("</style>")[0])
        assert all((attrs.get("href") or "#").startswith("#") for _, attrs in tags)


def test_a_policy_allows_the_style_and_nothing_else() -> None:
    (policy,) = [
        attrs["content"] or ""
        for tag, attrs in read(page(esp("esp_7_2", "esp_10_0"))).tags
        if attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_names_of_a_stranger_are_text() -> None:
    text = page(hostile())
    assert "<img src=x" not in text
    assert "<img src=x onerror=alert(1)>" in read(text).text
    assert not {"\x1b", "\u202e"} & set(text)


def test_every_table_has_a_head_and_the_page_a_language() -> None:
    tags = read(page(esp("esp_7_2", "esp_10_0"))).tags
    assert ("html", {"lang": "en"}) in tags
    tables = [i for i, (tag, _) in enumerate(tags) if tag == "table"]
    for start, end in zip(tables, [*tables[1:], len(tags)], strict=True):
        assert "th" in {tag for tag, _ in tags[start:end]}


def test_a_page_tells_what_the_report_holds() -> None:
    said = read(page(esp("esp_7_2", "esp_10_0"))).text
    for words in ("byte 423", "esp.lun", "field-added-ungated", "old reads it as esp.ti_cmd"):
        assert words in said


def test_equal_devices_are_only_listed() -> None:
    text = "device a { x: u8; } device b { y: u8; }"
    said = page(of_texts(text, text.replace("y: u8", "y: u16")))
    assert ["device-1"] == [
        attrs["id"] for tag, attrs in read(said).tags if tag == "section" and "id" in attrs
    ]
    assert "1 more without a difference" in said


@pytest.mark.parametrize("number", [0, 1, 2], ids=["light", "dark", "print"])
def test_every_colour_of_text_stands_out_from_what_is_behind_it(number: int) -> None:
    style = read_text("templates", "report", "diff.css")
    block = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[number]
    colors = dict(re.findall(r"--([\w-]+): (#\w{6})", block))
    rows = ("gone", "added", "changed", "moved")
    words = ("ok", "conditional", "lossy", "unknown", "refused")
    pairs = [(front, back) for front in (*words, "text", "soft") for back in ("page", "panel")]
    pairs += [(front, back) for front in ("text", "soft", "refused") for back in rows]
    pairs += [("corrupt", "corrupt-back"), ("page", "text")]
    weak = [pair for pair in pairs if contrast(*(colors[name] for name in pair)) < 4.5]
    assert [] == weak


def contrast(one: str, other: str) -> float:
    """As WCAG 2.1 defines it; it asks for 4.5."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# In a browser -------------------------------------------------------------------------------------

# The page is shown in a frame of the width asked for: a window has a least width of its own. The
# frame keeps the page's policy, so that a style it does not allow would be missed here.
FRAME = """<!DOCTYPE html><iframe id="f" width="{width}" height="800" srcdoc="{page}"></iframe>
<script>
document.getElementById("f").onload = event => {{
  const page = event.target.contentDocument, root = page.documentElement;
  for (const fold of page.querySelectorAll("details")) fold.open = true;
  document.title = [root.clientWidth, root.scrollWidth,
                    event.target.contentWindow.getComputedStyle(page.body).maxWidth].join(" ");
}};</script>"""


def long_names() -> Report:
    name, wire = "n" * 120, "w" * 200
    text = (
        f'device {name} as "{wire}" version 1 {{ {name}: u8; '
        + "".join(f"f{n}: u8; " for n in range(300))
        + f"{name}2: u32 if {name} != 0 and f1 != 0; x: u8; }}"
    )
    return of_texts(text, text.replace("x: u8", "x: u16"))


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("which", ["esp", "long names", "hostile"])
def test_a_page_is_no_wider_than_the_screen(width: int, which: str, tmp_path: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no browser is there: Chromium would show the page")
    reports = {
        "esp": lambda: esp("esp_7_2", "esp_10_0"),
        "long names": long_names,
        "hostile": hostile,
    }
    file = tmp_path / "frame.html"
    written = FRAME.format(width=width, page=html.escape(page(reports[which]())))
    file.write_text(written, encoding="utf-8")
    done = subprocess.run(
        [
            browser,
            *["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"],
            *["--disable-background-networking", "--disable-component-update", "--disable-quic"],
            f"--user-data-dir={tmp_path / 'profile'}",
            "--virtual-time-budget=5000",
            "--dump-dom",
            file.as_uri(),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    title = done.stdout.partition("<title>")[2].partition("</title>")[0]
    own, whole, style = title.split()
    assert int(whole) <= int(own) <= width
    assert "1152px" == style
