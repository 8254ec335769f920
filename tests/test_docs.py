"""The documents show what podplan really prints, and the demo runs."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from linter.release import DOCS, REPOSITORY

from .cli.calling import call

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOT = Path(__file__).parents[1]


def load(script: str) -> ModuleType:
    """Return a script of the repository as a module."""
    spec = importlib.util.spec_from_file_location(Path(script).stem, ROOT / script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_current() -> None:
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_pages_and_pictures_show_what_commands_print(monkeypatch: pytest.MonkeyPatch) -> None:
    console = load("docs/console.py")

    # Each in a process of its own, as docs/console.py runs them, takes ten times as long.
    def run(words: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        assert words[:3] == [sys.executable, "-m", "linter"]
        return call(*words[3:])

    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    for name, value in console.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(console, "subprocess", SimpleNamespace(run=run))
    stale = [name for name, text in console.current().items() if (ROOT / name).read_text("utf-8") != text]
    assert stale == [], "run `python docs/console.py`"


def test_the_demo_finds_the_two_mistakes_and_nothing_unexpected(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(command: list[str], *, cwd: Path, input: str, **_: Any) -> subprocess.CompletedProcess[str]:  # noqa: A002  subprocess's word
        assert command[:3] == [sys.executable, "-m", "linter"]
        monkeypatch.chdir(cwd)
        done = call(*command[3:], stdin=input.encode())
        sys.stdout.write(done.stdout)
        return done

    # Its twenty processes are run by `make demo`; what they say is looked at here.
    demo = load("examples/demo.py")
    monkeypatch.setattr(demo, "subprocess", SimpleNamespace(run=run))
    demo.main()
    shown = capsys.readouterr().out
    assert "nginx-deploy-rolling.yaml:2:1: error: This Deployment has no apiVersion" in shown
    assert re.search(r"nginx-ds-selector.yaml:18:\d+: \w+: None of the 5 nodes", shown)


def test_links_between_documents_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", ["README.md", "docs/guides/first-run.md", "docs/tutorial.md"])
def test_the_translation_is_up_to_date(page: str) -> None:
    translations = load("docs/translations.py")
    translation = ROOT / page.replace(".md", ".zh.md")
    assert translation in translations.translations()
    behind = translations.what_is_behind(translation)
    assert behind is None, (
        f"{page} says something that {translation.name} does not ({behind}): translate it, copy the blocks of code, and run "
        f"`python docs/translations.py {translation.relative_to(ROOT)}`"
    )


def test_a_translation_that_is_behind_is_noticed(tmp_path: Path) -> None:
    translations = load("docs/translations.py")
    page, translation = tmp_path / "a.md", tmp_path / "a.zh.md"
    page.write_text("# A page\n\n```console\n$ podplan\n```\n")
    text = f"{translations.mark(page)}# 一页\n\n```console\n$ podplan\n```\n"
    translation.write_text(text, "utf-8")
    assert translations.what_is_behind(translation) is None
    translation.write_text(text.replace("$ podplan", "$ podplan lint"), "utf-8")
    assert translations.what_is_behind(translation) == "blocks of code"
    translation.write_text(text, "utf-8")
    page.write_text(page.read_text("utf-8").replace("A page", "Another page"))
    assert translations.what_is_behind(translation) == "words"


class TestSite:
    """How the pages of the repository become those of the site; the build itself is `make docs`."""

    def adapted(self, text: str, file: str) -> str:
        site = load("docs/build_site.py")
        found: str = site.adapted(text, ROOT / file, site.pages())
        return found

    @pytest.mark.parametrize(
        ("file", "link", "on_the_site"),
        [
            ("README.md", "docs/planner.md", "planner.md"),
            ("README.md", "docs/planner.md#nodes", "planner.md#nodes"),
            ("README.md", "docs/rollout.svg", "rollout.svg"),
            ("README.md", "CHANGELOG.md", "changelog.md"),
            ("docs/ci.md", "../SECURITY.md", "security.md"),
            ("docs/ci.md", "../README.md", "index.md"),
            ("docs/rules/index.md", "../../SECURITY.md", "../security.md"),
            (
                "docs/ci.md",
                "../tests/conformance/README.md",
                f"{REPOSITORY}/blob/main/tests/conformance/README.md",
            ),
            ("docs/ci.md", "https://kubernetes.io/docs/", "https://kubernetes.io/docs/"),
            ("docs/ci.md", "#gitlab-ci", "#gitlab-ci"),
            ("docs/ci.md", "nowhere.md", "nowhere.md"),
        ],
    )
    def test_links_lead_to_the_same_file(self, file: str, link: str, on_the_site: str) -> None:
        assert self.adapted(f"See [it]({link}).", file) == f"See [it]({on_the_site})."

    def test_code_holds_no_links(self) -> None:
        code = "```python\nnames[0](docs/planner.md)\n```\n"
        assert self.adapted(code, "README.md") == code

    def test_the_mark_of_a_block_is_for_tests(self) -> None:
        assert self.adapted("```yaml workflow\nname: a b\n```\n", "docs/ci.md") == "```yaml\nname: a b\n```\n"

    @pytest.mark.parametrize(
        ("tag", "asks"),
        [
            ('<script src="https://cdn.example.org/x.js"></script>', True),
            ('<link rel="stylesheet" href="//fonts.example.org/x.css">', True),
            ("@font-face { src: url(https://fonts.example.org/x.woff2) }", True),
            ('<link rel="canonical" href="https://podplan.example.org/">', False),
            ('<a href="https://kubernetes.io/">Kubernetes</a>', False),
            ('<script src="assets/x.js"></script>', False),
        ],
    )
    def test_what_asks_another_server(self, tag: str, *, asks: bool) -> None:
        assert bool(load("docs/build_site.py").EXTERNAL.search(tag.encode())) == asks

    def test_every_page_is_in_the_navigation(self) -> None:
        config = tomllib.loads((ROOT / "zensical.toml").read_text("utf-8"))["project"]
        places = load("docs/build_site.py").pages().values()
        pages = {place for place in places if place.endswith(".md")}
        listed = list(leaves(config["nav"]))
        assert len(listed) == len(set(listed))
        # The pages of single rules are reached by their index.
        assert {page for page in pages if not page.startswith("rules/")} | {"rules/index.md"} == set(listed)


def leaves(nav: list[Any]) -> Iterator[str]:
    """Yield the pages of a navigation."""
    for entry in nav:
        match entry:
            case str():
                yield entry
            case dict():
                for below in entry.values():
                    yield from [below] if isinstance(below, str) else leaves(below)


def test_the_addresses_follow_from_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["urls"] == {"Documentation": DOCS, "Repository": REPOSITORY}
    assert tomllib.loads((ROOT / "zensical.toml").read_text("utf-8"))["project"]["site_url"] == DOCS
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.yml")]:
        for found in re.findall(r"https?://[^\s)\"'>]*/podplan\b[^\s)\"'>]*", page.read_text("utf-8")):
            if "example" not in found:
                assert found.startswith((DOCS, REPOSITORY)), f"{page.name}: {found}"
