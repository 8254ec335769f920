"""What the API server cannot decode, in the words of the manifest."""

from __future__ import annotations

import pytest

import linter
from linter.engine.config.options import LintOptions


def findings(text: str) -> list[tuple[int, str]]:
    report = linter.lint((), texts=[("a.yaml", text)], options=LintOptions(select=("api",)))
    return [(each.range.line, each.message) for each in report.findings if each.severity == "error"]


SERVICE = (
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  labels: {app: %s}\nspec:\n  ports: [{port: 80}]\n"
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("y", "true"),
        ("on", "true"),
        ("No", "false"),
        ("0123456", "42798"),
        ("81111e1", "811110"),
        ("1.10", "1.1"),
    ],
)
def test_a_value_that_kubectl_reads_otherwise(written: str, read: str) -> None:
    ((line, message),) = findings(SERVICE % written)
    assert line == 5
    assert message.endswith(f" `{written}` is what is written, and kubectl reads it as `{read}`.")


@pytest.mark.parametrize("written", ["true", "12", "1.5"])
def test_a_value_that_is_what_is_written(written: str) -> None:
    ((_, message),) = findings(SERVICE % written)
    assert "is what is written" not in message


def test_a_key_that_kubectl_reads_otherwise() -> None:
    ((line, message),) = findings(SERVICE % "a" + "  on: x\n")
    assert line == 8
    assert (
        message
        == "`true` is not a field of ServiceSpec. `on` is what is written, and kubectl reads it as `true`."
    )


def test_a_repeated_key_that_is_written_in_two_ways() -> None:
    text = SERVICE % "a" + "  true: x\n  on: y\n"
    message = (
        "The key `on`, which kubectl reads as `true`, is already set in this mapping. kubectl takes the last one without a word, "
        "the API server's strict reading refuses it; keep one."
    )
    assert (9, message) in findings(text)


def test_an_alias_is_not_taken_for_what_is_written() -> None:
    text = (SERVICE % "&a y").replace("name: a\n", "name: a\n  annotations: {b: *a}\n")
    text = (
        text.replace("  annotations: {b: *a}\n", "") + "status: {loadBalancer: {ingress: [{hostname: *a}]}}\n"
    )
    assert all("*" not in message for _, message in findings(text))


MODE = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: 'a:1'}]\n"
    "  volumes: [{name: v, secret: {secretName: s, defaultMode: %s}}]\n"
)


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ('"0400"', "write 0400 (256 in JSON), without quotes"),
        ('"400"', "write 0400 (256 in JSON), without quotes"),
        ('"0640"', "write 0640 (416 in JSON), without quotes"),
        ('"420"', "write 0644 (420 in JSON), without quotes"),
        ('"123"', "write it in octal digits with a zero in front, without quotes"),
        ('"rw-r--r--"', "write it in octal digits with a zero in front, without quotes"),
        ("640", "write 0640 (416 in JSON)"),
        ("888", "is out of range: 0 to 0777, or 511 in decimal"),
    ],
)
def test_file_modes(written: str, advice: str) -> None:
    ((line, message),) = findings(MODE % written)
    assert line == 6
    assert message.endswith(f"{advice}.")


@pytest.mark.parametrize(
    ("field", "number", "advice"),
    [
        ("defaultMode", "0400", "JSON knows no octal numbers such as 0400; the mode is 256 there."),
        ("hostPort", "0400", "no number begins with a zero; write 400, or 256 if it is octal."),
        ("hostPort", "08080", "no number begins with a zero; write 8080."),
    ],
)
def test_octal_numbers_in_json(field: str, number: str, advice: str) -> None:
    ((line, message),) = findings(f'{{"apiVersion": "v1", "kind": "Pod",\n "{field}": {number}}}')
    assert line == 2
    assert message.endswith(advice)
