"""What holds for every object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linter.version import KubeVersion

Judge = Callable[..., set[tuple[str, str | None, str]]]
Manifest = dict[str, Any]

WORDS = st.sampled_from(["", "web", "Web", "a b", "None", "x" * 64])
NUMBERS = st.sampled_from([-1, 0, 1, 80, 30080, 70000])
AMOUNTS = st.sampled_from([-1, 0, 1, "0%", "25%", "101%", "1", "x", ""])
ADDRESSES = st.sampled_from(
    ["", "None", "none", "10.96.0.9", "010.96.0.9", "10.96.0.10", "fd00::9", "::ffff:10.0.0.1"]
)
FAMILIES = st.lists(st.sampled_from(["IPv4", "IPv6", "ipv4"]), max_size=3)


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Manifest]:
    """Return objects that hold any of the fields."""
    return st.fixed_dictionaries({}, optional=fields)


PORTS = st.lists(
    some(
        name=WORDS,
        port=NUMBERS,
        targetPort=NUMBERS | WORDS,
        nodePort=NUMBERS,
        protocol=st.sampled_from(["", "TCP", "UDP", "tcp"]),
        appProtocol=WORDS,
    ),
    max_size=3,
)
SERVICES = some(
    type=st.sampled_from(["", "ClusterIP", "NodePort", "LoadBalancer", "ExternalName", "Other"]),
    ports=PORTS,
    selector=st.dictionaries(WORDS, WORDS, max_size=2),
    clusterIP=ADDRESSES,
    clusterIPs=st.lists(ADDRESSES, max_size=3),
    ipFamilies=FAMILIES,
    ipFamilyPolicy=st.sampled_from(["SingleStack", "PreferDualStack", "RequireDualStack", ""]),
    externalIPs=st.lists(ADDRESSES, max_size=2),
    externalName=WORDS,
    sessionAffinity=st.sampled_from(["", "None", "ClientIP", "x"]),
    sessionAffinityConfig=some(clientIP=some(timeoutSeconds=NUMBERS)),
    loadBalancerIP=ADDRESSES,
    loadBalancerClass=WORDS,
    loadBalancerSourceRanges=st.lists(st.sampled_from(["", "10.0.0.0/8", "10.1.0.0/8"]), max_size=2),
    allocateLoadBalancerNodePorts=st.booleans(),
    externalTrafficPolicy=st.sampled_from(["", "Local", "Cluster", "x"]),
    healthCheckNodePort=NUMBERS,
    internalTrafficPolicy=st.sampled_from(["Local", "Cluster", ""]),
)
ROLLING = some(maxSurge=AMOUNTS, maxUnavailable=AMOUNTS, partition=NUMBERS)
STRATEGY = some(type=st.sampled_from(["", "RollingUpdate", "Recreate", "OnDelete"]), rollingUpdate=ROLLING)
EXPRESSIONS = st.lists(
    some(
        key=WORDS,
        operator=st.sampled_from(["In", "NotIn", "Exists", "x"]),
        values=st.lists(WORDS, max_size=2),
    ),
    max_size=2,
)
SELECTOR = some(matchLabels=st.dictionaries(WORDS, WORDS, max_size=2), matchExpressions=EXPRESSIONS)
TEMPLATE = some(
    metadata=some(labels=st.dictionaries(WORDS, WORDS, max_size=2)),
    spec=some(
        containers=st.just([{"name": "web", "image": "web"}]),
        restartPolicy=st.sampled_from(["", "Always", "Never"]),
        activeDeadlineSeconds=NUMBERS,
    ),
)
COMMON = {
    "selector": SELECTOR,
    "template": TEMPLATE,
    "minReadySeconds": NUMBERS,
    "revisionHistoryLimit": NUMBERS,
}
CLAIM = some(
    metadata=st.just({"name": "data"}),
    spec=some(
        accessModes=st.just(["ReadWriteOnce"]),
        storageClassName=WORDS,
        selector=SELECTOR,
        resources=some(requests=st.fixed_dictionaries({"storage": st.sampled_from(["1Gi", "1024Mi"])})),
    ),
)
SPECS: dict[str, st.SearchStrategy[Manifest]] = {
    "Deployment": some(**COMMON, replicas=NUMBERS, strategy=STRATEGY, progressDeadlineSeconds=NUMBERS),
    "ReplicaSet": some(**COMMON, replicas=NUMBERS),
    "StatefulSet": some(
        **COMMON,
        replicas=NUMBERS,
        serviceName=WORDS,
        updateStrategy=STRATEGY,
        podManagementPolicy=WORDS,
        volumeClaimTemplates=st.lists(CLAIM, max_size=1),
    ),
    "DaemonSet": some(**COMMON, updateStrategy=STRATEGY),
    "Service": SERVICES,
    "PodDisruptionBudget": some(selector=SELECTOR, minAvailable=AMOUNTS, maxUnavailable=AMOUNTS),
    "HorizontalPodAutoscaler": some(
        minReplicas=NUMBERS,
        maxReplicas=NUMBERS,
        scaleTargetRef=some(apiVersion=WORDS, kind=WORDS, name=WORDS),
        metrics=st.lists(
            some(
                type=st.sampled_from(["", "Resource", "Pods", "x"]),
                resource=some(name=WORDS, target=some(type=WORDS, averageUtilization=NUMBERS, averageValue=NUMBERS)),
                pods=some(metric=some(name=WORDS), target=some(type=WORDS, averageValue=NUMBERS)),
            ),
            max_size=2,
        ),
        behavior=some(
            scaleUp=some(
                stabilizationWindowSeconds=NUMBERS,
                selectPolicy=WORDS,
                policies=st.lists(some(type=WORDS, value=NUMBERS, periodSeconds=NUMBERS), max_size=1),
            )
        ),
    ),
}  # fmt: skip
VERSIONS: dict[str, str] = {
    "Service": "v1",
    "PodDisruptionBudget": "policy/v1",
    "HorizontalPodAutoscaler": "autoscaling/v2",
}


@st.composite
def manifests(draw: st.DrawFn, kind: str) -> Manifest:
    manifest: Manifest = {
        "apiVersion": VERSIONS.get(kind, "apps/v1"),
        "kind": kind,
        "metadata": {"name": "web"},
    }
    if draw(st.booleans()) or kind == "Service":
        manifest["spec"] = draw(SPECS[kind])
    return manifest


KINDS = st.sampled_from(sorted(SPECS))
PAIRS = KINDS.flatmap(lambda kind: st.tuples(manifests(kind), manifests(kind)))
# The fixture only holds a function.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@UNHURRIED
@given(KINDS.flatmap(manifests))
def test_what_may_be_created_may_be_applied_again(judge_update: Judge, manifest: Manifest) -> None:
    if not judge_update(manifest):
        assert judge_update(manifest, manifest) == set()


@UNHURRIED
@given(PAIRS, st.sampled_from([KubeVersion(1, minor) for minor in (30, 33, 35, 37)]))
def test_every_pair_is_judged(
    judge_update: Judge, pair: tuple[Manifest, Manifest], version: KubeVersion
) -> None:
    new, old = pair
    for severity in ("error", "warning"):
        found = judge_update(new, old, version, severity)
        assert found == judge_update(new, old, version, severity)
        for _, reason, field in found:
            assert field
            assert (reason is None) is (severity == "warning")
