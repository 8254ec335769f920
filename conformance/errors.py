"""What ends a recording."""

from __future__ import annotations


class RecordingError(Exception):
    """A recording cannot be made; the text says why and what to do."""


class MissingToolsError(RecordingError):
    """Programs that a recording needs are not on PATH."""


class BuildError(RecordingError):
    """A part of Kubernetes could not be built."""


class StartError(RecordingError):
    """A part of the control plane did not start, or ended by itself."""


class ApiError(RecordingError):
    """The API server refused a request that the recorder itself depends on."""
