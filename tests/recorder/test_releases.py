from __future__ import annotations

import pytest

from conformance.errors import RecordingError
from conformance.releases import advice, parse_release, releases_in
from linter.version import KubeVersion

INDEX = "k8s.io/kubernetes v0.21.0 v1.37.0 v1.37.2 v1.38.0-rc.1 v1.38.1 v1.38.0 v1.9.3"


@pytest.mark.parametrize("text", ["1.38.0", "v1.38.0"])
def test_a_release_is_read_though_podplan_does_not_know_it(text: str) -> None:
    assert parse_release(text) == KubeVersion(1, 38, 0)


@pytest.mark.parametrize("text", ["", "1.38", "1.38.x", "1.38.0.1", "1.38.0-rc.0"])
def test_other_texts_are_not_releases(text: str) -> None:
    with pytest.raises(RecordingError, match=r"is not a release of Kubernetes; write it like 1\.38\.0"):
        parse_release(text)


def test_releases_are_in_order_and_candidates_are_none_of_them() -> None:
    assert [str(release) for release in releases_in(INDEX.split())] == [
        "1.9.3",
        "1.37.0",
        "1.37.2",
        "1.38.0",
        "1.38.1",
    ]


def test_advice_where_nothing_is_newer() -> None:
    assert (
        advice(releases_in(INDEX.split()), KubeVersion(1, 38))
        == "Kubernetes 1.38 is the newest; its latest release is 1.38.1."
    )


def test_advice_names_what_a_newer_version_needs() -> None:
    assert advice(releases_in(INDEX.split()), KubeVersion(1, 36)).splitlines() == [
        "Kubernetes 1.38.1 is released; podplan knows 1.36.",
        "What it needs (docs/recording.md):",
        "1. make record KUBERNETES=1.37.2",
        "2. make record KUBERNETES=1.38.1",
        "3. linter/version.py: NEWEST and DEFAULT become 1.38; linter/kube/gates.py: what gates are on by default",
        "4. make schemas",
        "5. work through the tables that `make record` has printed; `make test` fails until podplan agrees",
        "6. docs/versions.md, CHANGELOG.md",
    ]
