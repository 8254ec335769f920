"""Patterns over paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.loading.globs import fits


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("charts", "charts/web/a.yaml"),
        ("charts/", "charts/a.yaml"),
        ("charts", "k8s/charts/a.yaml"),
        ("k8s/charts", "k8s/charts/a.yaml"),
        ("./k8s/charts", "k8s/charts/a.yaml"),
        ("/k8s", "k8s/a.yaml"),
        ("*.yaml", "k8s/web/a.yaml"),
        ("k8s/*.yaml", "k8s/a.yaml"),
        ("k8s/**", "k8s/web/a.yaml"),
        ("k8s/**/a.yaml", "k8s/a.yaml"),
        ("k8s/**/a.yaml", "k8s/b/c/a.yaml"),
        ("**/a.yaml", "a.yaml"),
        ("a?.yaml", "ab.yaml"),
        ("[ab].yaml", "b.yaml"),
        ("[!ab].yaml", "c.yaml"),
        ("a+(b).yaml", "a+(b).yaml"),
        ("a[.yaml", "a[.yaml"),
    ],
)
def test_fits(pattern: str, path: str) -> None:
    assert fits(path, pattern)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("charts", "charts2/a.yaml"),
        ("charts/web", "k8s/charts/web/a.yaml"),
        ("k8s/*.yaml", "k8s/web/a.yaml"),
        ("*.yml", "a.yaml"),
        ("a?.yaml", "a/.yaml"),
        ("[!ab].yaml", "a.yaml"),
        ("k8s/**/a.yaml", "k8s/b/ca.yaml"),
        ("a.yaml", "a-yaml"),
    ],
)
def test_does_not_fit(pattern: str, path: str) -> None:
    assert not fits(path, pattern)


@given(st.text(alphabet="ab*?[]!^-\\/.&~|", max_size=12), st.text(alphabet="ab/", max_size=8))
def test_every_text_is_a_pattern(pattern: str, path: str) -> None:
    fits(path, pattern)
