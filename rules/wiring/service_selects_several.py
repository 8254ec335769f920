"""Services that select the pods of different applications."""

from __future__ import annotations

from linter.engine.filing import pod_labels, pod_template
from linter.engine.rule import Context, Problem, rule
from linter.light_typing import NamedTuple
from linter.rules.facts.manifests import describe, describe_all, items, text
from linter.rules.facts.memo import once, once_per_resource
from linter.rules.facts.services import backends, is_headless, runs_to_completion, service_ports

from ._stateful import governed_sets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.engine.inventory import Inventory
    from linter.loading.resource import Resource


@rule("service-selects-several", kinds={"Service"}, severity="warning", needs={"selector"}, asks_run=True)
def service_selects_several(resource: Resource, context: Context) -> Iterator[Problem]:
    """A Service selects the pods of workloads that are different applications.

    It spreads its connections over all of them, so that a part of the requests ends up at a worker, a database or a Job.
    Add a label to the selector that only the wanted pods have.

    Several workloads behind one Service can be meant: a canary beside the stable version, or a set for each zone. They
    run the same image, or their labels differ in the version alone; so nothing is reported of workloads that share an image
    (whatever its registry and tag), nothing of those that only a label like `version` or `track` tells apart, and
    nothing of a headless Service without ports.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata: {name: shop}
    spec:
      selector: {app: shop}
      ports: [{port: 80}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 2
      selector: {matchLabels: {app: shop, part: web}}
      template:
        metadata: {labels: {app: shop, part: web}}
        spec:
          containers: [{name: web, image: "example.com/shop-web:1.4"}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: worker}
    spec:
      replicas: 2
      selector: {matchLabels: {app: shop, part: worker}}
      template:
        metadata: {labels: {app: shop, part: worker}}
        spec:
          containers: [{name: worker, image: "example.com/shop-worker:1.4"}]
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata: {name: shop}
    spec:
      selector: {app: shop, part: web}
      ports: [{port: 80}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 2
      selector: {matchLabels: {app: shop, part: web}}
      template:
        metadata: {labels: {app: shop, part: web}}
        spec:
          containers:
            - name: web
              image: example.com/shop-web:1.4
              readinessProbe: {tcpSocket: {port: 80}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: worker}
    spec:
      replicas: 2
      selector: {matchLabels: {app: shop, part: worker}}
      template:
        metadata: {labels: {app: shop, part: worker}}
        spec:
          containers: [{name: worker, image: "example.com/shop-worker:1.4"}]
    ```
    """
    if is_headless(resource) and not any(service_ports(resource)):
        return
    if len(governed_sets(context.inventory, resource.namespace, resource.name)) > 1:
        return  # governing-service-shared says it at the second StatefulSet
    inventory = context.inventory.beside(resource)
    selected = _selected(inventory, backends(inventory, resource))
    if selected.jobs and selected.services:
        message = (
            f"The pods of {describe_all(selected.jobs, resource)} get a part of this Service's connections, as those of "
            f"{describe(selected.services[0], resource)} do. Add a label to the selector that only the latter have."
        )
        yield Problem(("spec", "selector"), message)
    elif selected.strangers:
        message = (
            f"This Service spreads connections over {describe_all([selected.services[0], *selected.strangers], resource)}, which "
            "run different images. Add a label to the selector that only the wanted pods have."
        )
        yield Problem(("spec", "selector"), message)


class _Selected(NamedTuple):
    """The owners of the pods that a Service selects."""

    jobs: Sequence[Resource]
    services: Sequence[Resource]
    """Those whose pods run for ever."""
    strangers: Sequence[Resource]
    """Those of them that are another application than the first."""


@once
def _selected(_inventory: Inventory, owners: tuple[Resource, ...]) -> _Selected:
    """Tell the owners apart: the same for all Services that select alike."""
    services = [each for each in owners if not runs_to_completion(each)]
    return _Selected([each for each in owners if runs_to_completion(each)], services, _strangers(services))


def _strangers(owners: list[Resource]) -> list[Resource]:
    """Return the owners that share neither an image nor all lasting labels with the first one."""
    if not owners:
        return []
    labels = _lasting_labels(owners[0])
    # Most are labelled alike: their images have no say.
    others = [owner for owner in owners if _lasting_labels(owner) != labels]
    images = _images(owners[0]) if others else set()
    return [
        owner for owner in others if images and (its_own := _images(owner)) and images.isdisjoint(its_own)
    ]


@once_per_resource
def _images(owner: Resource) -> set[str]:
    """Return the names of the images that an owner's pods run, without registry, tag and digest."""
    paths = (
        text(container, "image").partition("@")[0].rpartition("/")[2].partition(":")[0]
        for _, container in items(pod_template(owner), "spec", "containers")
    )
    return set(filter(None, paths))


_OF_A_VERSION = frozenset(
    {"app.kubernetes.io/version", "color", "colour", "release", "slot", "track", "variant", "version"}
)


def _lasting_labels(owner: Resource) -> dict[str, str]:
    """Return the labels of an owner's pods without those that tell versions of one application apart."""
    return {key: value for key, value in (pod_labels(owner) or {}).items() if key not in _OF_A_VERSION}
