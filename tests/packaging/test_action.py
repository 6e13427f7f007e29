"""The action for GitHub: its scripts, run as a runner runs them, on a real repository."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.packaging.conftest import ROOT
from tests.packaging.test_pre_commit import environment

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}
SCRIPTS = {name: step for name, step in STEPS.items() if "run" in step}
CARD = "device card version 1 {\n    level: u8;\n}\n"
EVIL = "::error::x\n$(touch hacked) `touch hacked` \"; touch hacked; '"

needs_programs = pytest.mark.skipif(
    shutil.which("git") is None or shutil.which("bash") is None, reason="git or bash is not there"
)


# The form -----------------------------------------------------------------------------------------


def test_nothing_from_outside_is_put_into_a_script() -> None:
    for name, step in SCRIPTS.items():
        assert "${{" not in step["run"], name
        assert "bash" == step["shell"]


def test_what_scripts_read_is_given_to_them() -> None:
    given = {"RUNNER_TEMP", "GITHUB_ACTION_PATH", "GITHUB_REPOSITORY", "GITHUB_OUTPUT"}
    given.add("GITHUB_STEP_SUMMARY")
    for name, step in SCRIPTS.items():
        read = set(re.findall(r"\$\{?([A-Z][A-Z_]*)", step["run"]))
        assert read <= given | set(step.get("env", {})), name


def test_every_input_is_used_and_said() -> None:
    text = json.dumps(ACTION["runs"])
    assert set(ACTION["inputs"]) == set(re.findall(r"inputs\.(\w+)", text))
    for each in (*ACTION["inputs"].values(), *ACTION["outputs"].values()):
        assert each["description"]


def test_steps_that_are_referred_to_are_there() -> None:
    ids = {step["id"] for step in STEPS.values() if "id" in step}
    assert ids == set(re.findall(r"steps\.(\w+)", json.dumps(ACTION)))


# The scripts --------------------------------------------------------------------------------------


@dataclass
class Job:
    """A job on a pull request: `work`, whose last commit stands for what the request asks for."""

    folder: Path
    inputs: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)

    @property
    def work(self) -> Path:
        return self.folder / "work"

    @property
    def temporary(self) -> Path:
        return self.folder / "temporary"

    @property
    def summary(self) -> str:
        return (self.folder / "summary.md").read_text(encoding="utf-8")

    def git(self, *words: str) -> str:
        done = subprocess.run(
            ("git", *words),
            cwd=self.work,
            env=environment(self.folder),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, text: str) -> str:
        (self.work / "card.vmsd").write_text(text, encoding="utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "a change")
        return self.git("rev-parse", "HEAD")

    def run(self, name: str, *, status: int = 0) -> str:
        """One step: expressions replaced as a runner would, then bash as a runner calls it."""
        step = STEPS[name]
        output = self.folder / "output"
        output.write_text("", encoding="utf-8")
        given = {key: self._value(value) for key, value in step.get("env", {}).items()}
        done = subprocess.run(
            ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]),
            cwd=self.work,
            env={**environment(self.folder), **self._runner(), **self.variables, **given},
            capture_output=True,
            text=True,
        )
        said = done.stdout + done.stderr
        assert done.returncode == status, said
        for line in output.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition("=")
            self.outputs[key] = value
        return said

    def _runner(self) -> dict[str, str]:
        bin_ = self.folder / "bin"
        return {
            "PATH": f"{bin_}{os.pathsep}{environment(self.folder)['PATH']}",
            "RUNNER_TEMP": str(self.temporary),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            "GITHUB_REPOSITORY": "owner/name",
        }

    def _value(self, text: str) -> str:
        def put(found: re.Match[str]) -> str:
            kind, _, name = found[1].partition(".")
            if kind == "inputs":
                default = str(ACTION["inputs"][name]["default"])
                return self.inputs.get(name, "" if "${{" in default else default)
            if kind == "steps":
                return self.outputs[name.rpartition(".")[2]]
            return {"github.event.pull_request.number": "7"}[found[1]]

        return re.sub(r"\$\{\{ ([\w.]+) \}\}", put, text)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """vmsdl is what is tested here, in the place where the action installs it."""
    made = Job(tmp_path)
    made.work.mkdir()
    vmsdl = made.temporary / "vmsdl" / "bin" / "vmsdl"
    vmsdl.parent.mkdir(parents=True)
    vmsdl.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}:$PYTHONPATH" exec "{sys.executable}" -m vmsdl "$@"\n',
        encoding="utf-8",
    )
    vmsdl.chmod(0o755)
    made.git("init", "-q", "-b", "main")
    made.inputs["base"] = made.commit(CARD)
    return made


@needs_programs
def test_a_change_that_breaks_is_told_and_fails(job: Job) -> None:
    job.commit(CARD.replace("u8", "u16"))
    said = job.run("Compare")
    assert "::error file=card.vmsd,line=2" in said
    assert "`card`, version 1: old → new ⛔ refused, new → old ⛔ refused" in job.summary
    assert job.summary == Path(job.outputs["report"]).read_text(encoding="utf-8")
    assert "1" == job.outputs["status"]
    assert "sarif" not in job.outputs
    job.run("Is it what is required?", status=1)


@needs_programs
def test_a_change_that_does_nothing_passes(job: Job) -> None:
    job.commit("// said\n" + CARD)
    job.run("Compare")
    assert "0" == job.outputs["status"]
    job.run("Is it what is required?")


@needs_programs
def test_what_is_required_and_where_is_given(job: Job) -> None:
    job.commit(CARD.replace("u8", "u16"))
    job.inputs |= {"require": "old-to-new=any,new-to-old=any", "paths": "card.vmsd\n\n."}
    job.run("Compare")
    assert "0" == job.outputs["status"]


@needs_programs
def test_findings_for_code_scanning(job: Job) -> None:
    job.commit(CARD.replace("u8", "u16"))
    job.inputs["sarif"] = "true"
    job.run("Compare")
    log = json.loads(Path(job.outputs["sarif"]).read_text(encoding="utf-8"))
    (result,) = log["runs"][0]["results"]
    assert ("error", "card.vmsd") == (
        result["level"],
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
    )


@needs_programs
def test_two_versions_can_be_named(job: Job) -> None:
    (job.work / "other.vmsd").write_text(CARD.replace("u8", "u16"), encoding="utf-8")
    job.inputs |= {"old": "git:HEAD:card.vmsd", "new": "other.vmsd"}
    job.run("Compare")
    assert "1" == job.outputs["status"]


@needs_programs
def test_what_is_no_schema_is_told_in_the_summary(job: Job) -> None:
    job.commit("device {")
    said = job.run("Compare")
    assert "card.vmsd:1:" in said
    assert job.summary.startswith("The versions could not be compared:\n\n    card.vmsd:1:")
    job.run("Is it what is required?", status=2)


@needs_programs
def test_without_a_pull_request_it_says_what_is_missing(job: Job) -> None:
    job.inputs["base"] = ""
    assert "::error title=vmsdl::there is no pull request" in job.run("Compare", status=2)


@needs_programs
def test_a_clone_of_one_commit_gets_the_others(job: Job, tmp_path: Path) -> None:
    job.commit(CARD.replace("u8", "u16"))
    clone = tmp_path / "clone"
    job.git("clone", "-q", "--depth", "1", f"file://{job.work}", str(clone))
    origin = job.work.rename(tmp_path / "origin")
    clone.rename(job.work)
    job.git("remote", "set-url", "origin", f"file://{origin}")
    job.run("Compare")
    assert "1" == job.outputs["status"]


@needs_programs
def test_text_of_a_stranger_is_run_by_nobody(job: Job) -> None:
    job.commit(f"device card version 1 {{\n    level: u8;\n}}\n// {EVIL!r}\ndevice {{ {EVIL}")
    job.inputs |= {"paths": EVIL, "require": EVIL, "machine": EVIL}
    said = job.run("Compare")
    assert "2" == job.outputs["status"]
    assert [] == list(job.folder.rglob("hacked"))
    # The runner takes no command between the two marks.
    mark = re.search(r"::stop-commands::(\w+)\n", said)
    assert mark is not None
    inside, _, outside = said.partition(mark[0])[2].partition(f"::{mark[1]}::\n")
    assert "::" not in outside
    assert inside


GH = """#!/bin/sh
echo "$@" >> "$GH_LOG"
[ -z "$GH_FAILS" ] || { echo "HTTP 403: Resource not accessible by integration" >&2; exit 1; }
case "$*" in *--paginate*) printf '%s' "$GH_FOUND" ;; esac
"""


def gh(job: Job, **variables: str) -> Path:
    program = job.folder / "bin" / "gh"
    program.parent.mkdir(exist_ok=True)
    program.write_text(GH, encoding="utf-8")
    program.chmod(0o755)
    log = job.folder / "gh.log"
    job.variables |= {"GH_LOG": str(log), "GH_FAILS": "", "GH_FOUND": "", **variables}
    return log


@needs_programs
def test_the_report_is_one_comment_that_is_written_anew(job: Job) -> None:
    job.commit(CARD.replace("u8", "u16"))
    job.run("Compare")
    log = gh(job)
    job.run("Comment")
    listed, made = log.read_text(encoding="utf-8").splitlines()
    assert "repos/owner/name/issues/7/comments" in listed
    assert made.startswith("api --silent --method POST repos/owner/name/issues/7/comments ")
    body = Path(made.rpartition("body=@")[2]).read_text(encoding="utf-8")
    assert body == f"<!-- vmsdl diff -->\n{job.summary}"

    log.unlink()
    gh(job, GH_FOUND="11\n12\n")
    job.run("Comment")
    changed = log.read_text(encoding="utf-8").splitlines()[1]
    assert changed.startswith("api --silent --method PATCH repos/owner/name/issues/comments/12 ")


@needs_programs
def test_a_fork_has_no_right_to_comment_and_nothing_fails(job: Job) -> None:
    job.commit(CARD.replace("u8", "u16"))
    job.run("Compare")
    gh(job, GH_FAILS="yes")
    assert "::notice title=vmsdl::no comment could be written" in job.run("Comment")


@needs_programs
def test_the_action_installs_what_it_stands_beside(job: Job, checkout: Path) -> None:
    shutil.rmtree(job.temporary / "vmsdl")
    job.variables["GITHUB_ACTION_PATH"] = str(checkout)
    plant_modules(job)
    job.run("Install vmsdl")
    job.commit(CARD.replace("u8", "u16"))
    job.run("Compare")
    assert "1" == job.outputs["status"]
    assert [] == list(job.folder.rglob("hacked"))


def plant_modules(job: Job) -> None:
    """In the checkout, modules by the names of all that Python might import there."""
    code = f"open({str(job.folder / 'hacked')!r}, 'a').write(__file__)\n"
    names = ["venv", "pip", "vmsdl", "secrets", "sitecustomize", "usercustomize", "ensurepip"]
    names += ["argparse", "json", "os", "re", "black", "jinja2", "lark", "z3", "encodings"]
    for name in names:
        (job.work / f"{name}.py").write_text(code, encoding="utf-8")
    (job.work / "setup.py").write_text(code, encoding="utf-8")
    (job.work / "pip.conf").write_text("[global]\nno-index = true\n", encoding="utf-8")


@needs_programs
def test_a_path_is_no_option(job: Job) -> None:
    job.commit(CARD.replace("u8", "u16"))
    job.inputs["paths"] = "--output=stolen.md\ncard.vmsd"
    job.run("Compare")
    assert not (job.work / "stolen.md").exists()
