"""Lease.

Source: https://kubernetes.io/docs/concepts/architecture/leases/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.apiserver.fields import validate_range
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_object_meta, validate_object_meta_update
from linter.kube import names

if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request


def validate_lease(request: Request, errors: Errors) -> None:
    """Judge a new Lease."""
    validate_object_meta(
        request, errors, name=names.dns_subdomain, keeps_generation=True, finalizers_need_domain=False
    )
    _validate_spec(request, errors)


def validate_lease_update(request: Request, errors: Errors) -> None:
    """Judge a Lease that takes the place of a stored one."""
    validate_object_meta_update(request, errors, finalizers_need_domain=False)
    _validate_spec(request, errors)


def _validate_spec(request: Request, errors: Errors) -> None:
    # strategy and preferredHolder are dropped: their feature gate is off.
    spec, rule = request.spec, "lease"
    validate_range(spec, "leaseDurationSeconds", ("spec",), errors, 1, None, rule=rule)
    validate_range(spec, "leaseTransitions", ("spec",), errors, 0, None, rule=rule)


LEASE = Strategy(validate_lease, validate_lease_update)
