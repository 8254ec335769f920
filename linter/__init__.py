"""podplan: a static linter and rollout planner for Kubernetes workload manifests.

`linter.lint` and `linter.plan` are the Python interface; the command line uses nothing else.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linter.engine.finding import Report
    from linter.engine.options import LintOptions

__version__ = "0.1.0"

# In a wheel the folders rules/ and schemas/ lie inside this package. In a checkout they stand at the
# repository's root, beside this package: put the root on the package's path, so that `linter.rules` and
# `linter.schemas` are importable from there too.
if not (Path(__file__).parent / "rules").is_dir():
    __path__.append(str(Path(__file__).parent.parent))


def lint(
    paths: Sequence[str] = (".",),
    *,
    texts: Iterable[tuple[str, str]] = (),
    options: LintOptions | None = None,
    since: str | None = None,
) -> Report:
    """Check manifests.

    Args:
        paths: Files, folders, glob patterns; `-` is standard input.
        texts: More manifests that are in memory: pairs of name and text.
        options: What to check and how; the defaults are those of the command line.
        since: A git revision: report only what is new since then. Both sides are checked whole, so that rules about
            several objects judge rightly; the old side is read from git without a checkout.

    Returns:
        The report: findings in the order of the input, what was suppressed, what could not be read.

    Raises:
        linter.engine.registry.UnknownRuleError: The options name a rule or group that does not exist.
        linter.loading.git.GitError: There is no such revision, or no repository.
    """
    from itertools import chain

    from linter.engine.options import LintOptions as Options
    from linter.engine.run import run
    from linter.loading.discovery import read_all
    from linter.loading.discovery import texts as read_texts

    options = options or Options()
    report = run(chain(read_all(paths), read_texts(texts)), options)
    if since is None:
        return report
    from linter.engine.since import added, under_new_names
    from linter.loading.git import find_revision, read_revision, renamed

    revision = find_revision(since)
    before = under_new_names(read_revision(revision, paths), renamed(revision))
    return added(report, run(before, options))
