"""The playground in a real browser, opened as a file. `make playground` builds the page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import console, open_browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium.webdriver import Chrome

PAGE = Path(__file__).parents[2] / "build" / "playground" / "index.html"
SECONDS = 120
"""In which Python starts in the browser, on a busy machine."""

# It takes ten seconds and more until Python runs in the browser.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("playground")]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """The page with its first answer."""
    if not PAGE.is_file():
        pytest.skip("the playground is not built: `make playground`, which needs npm")
    with open_browser(tmp_path_factory.mktemp("profile")) as browser:
        browser.get(PAGE.as_uri())
        wait(browser, "1 rolls out, 1 unchanged")
        yield browser


def wait(browser: Chrome, verdict: str) -> None:
    from selenium.webdriver.support.wait import WebDriverWait

    WebDriverWait(browser, SECONDS).until(lambda _: text(browser, "#plan .verdict") == verdict)


def text(browser: Chrome, selector: str) -> str:
    return browser.find_element("css selector", selector).text


def type_into(browser: Chrome, text_id: str, content: str) -> None:
    browser.execute_script(
        f"const text = document.getElementById('{text_id}'); text.value = {json.dumps(content)}; text.dispatchEvent(new Event('input'))"
    )


def inside(browser: Chrome, part: str, script: str) -> Any:
    """Return what an expression says of the document in a frame."""
    return browser.execute_script(
        f"const document = window.document.querySelector('#{part} iframe').contentDocument; return {script}"
    )


def test_an_update_is_drawn_and_judged(page: Chrome) -> None:
    assert (
        text(page, "#plan .judged") == "Planned the change from before to after: 2 objects, Kubernetes 1.37."
    )
    assert text(page, "#lint .verdict") == "nothing found"
    assert inside(page, "plan", "document.querySelectorAll('.steps button').length") == 9
    # The page inside is as high as what it shows, and its script runs: pointing at a step lights it up.
    assert inside(
        page, "plan", "document.body.scrollHeight <= document.defaultView.frameElement.clientHeight"
    )
    inside(page, "plan", "document.querySelector('.steps button').focus()")
    assert inside(page, "plan", "document.querySelectorAll('.steps .lit').length") == 1


def test_what_is_typed_is_judged_after_a_pause(page: Chrome) -> None:
    manifest = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80000}]}\n"
    type_into(page, "before", "")
    type_into(page, "after", manifest)
    wait(page, "1 is refused")
    assert text(page, "#lint .verdict") == "2 errors"  # a Service without targetPort has it from port
    assert "80000" in inside(page, "lint", "document.body.textContent")


def test_no_request_leaves_the_page(page: Chrome) -> None:
    asked = page.execute_script("return performance.getEntriesByType('resource').map(each => each.name)")
    assert [name for name in asked if not name.startswith("blob:")] == []
    refused = page.execute_async_script(
        "const [done] = arguments; fetch('https://example.com/').then(() => done('sent'), () => done('refused'))"
    )
    assert refused == "refused"
    assert [line for line in console(page) if "example.com" not in line] == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_fits_its_window(page: Chrome, width: int) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    assert page.execute_script("return document.documentElement.scrollWidth") <= width
