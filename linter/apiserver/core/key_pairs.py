"""Whether a certificate and a private key can be what they should be."""

from __future__ import annotations

import re

# Compiled when first needed, which is hardly ever.
_BEGIN = rb"(?m)^-----BEGIN ([^\n-]+)-----[ \t\r]*$"


def key_pair_fault(certificate: bytes, key: bytes) -> str | None:
    """Return what is wrong with a certificate and its private key, as a sentence; None where nothing is seen.

    The server loads both. Here only what surely fails is reported: neither the certificate nor the key is parsed.

    Args:
        certificate: Certificates in PEM, the server's own one first.
        key: The private key in PEM.
    """
    if b"CERTIFICATE" not in re.findall(_BEGIN, certificate):
        return "`tls.crt` holds no certificate in PEM: it must have a line `-----BEGIN CERTIFICATE-----`."
    if not any(kind.endswith(b"PRIVATE KEY") for kind in re.findall(_BEGIN, key)):
        return "`tls.key` holds no private key in PEM: it must have a line `-----BEGIN PRIVATE KEY-----`."
    return None
