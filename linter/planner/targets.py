"""Which objects a plan is asked for, and whether they are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.kinds import WORKLOADS
from linter.kube.suggest import did_you_mean, one_of
from linter.planner.errors import ScenarioError
from linter.planner.model import object_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.planner.model import Manifest
    from linter.planner.options import Options
    from linter.planner.report.plan import WorkloadPlan

_MOST_NAMES = 20
"""A message names no more workloads or images than these."""


def is_workload(manifest: Manifest) -> bool:
    """Tell whether podplan knows the controller of an object; somebody else's kind may have the same name."""
    return manifest.get("apiVersion") == "apps/v1" and manifest.get("kind") in WORKLOADS


def is_wanted(manifest: Manifest, options: Options) -> bool:
    """Tell whether an object is among those that are planned."""
    if options.workload is None:
        return True
    kind, _, name = options.workload.partition("/")
    return str(manifest.get("kind", "")).lower() == kind.lower() and object_id(manifest).name == name


def require_failing_images(plans: Sequence[WorkloadPlan], options: Options) -> None:
    """Make sure that the images that fail are there: a plan without them would answer another question.

    Raises:
        ScenarioError: No pod has one of them.
    """
    if not options.failing_images or not plans:
        return
    present = sorted({image for plan in plans for image in plan.all_images})
    for image in sorted(options.failing_images.difference(present)):
        known = f" There is {one_of(present[:_MOST_NAMES])}." if present else ""
        raise ScenarioError("", f"no pod of the plan has the failing image {image}.{known}")


def require_wanted(manifests: Sequence[Manifest], options: Options) -> None:
    """Make sure that the one workload that is asked for is among the objects.

    Raises:
        ScenarioError: It is not.
    """
    if options.workload is None or any(is_wanted(each, options) for each in manifests):
        return
    present = list(
        dict.fromkeys(f"{each['kind']}/{object_id(each).name}" for each in manifests if is_workload(each))
    )
    near = did_you_mean(options.workload, present)
    known = f" There is {one_of(present[:_MOST_NAMES])}." if present and not near else ""
    raise ScenarioError("", f"there is no {options.workload} in the input.{near}{known}")
