"""What every worker is told of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linter.fleet.tables import RepositoryRow
    from linter.loading.limits import Limits


class Job(NamedTuple):
    """A run, as plain values that reach every worker."""

    run: str
    """Its name."""
    out: str
    """The folder of the tables, as an absolute path: the workers write there, too."""
    settings: Mapping[str, Any]
    """What the command line says against configurations, by the name of the setting."""
    versions: tuple[str, ...]
    """The Kubernetes versions to judge for; none: what the configuration says, or the default."""
    config_file: str | None
    """The one configuration of all, as an absolute path; None: each repository has its own."""
    isolated: bool
    """Whether configurations in repositories have nothing to say."""
    limits: Limits
    revision: str | None
    base: str | None
    plans: bool
    """Whether restarts and drains are simulated."""
    podplan: bytes
    """The digest of podplan's code and of the files that the settings name: with others, all is judged again."""
    seconds: float
    """How long one repository may take."""
    split_above: int | None
    """Of how many manifest files on a repository is large, so that several tasks share it; None: none is."""


Known = dict[tuple[str, str], "RepositoryRow"]
"""Results of earlier runs, by repository and digest."""
