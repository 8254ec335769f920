"""The controllers: one module or folder a kind, all with the protocol of `base.Controller`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, assert_never

if TYPE_CHECKING:
    from linter.planner.controllers.base import Controller, ControllerContext
    from linter.planner.model import Manifest

Kind = Literal["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"]


def make_controller(manifest: Manifest, context: ControllerContext) -> Controller:
    """Return the controller of a workload that has no pods yet.

    Only the modules of its kind are loaded.

    Args:
        manifest: The object, defaults applied.
        context: What it finds around itself.
    """
    kind: Kind = manifest["kind"]
    match kind:
        case "Deployment":
            from linter.planner.controllers.deployment.controller import DeploymentController

            return DeploymentController(manifest, context)
        case "ReplicaSet":
            from linter.planner.controllers.replicaset.controller import ReplicaSetController

            return ReplicaSetController(manifest, context)
        case "StatefulSet":
            from linter.planner.controllers.statefulset.controller import StatefulSetController

            return StatefulSetController(manifest, context)
        case "DaemonSet":
            from linter.planner.controllers.daemonset.controller import DaemonSetController

            return DaemonSetController(manifest, context)
        case _:
            assert_never(kind)
