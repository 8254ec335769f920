"""ControllerRevisions: the templates that a StatefulSet or DaemonSet can go back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from linter.planner.state import Revision


def add_to_history(history: list[Revision], revision: Revision) -> Revision:
    """Return the history's revision with the same template, as the newest; without one, add the given revision."""
    newest = max((each.number for each in history), default=0)
    for each in history:
        if each.key == revision.key:
            if each.number < newest:
                each.number = newest + 1
            return each
    revision.number = newest + 1
    history.append(revision)
    return revision


def prune_history(history: list[Revision], limit: int, live: Callable[[], Collection[Revision]]) -> None:
    """Forget a StatefulSet's oldest revisions beyond revisionHistoryLimit; those in use do not count.

    Args:
        history: The revisions; is changed.
        limit: How many to keep.
        live: Returns those in use. It is asked only if there are more than the limit.
    """
    if len(history) <= limit:
        return
    used = live()
    unused = sorted((each for each in history if each not in used), key=lambda each: each.number)
    for each in unused[: max(0, len(unused) - limit)]:
        history.remove(each)


def prune_daemon_history(
    history: list[Revision], limit: int, update: Revision, live: Collection[Revision]
) -> None:
    """Forget a DaemonSet's oldest revisions beyond revisionHistoryLimit.

    Unlike a StatefulSet's, old revisions that have pods count against the limit, although they are spared.
    """
    surplus = len(history) - 1 - limit
    if surplus <= 0:
        return
    for each in sorted(history, key=lambda each: each.number):
        if surplus > 0 and each is not update and each not in live:
            history.remove(each)
            surplus -= 1
