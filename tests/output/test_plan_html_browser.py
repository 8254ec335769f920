"""The page of a plan in a real browser: a headless Chromium."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import TYPE_CHECKING

import pytest

from linter.output import html, plan_html, plan_svg
from linter.planner.options import Options
from linter.planner.plan import set_image
from tests.browser import console, open_browser
from tests.output.plans import example

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

    from linter.engine.report.finding import Report

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with open_browser(tmp_path_factory.mktemp("profile")) as chrome:
        yield chrome


@pytest.fixture
def show(browser: Chrome, tmp_path: Path) -> Callable[[str, str], Chrome]:
    """Open a text as a file in the browser."""

    def open_(text: str, name: str = "plan.html") -> Chrome:
        (tmp_path / name).write_text(text, "utf-8")
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
        console(browser)  # empties it
        browser.get((tmp_path / name).as_uri())
        return browser

    return open_


@pytest.fixture
def page(show: Callable[..., Chrome]) -> Chrome:
    return show(plan_html.render(example()))


def css(browser: Chrome, selector: str) -> list[WebElement]:
    return browser.find_elements("css selector", selector)


def lit(browser: Chrome) -> dict[str, list[str]]:
    """Return what is lit: rounds in the drawings, steps in the lists, dots on the curves."""
    return {
        kind: [each.get_attribute(f"data-{name}") or "" for each in css(browser, f"{selector}.lit")]
        for kind, selector, name in (
            ("columns", ".column", "column"),
            ("steps", ".steps button", "step"),
            ("dots", ".dot", "step"),
        )
    }


def pixels(png: bytes) -> set[bytes]:
    """Return the distinct lines of a PNG, as it stores them."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    data, offset, width = b"", 8, 0
    while offset < len(png):
        (length,) = struct.unpack(">I", png[offset : offset + 4])
        kind = png[offset + 4 : offset + 8]
        body = png[offset + 8 : offset + 8 + length]
        if kind == b"IHDR":
            width = struct.unpack(">I", body[:4])[0]
            depth = {2: 3, 6: 4}[body[9]]
        elif kind == b"IDAT":
            data += body
        offset += 12 + length
    raw, line = zlib.decompress(data), 1 + width * depth
    return {raw[start : start + line] for start in range(0, len(raw), line)}


def test_the_page_loads_without_a_word_on_the_console(page: Chrome) -> None:
    assert console(page) == []
    assert page.title == "Rollout plan: 4 roll out, 2 are refused, 1 gets stuck, 1 unchanged"


def test_everything_is_there(page: Chrome) -> None:
    workloads = example().workloads
    assert len(css(page, "section.workload")) == len(workloads)
    for section, workload in zip(css(page, "section.workload"), workloads, strict=True):
        assert len(section.find_elements("css selector", ".column")) == len(workload.rounds) + 1
        steps = section.find_elements("css selector", ".steps button")
        assert [step.find_element("css selector", ".what").text for step in steps] == [
            step.text for step in workload.steps
        ]
    pods = css(page, "section:first-of-type .column use")
    assert pods
    for pod in pods:
        assert pod.size["width"] > 8
        assert pod.size["height"] > 8


def test_a_screenshot_shows_a_drawing(page: Chrome) -> None:
    assert len(pixels(page.get_screenshot_as_png())) > 150
    page.get("about:blank")
    assert len(pixels(page.get_screenshot_as_png())) < 5


def test_pointing_at_a_step_lights_its_round(page: Chrome) -> None:
    from selenium.webdriver import ActionChains

    step = css(page, ".steps button")[4]
    ActionChains(page).move_to_element(step).perform()
    assert lit(page) == {"columns": [step.get_attribute("data-column")], "steps": ["5"], "dots": ["5"]}
    band = css(page, ".column.lit .band")[0].value_of_css_property("fill")
    assert band != css(page, ".column:not(.lit) .band")[0].value_of_css_property("fill")
    ActionChains(page).move_to_element(css(page, "h1")[0]).perform()
    assert lit(page) == {"columns": [], "steps": [], "dots": []}


def test_pointing_at_a_round_lights_its_steps(page: Chrome) -> None:
    from selenium.webdriver import ActionChains

    ActionChains(page).move_to_element(css(page, ".column")[2]).perform()
    expected = [str(step.number) for step in example().workloads[0].steps if step.round == 1]
    assert lit(page)["columns"] == ["2"]  # the first one shows the pods before
    assert lit(page)["steps"] == expected


def test_the_keyboard_walks_through_the_steps(page: Chrome) -> None:
    from selenium.webdriver import ActionChains, Keys

    def press(key: str) -> str | None:
        ActionChains(page).send_keys(key).perform()
        return page.switch_to.active_element.get_attribute("data-step")

    steps = example().workloads[0].steps
    page.execute_script("document.querySelector('.steps button').focus()")
    ActionChains(page).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
    assert press(Keys.TAB) == "1"
    assert lit(page) == {"columns": ["1"], "steps": ["1"], "dots": ["1"]}
    assert press(Keys.ARROW_DOWN) == "2"
    assert press(Keys.ARROW_UP) == "1"
    assert press(Keys.ARROW_UP) == "1"
    first_of_round_1 = next(str(step.number) for step in steps if step.round == 1)
    assert press(Keys.ARROW_RIGHT) == first_of_round_1
    assert lit(page)["columns"] == ["2"]
    assert press(Keys.ARROW_LEFT) == "1"
    assert press(Keys.END) == str(steps[-1].number)
    assert press(Keys.HOME) == "1"
    # One press leaves the list, however long it is: the next workload's first step.
    assert press(Keys.TAB) == "1"
    section = page.execute_script(
        "return document.activeElement.closest('section').querySelector('h2').textContent"
    )
    assert section.startswith("StatefulSet shop/db")
    outline = page.switch_to.active_element.value_of_css_property("outline-style")
    assert outline == "solid"


def test_light_and_dark_follow_the_reader(page: Chrome) -> None:
    def colors(scheme: str) -> tuple[str, str]:
        feature = {"name": "prefers-color-scheme", "value": scheme}
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        body = css(page, "body")[0]
        return body.value_of_css_property("background-color"), body.value_of_css_property("color")

    light, dark = colors("light"), colors("dark")
    assert light[0] == "rgba(255, 255, 255, 1)"
    assert light[0] != dark[0]
    assert light[1] != dark[1]


def test_it_can_be_printed(page: Chrome) -> None:
    printed = page.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    pdf = base64.b64decode(printed["data"])
    assert pdf.startswith(b"%PDF")
    assert len(pdf) > 20_000


def test_a_narrow_window_scrolls_the_drawing_not_the_page(page: Chrome) -> None:
    size = page.get_window_size()
    try:
        page.set_window_size(520, 900)
        overflow = page.execute_script(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
    finally:
        page.set_window_size(size["width"], size["height"])
    assert overflow == 0


def test_the_policy_stops_what_would_get_through(page: Chrome) -> None:
    page.execute_script(
        """document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.broken = 1">'
           + '<button id=evil onclick="window.broken = 1" style="position:fixed;top:0">x</button>');
           const script = document.createElement('script'); script.textContent = 'window.broken = 1';
           document.body.append(script); document.querySelector('#evil').click();"""
    )
    assert page.execute_script("return window.broken") is None
    log = console(page)
    assert any("script-src" in message for message in log)
    assert any("img-src" in message or "default-src" in message for message in log)
    assert any("style-src" in message for message in log)


def test_the_svg_stands_alone(show: Callable[..., Chrome]) -> None:
    browser = show(plan_svg.render(example()), "plan.svg")
    assert console(browser) == []
    assert len(pixels(browser.get_screenshot_as_png())) > 150


def test_nodes_stand_left_of_their_pods(show: Callable[..., Chrome]) -> None:
    sized = {"labels": {}, "allocatable": {"cpu": "1", "memory": "8Gi"}}
    names = [f"ip-10-0-1-2{number}.eu-central-1.compute.internal" for number in range(3)]
    options = Options(nodes=[{"name": name, **sized} for name in names], by_node=True)
    container = {"name": "web", "image": "web:1", "resources": {"requests": {"cpu": "100m"}}}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
    web = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"replicas": 24, "selector": {"matchLabels": {"app": "web"}}, "template": template},
    }
    browser = show(plan_html.render(set_image([web], {"web": "web:2"}, options)))
    assert console(browser) == []
    rows = css(browser, ".chart .row")[: len(names)]
    assert [row.text for row in rows] == names
    left = min(sign.rect["x"] for sign in css(browser, ".column use"))
    assert all(row.rect["x"] > 0 and row.rect["x"] + row.rect["width"] < left for row in rows)
    # Each row begins below the signs of the one before.
    assert [row.rect["y"] for row in rows] == sorted({row.rect["y"] for row in rows})


def test_the_lint_report_loads_without_a_word_on_the_console(
    show: Callable[..., Chrome], report: Report
) -> None:
    browser = show(html.render(report), "lint.html")
    assert console(browser) == []
    assert css(browser, "pre mark")[0].text == "app: api"
    assert len(pixels(browser.get_screenshot_as_png())) > 150


def test_the_lint_report_shows_what_is_chosen(show: Callable[[str, str], Chrome], report: Report) -> None:
    browser = show(html.render(report), "lint.html")

    def shown() -> list[str]:
        articles = [each for each in css(browser, "article") if each.is_displayed()]
        return [each.find_element("css selector", "code").text for each in articles]

    def sections() -> int:
        return sum(each.is_displayed() for each in css(browser, "section.resource"))

    assert shown() == ["selector-mismatch", "no-probe", "yaml-syntax", "service-selects-nothing"]
    css(browser, "#show-error")[0].click()
    assert shown() == ["no-probe", "service-selects-nothing"]
    assert sections() == 2
    css(browser, "#show-warning")[0].click()
    assert shown() == ["service-selects-nothing"]
    assert sections() == 1
    css(browser, "#show-error")[0].click()
    css(browser, "#show-warning")[0].click()
    css(browser, "details.by-rule summary")[0].click()
    css(browser, "#only-rule-yaml-syntax")[0].click()
    assert shown() == ["yaml-syntax"]
    assert sections() == 1
    assert console(browser) == []
