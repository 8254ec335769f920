"""Names of signers: who signs a certificate.

Source: https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#signers
"""

from __future__ import annotations

from linter.kube import names
from linter.kube.suggest import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.path import FieldPath


def validate_signer_name(name: str, path: FieldPath, errors: Errors, *, rule: str) -> None:
    """Judge the name of a signer, such as `example.com/signer`.

    Args:
        name: The name, "" where there is none.
        path: Where it is.
        errors: Gets what is wrong.
        rule: The id of the page.
    """
    if not name:
        message = "The signerName is missing: say who is to sign, such as `example.com/signer`."
        errors.required(path, message, rule=rule)
        return
    domain, slash, rest = name.partition("/")
    if not slash or "/" in rest:
        message = (
            f"The signerName is {quote(name)}; it must be a domain and a name such as `example.com/signer`."
        )
        errors.invalid(path, message, rule=rule)
        return
    if names.byte_length(domain) > 253:
        errors.too_long(path, "The domain of the signerName is longer than 253 bytes.", rule=rule)
    labels = domain.split(".")
    for fault in next(filter(None, map(names.dns_label, labels)), ()):
        message = f"The domain of the signerName {quote(name)} has a label that {fault}."
        errors.invalid(path, message, rule=rule)
    if len(labels) < 2:
        message = f"The domain of the signerName {quote(name)} must have at least two labels."
        errors.invalid(path, message, rule=rule)
    for fault in next(filter(None, map(names.dns_subdomain, rest.split("."))), ()):
        message = f"The signerName {quote(name)} has a part behind the `/` that {fault}."
        errors.invalid(path, message, rule=rule)
    if names.byte_length(name) > 571:
        errors.too_long(path, "The signerName is longer than 571 bytes.", rule=rule)
