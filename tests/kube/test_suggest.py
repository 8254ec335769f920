"""Words for messages."""

from __future__ import annotations

import pytest

from linter.kube import suggest

TYPES = ("ClusterIP", "NodePort", "LoadBalancer")


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("clusterIP", "ClusterIP"),
        ("loadbalancer", "LoadBalancer"),
        ("load-balancer", "LoadBalancer"),
        ("NodePorts", "NodePort"),
        ("Ingress", None),
        ("", None),
        ("x" * 1000, None),
    ],
)
def test_near_misses(value: str, meant: str | None) -> None:
    assert suggest.suggest(value, TYPES) == meant
    assert suggest.did_you_mean(value, TYPES) == (f" Did you mean `{meant}`?" if meant else "")


def test_values_are_cut_short() -> None:
    assert suggest.quote("web") == "`web`"
    assert len(suggest.quote("x" * 1000)) == 80


def test_values_stay_on_their_line() -> None:
    assert suggest.quote("a\nb") == r"`a\nb`"
    assert suggest.quote("é") == "`é`"


def test_lists() -> None:
    assert suggest.one_of(("A",)) == "`A`"
    assert suggest.one_of(TYPES) == "`ClusterIP`, `NodePort` or `LoadBalancer`"


def test_not_supported() -> None:
    said = suggest.not_supported("The type", "nodeport", TYPES)
    assert said == (
        "The type is `nodeport`; it must be `ClusterIP`, `NodePort` or `LoadBalancer`. Did you mean `NodePort`?"
    )
    assert suggest.not_supported("The type", "", ("A", "B")) == "The type is empty; it must be `A` or `B`."
