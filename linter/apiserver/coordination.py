"""Lease.

Source: https://kubernetes.io/docs/concepts/architecture/leases/
"""

from __future__ import annotations

from linter.apiserver.constraints import check
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_object_meta, validate_object_meta_update
from linter.kube import names

TYPE_CHECKING = False
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
    check("coordination/v1.LeaseSpec", request.spec, ("spec",), errors)


LEASE = Strategy(validate_lease, validate_lease_update)
