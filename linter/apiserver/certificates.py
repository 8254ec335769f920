"""CertificateSigningRequest.

Source: https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/
"""

from __future__ import annotations

import re

from linter.apiserver.constraints import check
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_meta
from linter.apiserver.signers import validate_signer_name
from linter.kube import names
from linter.kube.suggest import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request
    from linter.path import FieldPath

_RULE = "certificate-request"
_SPEC: FieldPath = ("spec",)
_LEGACY_SIGNER = "kubernetes.io/legacy-unknown"
_PEM_TYPE = "CERTIFICATE REQUEST"
_PEM = re.compile(
    r"(?:^|\n)-----BEGIN ([^\n]*?)-----[ \t\r]*\n(?:[^\n:]*:[^\n]*\n)*([A-Za-z0-9+/=\s]*?)-----END \1-----[ \t\r]*(?:\n|$)"
)


def validate_certificate_signing_request(request: Request, errors: Errors) -> None:
    """Judge a new request for a certificate."""
    spec = request.spec
    _validate_meta(request, errors)
    if fault := _request_fault(spec.get("request") or ""):
        errors.invalid((*_SPEC, "request"), f"The request {fault}.", rule=_RULE)
    usages = spec.get("usages") or ()
    if not usages:
        errors.required((*_SPEC, "usages"), "usages is empty: say what the certificate is for.", rule=_RULE)
    for index, usage in enumerate(usages):
        path = (*_SPEC, "usages", index)
        if usage in usages[:index]:
            errors.duplicate(path, f"The usage {quote(usage)} is there twice.", rule=_RULE)
    signer, path = spec.get("signerName") or "", (*_SPEC, "signerName")
    if signer == _LEGACY_SIGNER:
        message = f"The signer `{_LEGACY_SIGNER}` is only for v1beta1: name another one."
        errors.invalid(path, message, rule=_RULE)
    else:
        validate_signer_name(signer, path, errors, rule=_RULE)
    check("certificates/v1.CertificateSigningRequestSpec", spec, _SPEC, errors)
    _validate_name(request, errors)


def validate_certificate_signing_request_update(request: Request, errors: Errors) -> None:
    """Judge a request that takes the place of a stored one, whose spec the server keeps, whatever is sent."""
    _validate_meta(request, errors)
    _validate_name(request, errors)


def _validate_meta(request: Request, errors: Errors) -> None:
    validate_meta(request, errors, name=lambda _: (), keeps_generation=True)


def _validate_name(request: Request, errors: Errors) -> None:
    # The kind asks nothing of a name; what every name must be is asked last, and only where nothing else is wrong.
    if not errors:
        validate_meta(request, errors, name=names.path_segment, keeps_generation=True)


def _request_fault(text: str) -> str | None:
    """Return what is wrong with the base64 text of a request. Its signature is not checked: that takes a library."""
    from base64 import b64decode
    from binascii import Error

    pem = b64decode(text).decode("utf-8", "replace")
    for found in _PEM.finditer(pem):
        try:
            der = b64decode("".join(found[2].split()), validate=True)
        except Error:
            continue
        if found[1] != _PEM_TYPE:
            return f"is a PEM block of type {quote(found[1])}, not `{_PEM_TYPE}`"
        return None if _is_sequence(der) else "holds no certificate request"
    return f"has no PEM block of type `{_PEM_TYPE}`: write what `base64 -w0` makes of the file"


def _is_sequence(der: bytes) -> bool:
    """Tell whether bytes are one ASN.1 sequence, as long as it says it is."""
    if len(der) < 2 or der[0] != 0x30:
        return False
    length, start = der[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(der[2:start], "big")
    return len(der) == start + length


CERTIFICATE_SIGNING_REQUEST = Strategy(
    validate_certificate_signing_request, validate_certificate_signing_request_update
)
