"""Environment variables that use others which come later."""

from __future__ import annotations

import re

from linter.engine.rule import Problem, rule
from linter.rules.facts.manifests import items, text
from linter.rules.facts.pods import PODS, containers_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource

_REFERENCE = r"\$(?:\$|\(([A-Za-z_.-][A-Za-z0-9_.-]*)\))"
_OF_SERVICES = r"_SERVICE_HOST$|_SERVICE_PORT|_PORT(_|$)"
"""What the kubelet defines for the Services of the namespace, before all others."""


@rule("variable-before-definition", kinds=PODS, severity="warning", needs={"env"})
def variable_before_definition(resource: Resource, _context: Context) -> Iterator[Problem]:
    """A variable's value uses `$(NAME)`, but NAME is defined below it.

    The kubelet goes through `env` from top to bottom and replaces `$(NAME)` by what is defined above it, or by `envFrom`. What comes
    later does not count: the program gets the text `$(NAME)` as it is written, and no error tells of it. Put the variables that are
    used above those that use them. If the text is meant as it is, write `$$(NAME)`.

    Names that are defined nowhere in the container are not reported, nor is a container with `envFrom`, whose names the manifest does
    not tell.

    Source: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/

    ```yaml bad
    apiVersion: v1
    kind: Pod
    metadata:
      name: app
    spec:
      containers:
      - name: app
        image: example.org/app:1.4.0
        env:
        - {name: URL, value: "http://$(HOST)/"}
        - {name: HOST, value: db}
    ```

    ```yaml good
    apiVersion: v1
    kind: Pod
    metadata:
      name: app
    spec:
      containers:
      - name: app
        image: example.org/app:1.4.0
        env:
        - {name: HOST, value: db}
        - {name: URL, value: "http://$(HOST)/"}
    ```
    """
    for container in containers_of(resource):
        if container.spec.get("envFrom"):
            continue
        variables = items(container.spec, "env")
        if not any("$(" in text(variable, "value") for _, variable in variables):
            continue
        last = {text(variable, "name"): index for index, variable in variables}
        above: set[str] = set()
        for index, variable in variables:
            for name in dict.fromkeys(_used(text(variable, "value"))):
                if name not in above and last.get(name, index) > index and not re.search(_OF_SERVICES, name):
                    yield Problem(
                        (*container.path, "env", index, "value"),
                        f"`$({name})` stays as it is written: {name} is defined below. Put it above {text(variable, 'name')}.",
                    )
            above.add(text(variable, "name"))


def _used(value: str) -> Iterator[str]:
    """Yield the names that a value refers to; `$$` is a dollar sign."""
    for found in re.finditer(_REFERENCE, value):
        if found[1]:
            yield found[1]
