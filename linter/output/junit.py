"""The report as JUnit XML: a test suite for each file, a test case for each finding."""

from __future__ import annotations

import re
from itertools import groupby

from linter.output.summary import built_by, looked_at
from linter.output.terminal import sanitize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final
    from xml.etree.ElementTree import Element

    from linter.engine.report.finding import Finding, Report

# What XML 1.0 has no way to write; the rest of the control characters is made visible before.
_NO_XML: Final = re.compile("[\ufffe\uffff]")


def render(report: Report) -> str:
    """Return the XML document.

    Errors and warnings are failures. An info is a test that passes and says something; a suppressed finding one that is
    skipped; a file that could not be read is an error. Where there is none of these, one test passes: a report without
    any test looks like a broken job.
    """
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    root = Element("testsuites", {"name": "podplan"})
    for file, findings in groupby(report.findings, key=lambda each: each.file):
        suite = SubElement(root, "testsuite", {"name": _text(file)})
        for finding in findings:
            _finding(suite, finding)
    if report.suppressed:
        suite = SubElement(root, "testsuite", {"name": "suppressed"})
        for each in report.suppressed:
            why = f"suppressed by {each.by}" + (f": {each.reason}" if each.reason else "")
            SubElement(_case(suite, each.finding), "skipped", {"message": _text(why)})
    if report.unreadable:
        suite = SubElement(root, "testsuite", {"name": "unreadable"})
        for unread in report.unreadable:
            case = SubElement(suite, "testcase", {"name": _text(unread.name), "classname": "podplan"})
            SubElement(case, "error", {"message": _text(unread.message), "type": "unreadable"})
    if not len(root):
        suite = SubElement(root, "testsuite", {"name": "podplan"})
        name = f"nothing found: {looked_at(report)}"
        SubElement(suite, "testcase", {"name": name, "classname": "podplan"})
    for element in (*root, root):
        _count(element)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _finding(suite: Element, finding: Finding) -> None:
    from xml.etree.ElementTree import SubElement

    case = _case(suite, finding)
    position = f"{finding.file}:{finding.range.line}:{finding.range.column}"
    text = "\n".join(
        _text(line)
        for line in (
            f"{position}: {finding.message}",
            *([f"field: {finding.field}"] if finding.field else []),
            *([built_by(finding)] if finding.builds else []),
            finding.docs_url,
        )
    )
    if finding.severity == "info":
        SubElement(case, "system-out").text = text
    else:
        failure = SubElement(case, "failure", {"message": _text(finding.message), "type": finding.severity})
        failure.text = text


def _case(suite: Element, finding: Finding) -> Element:
    from xml.etree.ElementTree import SubElement

    about = str(finding.resource) if finding.resource is not None else finding.file
    return SubElement(
        suite,
        "testcase",
        {
            "name": _text(_unused_name(suite, about, finding)),
            "classname": _text(about),
            "file": _text(finding.file),
            "line": str(finding.range.line),
        },
    )


def _unused_name(suite: Element, about: str, finding: Finding) -> str:
    """Name a test by what does not move when lines are added above: the rule and the field, numbered where there are several."""
    name = _text(f"{finding.rule} {finding.field}" if finding.field else finding.rule)
    used = {case.get("name") for case in suite if case.get("classname") == _text(about)}
    number = 1
    while (numbered := f"{name} ({number})" if number > 1 else name) in used:
        number += 1
    return numbered


def _count(element: Element) -> None:
    cases = list(element.iter("testcase"))
    for attribute, child in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(attribute, str(sum(case.find(child) is not None for case in cases)))
    element.set("tests", str(len(cases)))
    element.set("time", "0")


def _text(text: str) -> str:
    return _NO_XML.sub("\ufffd", sanitize(text))
