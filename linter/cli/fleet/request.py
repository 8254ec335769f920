"""What `podplan fleet` can be asked for. What it shares with `lint` is said there."""

from __future__ import annotations

from linter.cli.lint.request import LintRequest
from linter.cli.request import Flag, Number, Option, Request, Text, Texts


class FleetRequest(Request):
    """One call of `podplan fleet`.

    Args:
        sources: Folders and files.
        given: The values of the options that were given, by the names of the attributes here.
    """

    def __init__(self, sources: tuple[str, ...] = (), **given: object) -> None:
        super().__init__(**given)
        self.sources = sources

    out = Text(
        "--out",
        "-o",
        default=None,
        metavar="DIR",
        type="path",
        help="The folder of the tables; a run is added to those that are there. Every worker has to see it.  [required]",
    )
    master = Text(
        "--master",
        default=None,
        metavar="URL",
        help="Where Spark is, as for spark-submit: local[2], spark://HOST:7077, yarn, k8s://….  [default: what Spark's own "
        "configuration says, or all cores of this machine]",
    )
    conf = Texts(
        "--conf",
        default=(),
        metavar="NAME=VALUE",
        help="A setting of Spark, e.g. spark.executor.memory=4g. May be repeated.",
    )
    partitions = Number(
        "--partitions",
        default=None,
        metavar="N",
        type="number",
        help="How many tasks the repositories are dealt out to.  [default: 16 for each core]",
    )
    split_above = Option[int](
        "--split-above",
        default=5000,
        metavar="FILES",
        type="number",
        shows_default=True,
        help="A repository of more YAML and JSON files is shared by as many tasks as it has times so many; 0: none is.",
    )
    run = Text(
        "--run",
        default=None,
        metavar="NAME",
        help="What the run is called in the tables.  [default: its time, such as 20261126T203000Z]",
    )
    revision = Text(
        "--revision",
        default=None,
        metavar="REV",
        help="Which commit of git repositories is judged.  [default: HEAD of a mirror, the files of a checkout as they are]",
    )
    since = Text(
        "--since",
        default=None,
        metavar="REV",
        help="Also plan what the way from this revision to the judged one does to workloads.",
    )
    kubernetes_version = Texts(
        "--kubernetes-version",
        default=(),
        metavar="VERSION",
        help="A version to judge for. May be repeated: each repository is then judged for each.  [default: what its "
        "configuration says]",
    )
    select = LintRequest.select
    ignore = LintRequest.ignore
    severity = LintRequest.severity
    include = LintRequest.include
    exclude = LintRequest.exclude
    nodes = LintRequest.nodes
    policies = LintRequest.policies
    config_file = Text(
        "--config",
        default=None,
        metavar="FILE",
        type="path",
        help="One configuration for all.  [default: each repository's own]",
    )
    isolated = LintRequest.isolated
    limits = LintRequest.limits
    no_plans = Flag(
        "--no-plans",
        default=False,
        help="Simulate no restart and no drain: hazards are then what rules find.",
    )
    timeout = Option[int](
        "--timeout",
        default=1800,
        metavar="SECONDS",
        type="number",
        shows_default=True,
        help="How long one repository may take; then it counts as failed.",
    )
    format = Option[str](
        "--format",
        default="text",
        type=("text", "json"),
        shows_default=True,
        help="How to print the summary.",
    )
