from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest

from conformance import canary
from conformance.errors import RecordingError


def client_with(observed: list[int]) -> Mock:
    """Return a client whose controllers have seen these generations, one at each look; every change is the fifth."""
    seen = iter(observed)

    def call(method: str, path: str, *_: object, **__: object) -> dict[str, Any]:
        if method == "PATCH":
            return {"metadata": {"generation": 5}}
        return {"status": {"observedGeneration": next(seen)}}

    return Mock(call=Mock(side_effect=call))


def test_all_controllers_that_act_on_a_kind_are_waited_for() -> None:
    client = client_with([4, 4, 5, 4, 6])
    canary.Canary(client).wait("Deployment")
    asked = [f"{call.args[0]} {call.args[1].rsplit('/', 2)[1]}" for call in client.call.call_args_list]
    assert asked == [
        "PATCH replicasets",
        *["GET replicasets"] * 3,
        "PATCH deployments",
        *["GET deployments"] * 2,
    ]


def test_a_controller_that_does_not_answer_ends_the_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canary, "_LONGEST_SECONDS", -1.0)
    with pytest.raises(RecordingError, match="the controller of StatefulSets does not answer"):
        canary.Canary(client_with([4])).wait("StatefulSet")
