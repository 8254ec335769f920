"""Texts that are no manifest: broken YAML, repeated keys, nothing to apply, no apiVersion or kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.engine.rule import Context, Problem, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.document import Document
    from linter.loading.resource import Resource


def _found_by_reader(document: Document, rule_id: str) -> Iterator[Problem]:
    for problem in document.problems:
        if problem.rule == rule_id:
            yield Problem((), problem.message, problem.reason, problem.field, at=problem.range)


@rule("yaml-syntax", kinds=None, scope="document", stage="decode")
def yaml_syntax(document: Document, context: Context) -> Iterator[Problem]:
    """The text is not YAML (or JSON) that kubectl can read.

    Nothing of the document reaches the cluster. The message says what the parser met and where; the cause is often on
    the line above: indentation, a missing blank behind a colon, a quote that is not closed, a tab.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
       labels: {app: web}
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
      labels: {app: web}
    spec:
      clusterIP: None
    ```
    """
    yield from _found_by_reader(document, "yaml-syntax")


@rule("duplicate-key", kinds=None, scope="document", stage="decode")
def duplicate_key(document: Document, context: Context) -> Iterator[Problem]:
    """A key stands twice in one mapping.

    kubectl takes the last one without a word, so that half of what you wrote is lost; the API server's strict reading
    refuses the object. Keep one of them. A key that is both merged (`<<`) and then written counts as well.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      clusterIP: None
      clusterIP: 10.96.0.9
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      clusterIP: None
    ```
    """
    yield from _found_by_reader(document, "duplicate-key")


@rule("yaml-encoding", kinds=None, scope="document", stage="decode", severity="warning")
def yaml_encoding(document: Document, context: Context) -> Iterator[Problem]:
    """The file is not UTF-8 text.

    kubectl puts a replacement character (U+FFFD) where a byte is no text, without a word: a name or a password may come out
    changed. UTF-16 with a byte order mark it reads. Save the file as UTF-8; the position is that of the first byte that does
    not fit.
    """
    yield from _found_by_reader(document, "yaml-encoding")


@rule("yaml-limits", kinds=None, scope="document", stage="decode")
def yaml_limits(document: Document, context: Context) -> Iterator[Problem]:
    """The text is too large, too deep, or grows too much through aliases.

    No real manifest comes near these bounds; kubectl refuses excessive aliasing itself. They keep a broken or hostile
    file from taking the run down.

    ```yaml bad
    a: &a [x, x, x, x, x, x, x, x, x, x]
    b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
    c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
    d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
    e: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
      labels: &labels {app: web}
    spec:
      clusterIP: None
      selector: *labels
    ---
    apiVersion: v1
    kind: Pod
    metadata:
      name: web
      labels: {app: web}
    spec:
      containers: [{name: web, image: "nginx:1.25"}]
    ```
    """
    yield from _found_by_reader(document, "yaml-limits")


@rule("empty-file", kinds=None, scope="document", stage="decode")
def empty_file(document: Document, context: Context) -> Iterator[Problem]:
    """There is no object in the file.

    `kubectl apply` fails with "no objects passed to apply"; often a template rendered to nothing, or a file was emptied
    by mistake. Remove the file or write a manifest.

    ```yaml bad
    # all of it is commented out
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      clusterIP: None
    ```
    """
    yield from _found_by_reader(document, "empty-file")


@rule("empty-document", kinds=None, scope="document", stage="decode", severity="info")
def empty_document(document: Document, context: Context) -> Iterator[Problem]:
    """A document between two separators is empty.

    kubectl skips it. It is harmless, but often the trace of a template that rendered to nothing. Remove the separator.
    A separator at the end of a file, with nothing behind it, is common and not reported.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      clusterIP: None
    ---
    ---
    apiVersion: v1
    kind: Service
    metadata:
      name: db
    spec:
      clusterIP: None
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      clusterIP: None
    ```
    """
    last_line = document.first_line + document.text.count("\n")
    if last_line < document.source.line_count:
        yield from _found_by_reader(document, "empty-document")


@rule("ignored-document", kinds=None, scope="document", stage="decode", severity="warning")
def ignored_document(document: Document, context: Context) -> Iterator[Problem]:
    """Text stands behind `...`, where kubectl no longer reads.

    In YAML `...` ends a document. kubectl splits a file at lines with `---` alone and takes one document from each part:
    what follows `...` is lost without a word. Put `---` between documents.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      clusterIP: None
    ...
    apiVersion: v1
    kind: Service
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      clusterIP: None
    ...
    ```
    """
    yield from _found_by_reader(document, "ignored-document")


@rule("not-an-object", kinds=None, scope="document", stage="decode")
def not_an_object(document: Document, context: Context) -> Iterator[Problem]:
    """The document is a list, a text or a number, not a mapping.

    A Kubernetes object is a mapping with apiVersion, kind and metadata. A list of objects is written as documents
    between `---`, or as `kind: List` with `items`.

    ```yaml bad
    - apiVersion: v1
      kind: Service
    ```

    ```yaml good
    apiVersion: v1
    kind: List
    items:
    - apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec: {clusterIP: None}
    ```
    """
    value = document.value
    if value is None or isinstance(value, dict):
        if isinstance(value, dict) and str(value.get("kind", "")).endswith("List"):
            yield from _items(value)
        return
    kinds = {list: "a list", str: "text", bool: "a boolean"}
    yield Problem(
        (),
        f"This document is {kinds.get(type(value), 'a number')}; a Kubernetes object is a mapping with apiVersion, kind "
        "and metadata.",
        "Malformed",
    )


def _items(value: dict[str, object]) -> Iterator[Problem]:
    items = value.get("items")
    if not isinstance(items, list):
        return
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            yield Problem(("items", index), "This item of the List is no object.", "Malformed")


@rule("missing-api-version", kinds=None, stage="decode")
def missing_api_version(resource: Resource, context: Context) -> Iterator[Problem]:
    """The manifest does not say its apiVersion.

    Without it nobody knows which schema the object follows; kubectl refuses it. Write the version that serves the kind,
    e.g. `apps/v1` for a Deployment, `v1` for a Service.

    ```yaml bad
    kind: Service
    metadata:
      name: web
    spec:
      clusterIP: None
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      clusterIP: None
    ```
    """
    value = resource.manifest.get("apiVersion")
    if value is None or value == "":
        from linter.apiserver.kinds import KINDS

        served = [version for version, kind in KINDS if kind == resource.kind]
        advice = f"write `apiVersion: {served[-1]}`" if served else "say which version serves it"
        what = resource.kind or "object"
        yield Problem(("apiVersion",), f"This {what} has no apiVersion; {advice}.", "Required")
    elif not isinstance(value, str):
        yield Problem(("apiVersion",), "The apiVersion must be text; quote it.", "TypeMismatch")


@rule("missing-kind", kinds=None, stage="decode")
def missing_kind(resource: Resource, context: Context) -> Iterator[Problem]:
    """The manifest does not say its kind.

    Without it nobody knows what the object is; kubectl refuses it.

    ```yaml bad
    apiVersion: v1
    metadata:
      name: web
    spec:
      clusterIP: None
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      clusterIP: None
    ```
    """
    value = resource.manifest.get("kind")
    if value is None or value == "":
        yield Problem(("kind",), "This object has no kind; write e.g. `kind: Deployment`.", "Required")
    elif not isinstance(value, str):
        yield Problem(("kind",), "The kind must be text.", "TypeMismatch")
