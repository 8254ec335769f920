"""The page of a fleet in a real browser: one opens repositories, filters and sorts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from linter.output.fleet import page
from tests.browser import console, open_browser

from .test_fleet import EVIL, finding, overview

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium.webdriver import Chrome

    from linter.fleet.questions.overview import Finding, Repository

pytestmark = pytest.mark.xdist_group("browser")


def findings_of(name: str, number: int) -> list[Finding]:
    return [
        finding(f"problem {each}", each + 1, name)._replace(
            severity=("error", "warning", "info")[each % 3],
            rule=f"rule-{each % 2}",
            owners=[f"@org/{name[-1]}"],
        )
        for each in range(number)
    ]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """The page of 61 repositories: one has 450 findings, one a hostile one and ten that are not in the page, and 59 have none."""
    large = sorted(findings_of("org/b", 450), key=lambda each: each.path)
    found = overview([*large, finding(EVIL, 7, "org/a")], 461)
    example, _ = found.repositories
    repositories: list[Repository] = [
        example._replace(name="org/a", errors=9, warnings=0, infos=0, findings=11),
        example._replace(name="org/b", errors=150, warnings=150, infos=150, findings=450),
        *(example._replace(name=f"org/none-{each:02}", errors=0, findings=0) for each in range(59)),
    ]
    text = page.render(
        found._replace(repositories=repositories),
        repositories=100,
        link="https://git.example.com/{repository}/blob/{revision}/{path}#L{line}",
    )
    file = tmp_path_factory.mktemp("page") / "fleet.html"
    file.write_text(text, "utf-8")
    with open_browser(tmp_path_factory.mktemp("profile")) as chrome:
        chrome.get(file.as_uri())
        yield chrome


@pytest.fixture(autouse=True)
def fresh(browser: Chrome) -> Iterator[None]:
    browser.refresh()
    yield
    assert console(browser) == []


def texts(browser: Chrome, selector: str) -> list[str]:
    found: list[str] = browser.execute_script(
        f"return [...document.querySelectorAll({json.dumps(selector)})].map((each) => each.innerText)"
    )
    return found


def click(browser: Chrome, selector: str) -> None:
    browser.execute_script(f"document.querySelector({selector!r}).click()")


def names(browser: Chrome) -> list[str]:
    return texts(browser, "#repositories td button[aria-expanded]")


def enter(browser: Chrome, id_: str, value: str) -> None:
    browser.execute_script(
        f"const input = document.getElementById('{id_}'); input.value = '{value}'; input.dispatchEvent(new Event('input'))"
    )


def choose(browser: Chrome, id_: str, label: str) -> None:
    (value,) = [
        option.get_attribute("value")
        for option in browser.find_elements("css selector", f"#{id_} option")
        if option.text == label
    ]
    enter(browser, id_, value or "")


def test_a_repository_opens_down_to_the_line(browser: Chrome) -> None:
    assert texts(browser, "#found") == ["2 repositories, 451 findings"]
    assert names(browser) == ["org/a", "org/b"]
    assert texts(browser, ".detail") == []
    click(browser, "#repositories tr:nth-child(3) button")
    assert len(texts(browser, ".detail li")) == 200
    assert texts(browser, ".detail h3")[:2] == ["k8s/0.yaml", "k8s/1.yaml"]
    click(browser, ".detail .more")
    click(browser, ".detail .more")
    assert len(texts(browser, ".detail li")) == 450
    assert texts(browser, ".detail .more") == []
    link = browser.find_element("css selector", ".detail a")
    assert link.get_attribute("href") == "https://git.example.com/org/b/blob/abc/k8s/0.yaml#L50"
    click(browser, "#repositories tr:nth-child(3) button")
    assert texts(browser, ".detail") == []


def test_what_a_manifest_says_is_text_and_what_is_left_out_is_said(browser: Chrome) -> None:
    click(browser, "#repositories tr:nth-child(2) button")
    assert "<img src=x onerror=alert(1)>" in texts(browser, ".detail .said")[0]
    assert browser.find_elements("css selector", "img") == []
    (left,) = texts(browser, ".detail > td > p.soft")
    assert left.startswith("10 more findings of this repository are not in this page")
    assert "podplan fleet sql" in left


def test_filters(browser: Chrome) -> None:
    for each in ("warning", "info"):
        click(browser, f"#{each}")
    assert texts(browser, "#found") == ["2 repositories, 151 findings"]
    choose(browser, "rule", "rule-1")
    assert texts(browser, "#found") == ["1 repository, 75 findings"]
    choose(browser, "rule", "all")
    choose(browser, "owner", "@org/b")
    assert texts(browser, "#found") == ["1 repository, 150 findings"]
    choose(browser, "owner", "all")
    enter(browser, "name", "ORG/A")
    assert names(browser) == ["org/a"]


def test_pages_and_order(browser: Chrome) -> None:
    click(browser, "#clean")
    assert len(names(browser)) == 50
    assert texts(browser, "#page") == ["page 1 of 2"]
    assert not browser.find_element("css selector", "#previous").is_enabled()
    click(browser, "#next")
    assert len(names(browser)) == 11
    assert not browser.find_element("css selector", "#next").is_enabled()
    click(browser, "#repositories th:nth-child(2) button")
    assert names(browser)[:2] == ["org/b", "org/a"]
    assert texts(browser, "#page") == ["page 1 of 2"]
    click(browser, "#repositories th:nth-child(2) button")
    assert "org/b" not in names(browser)
    click(browser, "#repositories th:nth-child(1) button")
    assert names(browser)[:3] == ["org/a", "org/b", "org/none-00"]
    (sorted_,) = browser.find_elements("css selector", "#repositories th[aria-sort]")
    assert (sorted_.text, sorted_.get_attribute("aria-sort")) == ("repository", "ascending")
