"""What all tests share."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

# How fast the machine is says nothing about the code.
settings.register_profile("podplan", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# For a longer look, e.g. before a release: `make test PYTEST_ARGS=--hypothesis-profile=thorough`.
settings.register_profile("thorough", settings.get_profile("podplan"), max_examples=2000)
settings.load_profile("podplan")


@pytest.fixture(autouse=True, scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the user's own cache out of the tests, and the tests out of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "PODPLAN_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


LONG = (
    "tests/apiserver/test_conformance.py",
    "tests/fleet/test_spark.py",
    "tests/output/test_plan_html_browser.py",
    "tests/reliability/",
)
"""What takes long: with several processes it comes first, and is dealt out test by test (or group by group)."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let the largest files be dealt out first and the smallest last, so that all processes end together."""
    if not hasattr(config, "workerinput"):
        return
    sizes = Counter(_file(item.nodeid) for item in items)

    def order(item: pytest.Item) -> tuple[bool, int, str]:
        file = _file(item.nodeid)
        return (False, 0, "") if file.startswith(LONG) else (True, -sizes[file], file)

    items.sort(key=order)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Deal out whole files: what a file sets up is set up once, and the books of 12,000 single tests would cost seconds."""
    from xdist.scheduler import LoadGroupScheduling

    config.option.loadscopereorder = False  # the order is that of pytest_collection_modifyitems
    scheduler = LoadGroupScheduling(config, log)
    by_group = scheduler._split_scope
    scheduler._split_scope = lambda nodeid: by_group(nodeid) if nodeid.startswith(LONG) else _file(nodeid)
    return scheduler


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]
