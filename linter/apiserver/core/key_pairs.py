"""Whether a certificate and a private key can be what they should be."""

from __future__ import annotations

import re

_BEGIN = re.compile(rb"^-----BEGIN ([^\n-]+)-----[ \t\r]*$", re.MULTILINE)


def key_pair_fault(certificate: bytes, key: bytes) -> str | None:
    """Return what is wrong with a certificate and its private key, as a sentence; None where nothing is seen.

    The server loads both. Here only what surely fails is said: neither the certificate nor the key is parsed.

    Args:
        certificate: Certificates in PEM, the server's own one first.
        key: The private key in PEM.
    """
    if b"CERTIFICATE" not in _BEGIN.findall(certificate):
        return "`tls.crt` holds no certificate in PEM: it must have a line `-----BEGIN CERTIFICATE-----`."
    if not any(kind.endswith(b"PRIVATE KEY") for kind in _BEGIN.findall(key)):
        return "`tls.key` holds no private key in PEM: it must have a line `-----BEGIN PRIVATE KEY-----`."
    return None
