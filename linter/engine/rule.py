"""What a rule is, what it yields, and what it is given."""

from __future__ import annotations

from types import MappingProxyType

from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any, Literal, TypeAlias, TypeVar

    from linter.apiserver.errors import Error
    from linter.engine.inventory import Inventory
    from linter.loading.document import Document
    from linter.loading.place import Range
    from linter.loading.resource import Resource
    from linter.path import FieldPath
    from linter.version import KubeVersion

    Severity = Literal["error", "warning", "info"]
    Group = Literal["api", "wiring", "rollout", "practice", "custom", "podplan"]
    Check = TypeVar("Check", "ResourceCheck", "DocumentCheck")


class Fix(NamedTuple):
    """The one right way to fix a problem, in terms of the manifest's values (linter.engine.fix.suggest makes text of it)."""

    action: Literal["set", "rename", "add"]
    """Set the scalar at the path; rename the key at its end; add entries to the mapping there (made where absent)."""
    path: FieldPath
    value: Any
    """The new value; of a rename the new key; of an addition the entries."""


class Problem(NamedTuple):
    """What a rule yields. The engine turns it into a finding with file, line and severity."""

    path: FieldPath
    """The field at fault. Where it is absent, the finding points at its nearest existing parent."""
    message: str
    """What is wrong and what to do, in one or two plain sentences."""
    reason: str | None = None
    """The API server's error kind (group api): Required, Invalid, NotSupported, Forbidden, Duplicate, TooLong,
    TooMany, NotFound; TypeMismatch, UnknownField, Malformed for what cannot be decoded."""
    field: str | None = None
    """The field as the API server spells it, where that differs from `format_path(path)`."""
    at_key: bool = False
    """Point at the key, not at the value."""
    at: Range | None = None
    """The exact place, where the problem has one that no path names (syntax errors)."""
    fix: Fix | None = None
    """How to fix it, where there is one right way. Fixes of what the API server says are known to linter.engine.fix.suggest."""


def problem_of(error: Error) -> Problem:
    """Return what the API server says as a problem."""
    return Problem(error.path, error.message, error.reason, error.field, error.at_key)


class Context(NamedTuple):
    """What a rule may know besides the resource it looks at."""

    version: KubeVersion
    """The Kubernetes version to judge for."""
    inventory: Inventory
    """The resources that are applied with it; `run` of it holds all of the run."""
    old: Resource | None = None
    """The stored object where an update is judged; None for a create."""
    nodes: tuple[dict[str, Any], ...] | None = None
    """Node objects, where they were given."""
    options: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    """Options of rules, by rule id, from the configuration."""
    namespace: str | None = None
    """The namespace that requests go to, where one was named."""


ResourceCheck: TypeAlias = "Callable[[Resource, Context], Iterator[Problem]]"
DocumentCheck: TypeAlias = "Callable[[Document, Context], Iterator[Problem]]"


class Rule(NamedTuple):
    """A rule as the registry keeps it."""

    id: str
    group: Group
    severity: Severity
    kinds: frozenset[str] | None
    """The kinds it looks at; None for every kind."""
    scope: Literal["resource", "document"]
    check: Callable[[Any, Context], Iterator[Problem]] | None
    """None for what the reader and the API server say (group api): they name the rule with each of their errors."""
    docstring: str | Callable[[], str]
    """The page as it stands in the code, or what gets it from there."""
    options: Mapping[str, Any]
    """The options it knows, with their defaults."""
    needs: frozenset[str] | None = None
    """Fields of which one must be written somewhere in the object for the rule to find anything; None: it always looks."""
    asks_run: bool = False
    """Whether it looks at other resources first of all: while files are checked one by one it need not be asked."""
    asks_nodes: bool = False
    """Whether it finds nothing where no nodes were given (`Context.nodes`)."""

    @property
    def page(self) -> str:
        """First line the summary, then why it matters, how to fix it, a bad and a good example."""
        from inspect import cleandoc

        return cleandoc(self.docstring if isinstance(self.docstring, str) else self.docstring())

    @property
    def summary(self) -> str:
        """The first line of the page."""
        return self.page.partition("\n")[0]


WORKLOADS = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"})


def rule(
    rule_id: str,
    *,
    kinds: frozenset[str] | set[str] | None = WORKLOADS,
    severity: Severity = "error",
    scope: Literal["resource", "document"] = "resource",
    options: Mapping[str, Any] | None = None,
    needs: frozenset[str] | set[str] | None = None,
    asks_run: bool = False,
    asks_nodes: bool = False,
) -> Callable[[Check], Check]:
    """Mark a function as a rule. Its group is the folder of rules/ that its module lies in.

    A rule that can only find something where certain fields are written names them in `needs`: most rules then need not look at
    most objects, which is half of the time. (A rule about something missing, or about a default, has none.) One that asks for the
    inventory whatever an object holds says `asks_run`: it then waits for the other files at once. Without that it is asked in vain first.
    One that is about nodes says `asks_nodes`: it is not asked where none were given.

    The function gets `(resource, context)` (or `(document, context)` with scope `document`) and yields problems.
    """

    def mark(check: Check) -> Check:
        # A module that lies in no folder is a custom rule, named in a configuration.
        group = ("custom", *check.__module__.split("."))[-2]
        check.rule = Rule(  # type: ignore[attr-defined]
            id=rule_id,
            group=group,  # type: ignore[arg-type]
            severity=severity,
            kinds=None if kinds is None else frozenset(kinds),
            scope=scope,
            check=check,
            docstring=check.__doc__ or "",
            options=options or {},
            needs=None if needs is None else frozenset(needs),
            asks_run=asks_run,
            asks_nodes=asks_nodes,
        )
        return check

    return mark
