"""Secret.

Source: https://kubernetes.io/docs/concepts/configuration/secret/
"""

from __future__ import annotations

from linter.apiserver.core.data import content, validate_immutable, validate_key, validate_size
from linter.apiserver.fields import refuse_change
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_meta
from linter.path import FieldPath, Key, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request

_RULE = "secret-type"
_ACCOUNT = "kubernetes.io/service-account.name"
_DOCKER_FILES = {
    "kubernetes.io/dockercfg": ".dockercfg",
    "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
}
_TLS = "kubernetes.io/tls"


def validate_secret(request: Request, errors: Errors) -> None:
    """Judge a Secret: its keys, and what its type asks for."""
    validate_meta(request, errors, keeps_generation=True)
    secret = request.object
    written = _written(secret)
    for key, path in written.items():
        validate_key(key, path, errors, field=("data", Key(key)))
    contents = _contents(secret)
    validate_size(sum(map(len, contents.values())), ("data",), errors)
    _validate_type(request, contents, written, errors)


def validate_secret_update(request: Request, errors: Errors) -> None:
    """Judge a Secret that takes the place of a stored one: its type stays."""
    assert request.old is not None  # noqa: S101  an update
    validate_secret(request, errors)
    stored = request.old.object["type"]
    if request.object["type"] != stored:
        refuse_change(request, ("type",), errors, stored)
    new = _contents(request.object)
    # An empty map differs from none, as which it is stored.
    is_changed = new != _contents(request.old.object) or (not new and "data" in request.object)
    validate_immutable(request, ["data"] if is_changed else [], errors)


def warn_of_secret(request: Request, errors: Errors) -> None:
    """Warn of a certificate and a key that no server can use."""
    if request.object["type"] != _TLS:
        return
    from linter.apiserver.core.key_pairs import key_pair_fault

    contents = _contents(request.object)
    fault = key_pair_fault(contents["tls.crt"], contents["tls.key"])
    if fault is not None:
        errors.warn(_written(request.object)["tls.crt"], fault, rule="secret-key-pair")


def _written(secret: Object) -> dict[str, FieldPath]:
    """Return where each value is written. What is in stringData takes the place of what is in data."""
    return {key: (field, Key(key)) for field in ("data", "stringData") for key in secret.get(field) or ()}


def _contents(secret: Object) -> dict[str, bytes]:
    """Return each value as the server holds it."""
    contents = {key: content(value) for key, value in (secret.get("data") or {}).items()}
    for key, text in (secret.get("stringData") or {}).items():
        contents[key] = text.encode(errors="surrogatepass")
    return contents


def _validate_type(
    request: Request, contents: dict[str, bytes], written: dict[str, FieldPath], errors: Errors
) -> None:
    kind = request.object["type"]
    match kind:
        case "kubernetes.io/service-account-token":
            if not (request.metadata.get("annotations") or {}).get(_ACCOUNT):
                message = (
                    f"A Secret of type {kind} needs the annotation `{_ACCOUNT}`, which names the account."
                )
                errors.required(("metadata", "annotations", Key(_ACCOUNT)), message, rule=_RULE)
        case "kubernetes.io/dockercfg" | "kubernetes.io/dockerconfigjson":
            key = _DOCKER_FILES[kind]
            if key not in contents:
                _require(key, kind, errors)
            elif not _is_json_object(contents[key]):
                message = f"The value of `{key}` must be a JSON object, as Docker's config file is."
                errors.invalid(written[key], message, rule=_RULE, field=format_path(("data", Key(key))))
        case "kubernetes.io/basic-auth":
            if contents.keys().isdisjoint({"username", "password"}):
                _require("username", kind, errors)
                _require("password", kind, errors)
        case "kubernetes.io/ssh-auth":
            key = "ssh-privatekey"
            if not contents.get(key):
                _require(key, kind, errors)
        case "kubernetes.io/tls":
            for key in ("tls.crt", "tls.key"):
                if key not in contents:
                    _require(key, kind, errors)
        case _:
            pass  # any other type is free: the server asks nothing of it


def _require(key: str, kind: str, errors: Errors) -> None:
    message = f"A Secret of type {kind} needs the key `{key}`: write it in data (in base64) or stringData."
    errors.required(("data", Key(key)), message, rule=_RULE)


def _is_json_object(text: bytes) -> bool:
    """Tell whether bytes are a JSON object, or null, as Go reads them: bytes that are not UTF-8 don't matter."""
    import json

    try:
        value = json.loads(text.decode(errors="replace"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return value is None or isinstance(value, dict)


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")


SECRET = Strategy(validate_secret, validate_secret_update, warn_of_secret)
