"""Patterns over paths."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
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
        ("a**b", "ax/yb"),
        ("**/*.yaml", "a.yaml.d/b.yaml"),
        ("a*b*c", "abbxcbc/d"),
        ("**/a/**/b", "x/a/c/a/b"),
        ("*/*/x", "a/b/x"),
        ("k8s/**", "k8s/a"),
        ("[*].yaml", "*.yaml"),
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
        ("a*b", "a/b"),
        ("**/ab", "xab"),
        ("k8s/*/b", "k8s/b"),
        ("k8s/**", "k8s"),
    ],
)
def test_does_not_fit(pattern: str, path: str) -> None:
    assert not fits(path, pattern)


@given(st.text(alphabet="ab*?[]!^-\\/.&~|", max_size=12), st.text(alphabet="ab/", max_size=8))
def test_every_text_is_a_pattern(pattern: str, path: str) -> None:
    fits(path, pattern)


def fits_slowly(path: str, pattern: str) -> bool:
    """Tell the same by trying everything."""
    body = pattern.removeprefix("./").rstrip("/")
    body = body.lstrip("/") if "/" in body else f"**/{body}"
    ends = {len(path)} | {index for index, char in enumerate(path) if char == "/"}

    def rest(at: int, body: str, *, at_start: bool) -> bool:
        if not body:
            return at in ends
        if body.startswith("**"):
            after = body.lstrip("*")
            if at_start and after.startswith("/"):
                starts = [at, *(index + 1 for index in range(at, len(path)) if path[index] == "/")]
                return any(rest(index, after[1:], at_start=True) for index in starts)
            return any(rest(index, after, at_start=False) for index in range(at, len(path) + 1))
        if body.startswith("*"):
            name_ends = next((index for index in range(at, len(path)) if path[index] == "/"), len(path))
            return any(rest(index, body[1:], at_start=False) for index in range(at, name_ends + 1))
        if at == len(path) or (path[at] == "/") != (body[0] == "/") or (body[0] not in {"?", path[at]}):
            return False
        return rest(at + 1, body[1:], at_start=body[0] == "/")

    return rest(0, body, at_start=True)


@settings(max_examples=500)
@given(st.text(alphabet="ab*?/", min_size=1, max_size=9), st.text(alphabet="ab/", max_size=9))
def test_looking_once_finds_what_trying_everything_finds(pattern: str, path: str) -> None:
    assert fits(path, pattern) == fits_slowly(path, pattern)


@pytest.mark.parametrize("part", ["*a", "**a", "**/*a", "*/", "**/"])
@pytest.mark.parametrize("name", ["a", "a/"])
def test_no_pattern_takes_for_ever(part: str, name: str) -> None:
    started = time.process_time()
    assert not fits(name * 2000, part * 40 + "b")
    assert time.process_time() - started < 5
