"""What all tests share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

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
