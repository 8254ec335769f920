"""Role, ClusterRole, RoleBinding and ClusterRoleBinding.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/
"""

from __future__ import annotations

from linter.apiserver.equality import is_same
from linter.apiserver.fields import refuse_change, validate_name
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_meta
from linter.apiserver.selectors import has_malformed_value, validate_label_selector
from linter.kube import names
from linter.kube.suggest import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath

GROUP = "rbac.authorization.k8s.io"
SUBJECT_KINDS = ("ServiceAccount", "User", "Group")


def validate_role(request: Request, errors: Errors) -> None:
    """Judge a Role."""
    _validate_meta(request, errors)
    _validate_rules(request, errors, namespaced=True)


def validate_cluster_role(request: Request, errors: Errors) -> None:
    """Judge a ClusterRole."""
    _validate_meta(request, errors)
    _validate_rules(request, errors, namespaced=False)
    aggregation = request.object.get("aggregationRule")
    if aggregation is None:
        return
    rule = "aggregation-rule"
    path: FieldPath = ("aggregationRule", "clusterRoleSelectors")
    selectors = aggregation.get("clusterRoleSelectors") or ()
    if not selectors:
        errors.required(path, "The aggregation rule selects no ClusterRoles: write a selector.", rule=rule)
    any_value = _had_malformed_value(request)
    for index, selector in enumerate(selectors):
        before = len(errors)
        validate_label_selector(selector, (*path, index), errors, any_value=any_value)
        if len(errors) > before:
            errors.invalid(
                (*path, index), "The selector is malformed, so that it can select nothing.", rule=rule
            )


def validate_role_binding(request: Request, errors: Errors) -> None:
    """Judge a RoleBinding. An update keeps its role."""
    _validate_binding(request, errors, ("Role", "ClusterRole"), namespaced=True)


def validate_cluster_role_binding(request: Request, errors: Errors) -> None:
    """Judge a ClusterRoleBinding. An update keeps its role."""
    _validate_binding(request, errors, ("ClusterRole",), namespaced=False)


def _validate_meta(request: Request, errors: Errors) -> None:
    validate_meta(request, errors, name=names.path_segment, prefix=names.path_segment, keeps_generation=True)


def _validate_rules(request: Request, errors: Errors, *, namespaced: bool) -> None:
    for index, entry in enumerate(request.object.get("rules") or ()):
        _validate_rule(entry, ("rules", index), errors, namespaced=namespaced)


def _validate_rule(entry: Object, path: FieldPath, errors: Errors, *, namespaced: bool) -> None:
    rule = "rbac-rules"
    if not entry.get("verbs"):
        message = "The rule allows nothing: write verbs such as `get`, `list` and `watch`."
        errors.required((*path, "verbs"), message, rule=rule)
    if entry.get("nonResourceURLs"):
        at = (*path, "nonResourceURLs")
        if namespaced:
            message = "A Role is of one namespace, URLs are of the whole cluster: write a ClusterRole."
            errors.invalid(at, message, rule=rule)
        beside = [name for name in ("apiGroups", "resources", "resourceNames") if entry.get(name)]
        if beside:
            message = f"nonResourceURLs can't stand beside {' and '.join(beside)}: write two rules."
            errors.invalid(at, message, rule=rule)
        return
    if not entry.get("apiGroups"):
        message = 'The rule names no API groups: write some; `""` is that of Pods, Services and so on.'
        errors.required((*path, "apiGroups"), message, rule=rule)
    if not entry.get("resources"):
        errors.required((*path, "resources"), "The rule names no resources: write e.g. `pods`.", rule=rule)


def _had_malformed_value(request: Request) -> bool:
    if request.old is None:
        return False
    stored = (request.old.object.get("aggregationRule") or {}).get("clusterRoleSelectors") or ()
    return any(map(has_malformed_value, stored))


def _validate_binding(request: Request, errors: Errors, kinds: tuple[str, ...], *, namespaced: bool) -> None:
    _validate_meta(request, errors)
    _validate_role_ref(request, errors, kinds)
    for index, subject in enumerate(request.object.get("subjects") or ()):
        _validate_subject(subject, ("subjects", index), errors, namespaced=namespaced)


def _validate_role_ref(request: Request, errors: Errors, kinds: tuple[str, ...]) -> None:
    rule = "role-ref"
    path: FieldPath = ("roleRef",)
    role = request.object["roleRef"]
    errors.not_supported((*path, "apiGroup"), "The API group", role["apiGroup"], (GROUP,), rule=rule)
    errors.not_supported((*path, "kind"), "The kind of the role", role.get("kind") or "", kinds, rule=rule)
    validate_name(role, "name", path, errors, names.path_segment, what="The name of the role", rule=rule)
    if request.old is not None and not is_same(stored := request.old.object["roleRef"], role):
        refuse_change(request, path, errors, f"{stored.get('kind')} {stored.get('name')}")


def _validate_subject(subject: Object, path: FieldPath, errors: Errors, *, namespaced: bool) -> None:
    rule = "rbac-subjects"
    kind, name, group = (subject.get(each) or "" for each in ("kind", "name", "apiGroup"))
    if not name:
        errors.required((*path, "name"), "The subject has no name.", rule=rule)
    if kind == "ServiceAccount":
        if name:
            faults = names.dns_subdomain(name)
            errors.faults((*path, "name"), "The name of the ServiceAccount", name, faults, rule=rule)
        if group:
            message = f"The API group is {quote(group)}; that of a ServiceAccount is empty: delete the field."
            errors.unsupported((*path, "apiGroup"), message, rule=rule)
        if not namespaced and not subject.get("namespace"):
            message = "Nobody knows in which namespace the ServiceAccount is: write its namespace."
            errors.required((*path, "namespace"), message, rule=rule)
    elif kind in {"User", "Group"}:
        errors.not_supported((*path, "apiGroup"), "The API group", group, (GROUP,), rule=rule)
    else:
        errors.not_supported((*path, "kind"), "The kind of the subject", kind, SUBJECT_KINDS, rule=rule)


ROLE = Strategy(validate_role, validate_role)
CLUSTER_ROLE = Strategy(validate_cluster_role, validate_cluster_role)
ROLE_BINDING = Strategy(validate_role_binding, validate_role_binding)
CLUSTER_ROLE_BINDING = Strategy(validate_cluster_role_binding, validate_cluster_role_binding)
