"""ServiceAccount.

Source: https://kubernetes.io/docs/concepts/security/service-accounts/
"""

from __future__ import annotations

from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_meta
from linter.apiserver.request import annotations_of
from linter.path import Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request

_MOUNTABLE = "kubernetes.io/enforce-mountable-secrets"


def validate_service_account(request: Request, errors: Errors) -> None:
    """Judge a ServiceAccount: its metadata alone. What its lists name is free."""
    validate_meta(request, errors, keeps_generation=True)


def warn_of_service_account(request: Request, errors: Errors) -> None:
    """Warn of an annotation that is deprecated since 1.32, where it is new."""
    if request.old is not None and _MOUNTABLE in annotations_of(request.old.object):
        return
    if errors.version >= (1, 32) and _MOUNTABLE in annotations_of(request.object):
        message = (
            f"The annotation `{_MOUNTABLE}` is deprecated: to keep Secrets from other pods, give them a namespace of "
            "their own."
        )
        path = ("metadata", "annotations", Key(_MOUNTABLE))
        errors.warn(path, message, rule="enforce-mountable-secrets", at_key=True)


SERVICE_ACCOUNT = Strategy(validate_service_account, validate_service_account, warn_of_service_account)
