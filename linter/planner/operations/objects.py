"""Operations on the workload's object: each sends another manifest to the API server, or deletes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.planner.errors import OperationError, ScenarioError
from linter.planner.operations import edits
from linter.planner.operations.base import Effect, change_target, gone, update

if TYPE_CHECKING:
    from linter.planner.cluster import Cluster, Target
    from linter.planner.model import Manifest, Revision
    from linter.planner.operations.base import Fields
    from linter.planner.refusal import Refusal


class Apply(NamedTuple):
    """Create or PUT the workload under test, as `kubectl create` and `kubectl replace` do; other objects are left out."""

    manifests: tuple[Manifest, ...]

    @classmethod
    def parse(cls, fields: Fields) -> Apply:
        """Read it out of a scenario."""
        manifests = fields.items("manifests")
        if not manifests:
            raise ScenarioError("manifests", "is empty")
        for index, manifest in enumerate(manifests):
            _check_manifest(manifest, f"manifests[{index}]")
        return cls(tuple(manifests))

    def describe(self) -> str:
        """Say in plain words what it does."""
        names = [f"{each.get('kind')}/{(each.get('metadata') or {}).get('name')}" for each in self.manifests]
        return f"apply {', '.join(names)}"

    def apply(self, cluster: Cluster, target: Target) -> Effect:
        """Carry it out."""
        refusals: list[Refusal] = []
        noticed = False
        for manifest in self.manifests:
            workload = cluster.find(target)
            if (manifest.get("apiVersion"), manifest.get("kind")) != ("apps/v1", target.kind):
                continue
            name = manifest["metadata"]["name"]
            if name != workload.manifest["metadata"]["name"] if workload else target.name not in {"", name}:
                continue
            if workload is None or workload.deleted:
                found = cluster.create(manifest, instead_of=workload)
                refusals += found
                noticed |= not found
            else:
                effect = update(cluster, workload, edits.replaced(workload.manifest, manifest))
                refusals += effect.refusals
                noticed |= effect.noticed
        return Effect(tuple(refusals), noticed)


def _check_manifest(data: Any, path: str) -> None:
    if not isinstance(data, dict):
        raise ScenarioError(path, "a manifest is a mapping")
    for key in ("apiVersion", "kind"):
        if not isinstance(data.get(key), str):
            raise ScenarioError(f"{path}.{key}", "is missing" if key not in data else "must be a string")
    metadata = data.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
        raise ScenarioError(f"{path}.metadata.name", "is missing")


class Scale(NamedTuple):
    """Change spec.replicas, as `kubectl scale` does."""

    replicas: int

    @classmethod
    def parse(cls, fields: Fields) -> Scale:
        """Read it out of a scenario."""
        return cls(fields.integer("replicas"))

    def describe(self) -> str:
        """Say in plain words what it does."""
        return f"scale to {self.replicas}"

    def apply(self, cluster: Cluster, target: Target) -> Effect:
        """Carry it out."""
        return change_target(cluster, target, lambda workload: edits.scaled(workload.manifest, self.replicas))


class SetImage(NamedTuple):
    """Change the image of a container, as `kubectl set image` does.

    Attributes:
        container: The container's name, "*" for all; None: `app`, or the only container.
        image: The image.
    """

    container: str | None
    image: str

    @classmethod
    def parse(cls, fields: Fields) -> SetImage:
        """Read it out of a scenario."""
        return cls(fields.optional_text("container"), fields.text("image"))

    def describe(self) -> str:
        """Say in plain words what it does."""
        return f"set image {f'{self.container}=' if self.container else ''}{self.image}"

    def apply(self, cluster: Cluster, target: Target) -> Effect:
        """Carry it out."""
        return change_target(
            cluster,
            target,
            lambda workload: edits.with_image(workload.manifest, self.image, self.container),
        )


class Patch(NamedTuple):
    """Change fields by a strategic merge patch, as `kubectl patch` does."""

    patch: Manifest

    @classmethod
    def parse(cls, fields: Fields) -> Patch:
        """Read it out of a scenario."""
        return cls(fields.mapping("patch"))

    def describe(self) -> str:
        """Say in plain words what it does."""
        return "patch"

    def apply(self, cluster: Cluster, target: Target) -> Effect:
        """Carry it out."""
        return change_target(cluster, target, lambda workload: self._patched(workload.manifest))

    def _patched(self, live: Manifest) -> Manifest:
        from linter.kube.schema import type_of

        patched: Manifest = edits.patched(live, self.patch, type_of(live["apiVersion"], live["kind"]))
        return patched


class Restart(NamedTuple):
    """Write the time into the template, as `kubectl rollout restart` does: it is one that was never seen before."""

    @classmethod
    def parse(cls, fields: Fields) -> Restart:  # noqa: ARG003  it has no fields
        """Read it out of a scenario."""
        return cls()

    def describe(self) -> str:
        """Say in plain words what it does."""
        return "restart"

    def apply(self, cluster: Cluster, target: Target) -> Effect:
        """Carry it out."""
        return change_target(
            cluster, target, lambda workload: edits.restarted(workload.manifest, cluster.next_restart())
        )


class Pause(NamedTuple):
    """Hold a Deployment's rollouts, as `kubectl rollout pause` does."""

    @classmethod
    def parse(cls, fields: Fields) -> Pause:  # noqa: ARG003  it has no fields
        """Read it out of a scenario."""
        return cls()

    def describe(self) -> str:
        """Say in plain words what it does."""
        return "pause"

    def apply(self, cluster: Cluster, target: Target) -> Effect:
        """Carry it out."""
        return change_target(cluster, target, lambda workload: edits.paused(workload.manifest, value=True))


class Resume(NamedTuple):
    """Let a Deployment's rollouts go on, as `kubectl rollout resume` does."""

    @classmethod
    def parse(cls, fields: Fields) -> Resume:  # noqa: ARG003  it has no fields
        """Read it out of a scenario."""
        return cls()

    def describe(self) -> str:
        """Say in plain words what it does."""
        return "resume"

    def apply(self, cluster: Cluster, target: Target) -> Effect:
        """Carry it out."""
        return change_target(cluster, target, lambda workload: edits.paused(workload.manifest, value=False))


class Undo(NamedTuple):
    """Go back to an earlier template, as `kubectl rollout undo` does.

    Attributes:
        to_revision: The number of its revision; None or 0: the one before.
    """

    to_revision: int | None = None

    @classmethod
    def parse(cls, fields: Fields) -> Undo:
        """Read it out of a scenario."""
        return cls(fields.optional_integer("to_revision"))

    def describe(self) -> str:
        """Say in plain words what it does."""
        return f"undo to revision {self.to_revision}" if self.to_revision else "undo"

    def apply(self, cluster: Cluster, target: Target) -> Effect:
        """Carry it out."""
        return change_target(
            cluster,
            target,
            lambda workload: edits.with_template(
                workload.manifest, self._choose(workload.rollback_history()).template
            ),
        )

    def _choose(self, history: list[Revision]) -> Revision:
        """Return the revision to go back to."""
        history = sorted(history, key=lambda each: each.number)
        if self.to_revision:
            for each in history:
                if each.number == self.to_revision:
                    return each
            numbers = ", ".join(str(each.number) for each in history)
            raise OperationError(f"there is no revision {self.to_revision}; there are: {numbers}")
        if len(history) < 2:
            raise OperationError("there is no earlier revision to go back to")
        return history[-2]


class Delete(NamedTuple):
    """Delete the workload, as `kubectl delete` does; its pods follow."""

    @classmethod
    def parse(cls, fields: Fields) -> Delete:  # noqa: ARG003  it has no fields
        """Read it out of a scenario."""
        return cls()

    def describe(self) -> str:
        """Say in plain words what it does."""
        return "delete"

    def apply(self, cluster: Cluster, target: Target) -> Effect:
        """Carry it out."""
        workload = cluster.need(target)
        if workload.deleted:
            return gone(target)
        workload.delete()
        return Effect(noticed=False)
