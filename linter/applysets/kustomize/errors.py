"""What a kustomization cannot be built for."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.applysets.kustomize.places import Origin, Place


class KustomizeError(Exception):
    """Something in a kustomization, or in a file that it names, is wrong: kustomize would refuse to build it.

    Attributes:
        message: What is wrong, and what to write instead.
        place: Where; None as long as nobody who knows has said it (see `located`).
    """

    def __init__(self, message: str, place: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place

    @property
    def origin(self) -> Origin | None:
        """The file and range of what is wrong."""
        return self.place.origin() if self.place is not None else None

    def located(self, place: Place) -> KustomizeError:
        """Say where it went wrong, if that is not known yet."""
        if self.place is None:
            self.place = place
        return self

    def __str__(self) -> str:
        origin = self.origin
        if origin is None:
            return self.message
        return f"{origin.file}:{origin.range.line}:{origin.range.column}: {self.message}"


class NoTargetError(KustomizeError):
    """A patch is for a resource that is not there.

    Attributes:
        wanted: What kustomize tells that resource apart by.
    """

    def __init__(self, wanted: Any, message: str, place: Place) -> None:
        super().__init__(message, place)
        self.wanted = wanted


class UnsupportedError(KustomizeError):
    """Something that kustomize may be able to build, and this builder is not: what lies elsewhere, runs a program, or is not implemented.

    Attributes:
        feature: Its name, as it stands in the kustomization.
    """

    def __init__(self, feature: str, message: str, place: Place | None = None) -> None:
        super().__init__(message, place)
        self.feature = feature
