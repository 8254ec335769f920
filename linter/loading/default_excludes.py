"""Folders that hold no manifests of the repository's own: tests, their fixtures, and what was copied from elsewhere.

They are left out where a folder is searched, not where somebody names them.
"""

from __future__ import annotations

from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_VENDORED = frozenset({"vendor", "vendored", "third-party", "third_party"})
_DATA = frozenset({"testdata", "test-data", "test_data"})
"""Fixtures, too; digits may follow."""
_FIXTURES = frozenset(
    {
        "fixture", "fixtures", "test-fixture", "test-fixtures", "test_fixture", "test_fixtures", "__fixtures__", "__mocks__",
        "__snapshots__",
    }
)  # fmt: skip
_TESTS = frozenset({"test", "tests", "testing", "__tests__", "e2e"}).union(
    f"{sort}{joint}{tests}"
    for sort in ("e2e", "integration", "unit", "acceptance", "functional")
    for joint in ("", "-", "_")
    for tests in ("test", "tests")
)
_STAGES = frozenset(
    {
        "acc", "acceptance", "canary", "demo", "dev", "develop", "development", "int", "live", "local", "nonprod", "preprod",
        "preview", "prod", "production", "qa", "sandbox", "stage", "staging", "stg", "uat",
    }
)  # fmt: skip
_VARIANTS = frozenset(
    {
        "applications", "apps", "clusters", "env", "environment", "environments", "envs", "instances", "namespaces",
        "overlay", "overlays", "regions", "stages", "targets", "tenants", "variants",
    }
)  # fmt: skip


class Search(NamedTuple):
    """How folders are searched."""

    default_excludes: bool = True
    """Leave out folders of tests, fixtures and vendored files."""
    include: tuple[str, ...] = ()
    """Patterns of files that are looked at wherever they are."""
    root: Path | None = None
    """The folder that patterns are relative to; None: the current one."""

    def includes(self, name: str) -> bool:
        """Tell whether a file, by its name relative to the root, fits a pattern of `include`."""
        if not self.include:
            return False
        from linter.loading.globs import fits

        return any(fits(name, pattern) for pattern in self.include)


DEFAULT = Search()


def left_out_as(name: str, parent: str = "", siblings: Collection[str] = ()) -> str | None:
    """Return what a folder holds that is left out by default, e.g. "tests"; None for one that is searched.

    Args:
        name: The folder's name.
        parent: The name of the folder it is in.
        siblings: The names of the other folders there.
    """
    folder = name.lower()
    if folder in _VENDORED:
        return "vendored files"
    if folder in _FIXTURES or folder.rstrip("0123456789") in _DATA:
        return "fixtures of tests"
    if folder not in _TESTS:
        return None
    # `test` is also the name of a stage on the way to production.
    is_stage = parent.lower() in _VARIANTS or not _STAGES.isdisjoint(map(str.lower, siblings))
    return None if is_stage else "tests"


def skip_reason(content: str) -> str:
    """Return the reason for a folder with that content."""
    return f"{content}, left out by default (name the folder, or --include it)"
