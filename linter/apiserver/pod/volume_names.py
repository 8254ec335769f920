"""The volumes of a pod as its containers find them: by name."""

from __future__ import annotations

from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from linter.apiserver.request import Object


class PodVolumes(NamedTuple):
    """The volumes of a pod by name; of a StatefulSet's also those that its claim templates make."""

    known: Mapping[str, Object]
    """Every volume, whether something is wrong with it or not."""
    usable: Mapping[str, Object]
    """Those that nothing is wrong with: for the API server there are no others to mount."""


NO_VOLUMES: Final = PodVolumes({}, {})
