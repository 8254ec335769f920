"""CODEOWNERS: the examples of GitHub's and GitLab's documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linter.fleet.owners import owners_in, parse_owners

if TYPE_CHECKING:
    from pathlib import Path

GITHUB = """\
# everything
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
/build/logs/ @doctocat
docs/* @docs-owner
apps/ @octocat
/scripts/ @doctocat @octocat
**/logs @logs
/apps/github
/apps/a\\ b.yaml @space
k8s/**/prod/*.yaml @prod
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("web.yaml", ["@global-owner1", "@global-owner2"]),
        ("src/deep/x.js", ["@js-owner"]),
        ("x.go", ["docs@example.com"]),
        ("build/logs/a/b.txt", ["@logs"]),
        ("docs/getting-started.md", ["@docs-owner"]),
        ("docs/build-app/troubleshooting.md", ["@global-owner1", "@global-owner2"]),
        ("a/apps/web.yaml", ["@octocat"]),
        ("apps/x/y.yaml", ["@octocat"]),
        ("scripts/x.sh", ["@doctocat", "@octocat"]),
        ("a/scripts/x.sh", ["@global-owner1", "@global-owner2"]),
        ("deeply/nested/logs/x", ["@logs"]),
        ("apps/github/x.yaml", []),
        ("apps/a b.yaml", ["@space"]),
        ("k8s/prod/x.yaml", ["@prod"]),
        ("k8s/eu/west/prod/x.yaml", ["@prod"]),
        ("k8s/eu/west/prod/deep/x.yaml", ["@global-owner1", "@global-owner2"]),
    ],
)
def test_github(path: str, owners: list[str]) -> None:
    assert parse_owners(GITHUB)(path) == owners


def test_sections_of_gitlab_add_up() -> None:
    owners = parse_owners(
        "* @all\n[Documentation][2] @docs\n*.md\nREADME.md @readme\n^[Optional]\n*.md @other\n[documentation]\nx.md @x\n"
    )
    assert owners("a.md") == ["@all", "@docs", "@other"]
    assert owners("README.md") == ["@all", "@readme", "@other"]
    assert owners("x.md") == ["@all", "@x", "@other"]
    assert owners("a.yaml") == ["@all"]


def test_the_file_of_a_repository(tmp_path: Path) -> None:
    assert owners_in(tmp_path)("a.yaml") == []
    (tmp_path / ".git").mkdir()
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/CODEOWNERS").write_text("* @team\n")
    assert owners_in(tmp_path)("a.yaml") == ["@team"]
    (tmp_path / "CODEOWNERS").symlink_to("/etc/passwd")
    assert owners_in(tmp_path)("a.yaml") == ["@team"]
