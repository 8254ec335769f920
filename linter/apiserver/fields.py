"""Checks that fields of many kinds share: texts that must be there, and what an update must leave."""

from __future__ import annotations

from linter.apiserver.equality import is_same
from linter.kube.suggest import quote
from linter.schemas import constraints

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.kube.names import Faults
    from linter.path import FieldPath


def validate_name(
    obj: Object,
    name: str,
    path: FieldPath,
    errors: Errors,
    check: Callable[[str], Faults],
    *,
    what: str,
    rule: str,
) -> None:
    """Judge a text that must be there and have a format.

    Args:
        obj: The struct that holds it.
        name: The field.
        path: Where the struct is.
        errors: Gets what is wrong.
        check: What is asked of the text, of linter.kube.names.
        what: What it is, as the beginning of a sentence: "The name of the Service".
        rule: The id of the page.
    """
    value = obj.get(name) or ""
    if not value:
        errors.required((*path, name), f"{what} is missing.", rule=rule)
    elif faults := check(value):
        errors.faults((*path, name), what, value, faults, rule=rule)


def validate_unchanged(request: Request, struct: str, path: FieldPath, errors: Errors) -> None:
    """Refuse an update that changes fields which must stay as they are. On a create nothing is asked.

    Args:
        request: The request.
        struct: The struct that has the fields, for the table of constraints.
        path: Where it is.
        errors: Gets what is wrong.
    """
    if request.old is None:
        return
    new, old = _at(request.object, path), _at(request.old.object, path)
    for name, constraint in constraints(struct):
        if constraint.immutable is None or not constraint.holds_in(errors.version):
            continue
        if not is_same(new.get(name), old.get(name)):
            forbidden = constraint.immutable == "Forbidden"
            refuse_change(request, (*path, name), errors, old.get(name), forbidden=forbidden)


def refuse_change(
    request: Request,
    path: FieldPath,
    errors: Errors,
    old: object,
    *,
    field: str | None = None,
    forbidden: bool = False,
) -> None:
    """Add that a field was changed that must stay as it is.

    Args:
        request: The request.
        path: The field.
        errors: Gets the error.
        old: The stored value.
        field: As the server spells it, where that differs from the path.
        forbidden: Whether the server says Forbidden instead of Invalid.
    """
    stored = f" (it is {quote(old)})" if isinstance(old, (str, int)) and old != "" else ""
    message = (
        f"{path[-1]} of {article(request.kind)} {request.kind} can't be changed{stored}: keep it, give the object a new name, "
        "or delete it and create it again."
    )
    report = errors.forbidden if forbidden else errors.invalid
    report(path, message, rule="immutable-fields", field=field)


def _at(obj: Object, path: FieldPath) -> Object:
    """Return the struct at a path of names, empty where there is none."""
    for name in path:
        obj = obj.get(str(name)) or {}
    return obj


def article(noun: str) -> str:
    """Return the article of a noun: "an" of Ingress, "a" of StorageClass."""
    return "an" if noun[:1].lower() in "aeio" else "a"
