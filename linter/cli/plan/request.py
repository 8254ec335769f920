"""What every subcommand of `podplan plan` can be asked for."""

from __future__ import annotations

from typing import Final

from linter.cli.lint.request import LintRequest
from linter.cli.request import Flag, Option, Request, Text, Texts

FORMATS: Final = ("text", "json", "markdown", "html", "svg")


class PlanRequest(Request):
    """One call of a subcommand, without what it is about: the files, and what the subcommand alone takes."""

    workload = Text(
        "--workload",
        default=None,
        metavar="KIND/NAME",
        completer="workloads",
        help="Plan this workload alone.  [default: all in the input]",
    )
    nodes = Text(
        "--nodes",
        default=None,
        metavar="FILE",
        type="path",
        setting=True,
        help="Node objects: pods are placed on them as the scheduler does it.  [default: all pods fit somewhere, a DaemonSet has three nodes]",
    )
    state = Text(
        "--state",
        default=None,
        metavar="FILE",
        type="path",
        help="Start from live objects, as `kubectl get deploy,rs,sts,ds,po,nodes,controllerrevisions,pvc,pdb,quota,limits,hpa,ns -o yaml` prints "
        "them.",
    )
    live = Flag(
        "--live",
        default=False,
        help="Start from the live objects, which `kubectl get` is asked for; nothing is changed. Says what it ran.",
    )
    context = Text(
        "--context",
        default=None,
        metavar="CONTEXT",
        help="With --live: the context of the kubeconfig.  [default: the current one]",
    )
    namespace = Text(
        "--namespace",
        "-n",
        default=None,
        metavar="NAMESPACE",
        help="With --live: the namespace, also of files that name none.  [default: the context's]",
    )
    readiness = Option[str](
        "--readiness",
        default="together",
        type=("together", "one-by-one"),
        shows_default=True,
        help="How waiting pods become Ready: all of them in each wave, or the first one alone.",
    )
    failing_images = Texts(
        "--failing-image",
        default=(),
        metavar="IMAGE",
        help="What if pods with this image never become Ready. May be repeated.",
    )
    fail = Text(
        "--fail",
        default=None,
        type=("new",),
        help="What if pods of the new template never become Ready.",
    )
    kubernetes_version = LintRequest.kubernetes_version
    env_file = LintRequest.env_file
    config_file = LintRequest.config_file
    isolated = LintRequest.isolated
    feature_gates = Texts(
        "--feature-gate",
        default=(),
        metavar="NAME=BOOL",
        completer="feature_gates",
        help="A feature gate that differs from the version's default, e.g. MaxUnavailableStatefulSet=true.",
    )
    pod_startup = Text(
        "--pod-startup",
        default=None,
        metavar="SECONDS",
        help="How long a pod takes to become Ready, e.g. 20s.  [default: from the probes]",
    )
    pod_shutdown = Text(
        "--pod-shutdown",
        default=None,
        metavar="SECONDS",
        help="How long a pod takes to end, e.g. 5s.  [default: from preStop and the grace period]",
    )
    format = Option[str](
        "--format",
        default="text",
        type=FORMATS,
        shows_default=True,
        help="How to print the plan.",
    )
    by = Text(
        "--by",
        default=None,
        type=("node",),
        help="Show the pods by the node that they are on, not by revision alone: in text, html and svg, where nodes are known.",
    )
    output = Text(
        "--output",
        "-o",
        default=None,
        metavar="FILE",
        type="path",
        help="Write the plan into a file.",
    )
    all_steps = Flag("--all-steps", default=False, help="Print every step of a long plan, not ranges.")
    max_rounds = Option[int](
        "--max-rounds",
        default=400_000,
        type="number",
        shows_default=True,
        help="Give up on a simulation after so many rounds.",
    )
    max_pods = Option[int](
        "--max-pods",
        default=200_000,
        type="number",
        shows_default=True,
        help="Give up at a StatefulSet of more pods.",
    )
    limits = LintRequest.limits
    color = LintRequest.color
    ascii = LintRequest.ascii
