"""What expressions of policies and webhooks may name.

Source: pkg/admission/plugin/cel/compile.go and composition.go of k8s.io/apiserver.
"""

from __future__ import annotations

from linter.cel.check.scope import ObjectType, Scope
from linter.cel.check.types import BOOL, DYN, INT, STRING, TIMESTAMP, Type, list_of, map_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from linter.apiserver.request import Request

_KIND: Final = Type("kubernetes.GroupVersionKind")
_RESOURCE: Final = Type("kubernetes.GroupVersionResource")
_TEXTS: Final = list_of(STRING)
_VARIABLES: Final = "kubernetes.variables"
_OBJECTS: Final = {
    "kubernetes.GroupVersionKind": ObjectType(
        "the kind", dict.fromkeys(("group", "version", "kind"), STRING)
    ),
    "kubernetes.GroupVersionResource": ObjectType(
        "the resource", dict.fromkeys(("group", "version", "resource"), STRING)
    ),
    "kubernetes.UserInfo": ObjectType(
        "`userInfo`",
        {"username": STRING, "uid": STRING, "groups": _TEXTS, "extra": map_of(STRING, _TEXTS)},
    ),
    "kubernetes.AdmissionRequest": ObjectType(
        "`request`",
        {
            **dict.fromkeys(("subResource", "requestSubResource", "name", "namespace", "operation"), STRING),
            "kind": _KIND,
            "resource": _RESOURCE,
            "requestKind": _KIND,
            "requestResource": _RESOURCE,
            "userInfo": Type("kubernetes.UserInfo"),
            "dryRun": BOOL,
            "options": DYN,
        },
    ),
    "kubernetes.NamespaceSpec": ObjectType("the spec of a namespace", {"finalizers": _TEXTS}),
    "kubernetes.NamespaceCondition": ObjectType(
        "the condition",
        {**dict.fromkeys(("status", "type", "message", "reason"), STRING), "lastTransitionTime": TIMESTAMP},
    ),
    "kubernetes.NamespaceStatus": ObjectType(
        "the status of a namespace",
        {"conditions": list_of(Type("kubernetes.NamespaceCondition")), "phase": STRING},
    ),
    "kubernetes.NamespaceMetadata": ObjectType(
        "the metadata of a namespace",
        {
            **dict.fromkeys(("name", "generateName", "namespace", "UID", "resourceVersion"), STRING),
            **dict.fromkeys(("labels", "annotations"), map_of(STRING, STRING)),
            **dict.fromkeys(("creationTimestamp", "deletionTimestamp"), TIMESTAMP),
            **dict.fromkeys(("deletionGracePeriodSeconds", "generation"), INT),
            "finalizers": _TEXTS,
        },
    ),
    "kubernetes.Namespace": ObjectType(
        "`namespaceObject`",
        {
            "metadata": Type("kubernetes.NamespaceMetadata"),
            "spec": Type("kubernetes.NamespaceSpec"),
            "status": Type("kubernetes.NamespaceStatus"),
        },
    ),
}
_AUTHORIZER: Final = {
    "authorizer": Type("kubernetes.authorization.Authorizer"),
    "authorizer.requestResource": Type("kubernetes.authorization.ResourceCheck"),
}


def request_scope(request: Request, *, has_params: bool = False) -> Scope:
    """Return what an expression about a request to the API server may name.

    Args:
        request: That which brings the object with the expression. What was stored before may call newer functions.
        has_params: Whether there are parameters.
    """
    variables = {
        "object": DYN,
        "oldObject": DYN,
        "request": Type("kubernetes.AdmissionRequest"),
        "namespaceObject": Type("kubernetes.Namespace"),
        **_AUTHORIZER,
        **({"params": DYN} if has_params else {}),
    }
    return Scope(variables, _OBJECTS, request.version.minor if request.old is None else None)


def with_variable(scope: Scope, name: str, type_: Type | None) -> Scope:
    """Return a scope with one more variable of a policy, `variables.name`.

    Args:
        scope: What there is already.
        name: The name of the variable.
        type_: The type of its value; None if nobody knows.
    """
    known = scope.objects.get(_VARIABLES)
    fields = {**(known.fields if known else {}), name: DYN if type_ is None else _kept(type_)}
    return scope._replace(objects={**scope.objects, _VARIABLES: ObjectType("`variables`", fields)})


def with_variables(scope: Scope) -> Scope:
    """Return a scope in which there are variables of a policy, none of them yet."""
    return scope._replace(
        variables={**scope.variables, "variables": Type(_VARIABLES)},
        objects={**scope.objects, _VARIABLES: ObjectType("`variables`", {})},
    )


def without_authorizer(scope: Scope) -> Scope:
    """Return a scope for messages, which can't ask what a user may do."""
    return scope._replace(
        variables={name: type_ for name, type_ in scope.variables.items() if name not in _AUTHORIZER}
    )


def _kept(type_: Type) -> Type:
    """Return the type that a variable has for the expressions that use it: the server forgets those of objects."""
    if type_.name in {"list", "map"}:
        return Type(type_.name, tuple(map(_kept, type_.params)))
    return type_ if type_.name in _PLAIN else DYN


_PLAIN = frozenset({"bool", "bytes", "double", "int", "string", "uint", "Duration", "Timestamp", "null_type"})
