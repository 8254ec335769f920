"""Volumes: their names, and that each has one complete source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.engine.rule import Context, Problem, rule
from linter.kube import names, quantities
from linter.kube.suggest import quote
from linter.path import FieldPath, Key, format_path

from .checks import faulty, judged_pod, one_of_these, required, stored_pod
from .claims import claim_spec_problems
from .legacy_volumes import LEGACY
from .metadata import annotation_problems, label_problems
from .references import field_ref_problems, resource_field_ref_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linter.kube.pods import Pod, Volume
    from linter.loading.resource import Resource
    from linter.version import KubeVersion

Object = dict[str, Any]

# The order in which the API server takes the sources: the first one counts, the others are refused.
_ORDER = (
    "emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi",
    "glusterfs", "flocker", "persistentVolumeClaim", "rbd", "cinder", "cephfs", "quobyte", "downwardAPI", "fc",
    "flexVolume", "configMap", "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk",
    "storageos", "projected", "scaleIO", "csi", "ephemeral", "image",
)  # fmt: skip
_SPELLED = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}  # as the API server does for a second source
_HOST_PATH_TYPES = frozenset(
    {"", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"}
)
_PULL_POLICIES = frozenset({"Always", "IfNotPresent", "Never"})
_VOLUME_FIELDS = frozenset(
    {"metadata.name", "metadata.namespace", "metadata.labels", "metadata.annotations", "metadata.uid"}
)


class _Judged(NamedTuple):
    """What is wrong with the volumes of a pod, by rule, and the volumes that nothing is wrong with, by name."""

    problems: dict[str, list[Problem]]
    sound: dict[str, Volume]


def volumes_by_name(pod: Pod) -> dict[str, Volume]:
    """Return all volumes by name, whether sound or not."""
    return {volume.spec.get("name") or "": volume for volume in pod.volumes}


def sound_volumes(resource: Resource, context: Context) -> dict[str, Volume]:
    """Return the volumes that nothing is wrong with, by name: for the API server there are no others to mount."""
    return _judged_volumes(resource, context).sound


def _judged_volumes(resource: Resource, context: Context) -> _Judged:
    version = context.version
    known: tuple[KubeVersion, _Judged] | None = resource.memo.get(_judged_volumes)
    if known is not None and known[0] == version:
        return known[1]
    judged = _judge_volumes(judged_pod(resource, context), context)
    resource.memo[_judged_volumes] = (version, judged)
    return judged


def _judge_volumes(pod: Pod | None, context: Context) -> _Judged:
    problems: dict[str, list[Problem]] = {}
    sound: dict[str, Volume] = {}
    for volume in pod.volumes if pod else ():
        found = False
        parts = (
            ("volume-names", _name_problems(volume, sound)),
            ("volume-sources", _source_problems(volume, context)),
        )
        for rule_id, each in parts:
            for problem in each:
                found = True
                problems.setdefault(rule_id, []).append(_placed(problem, volume))
        for problem in _claim_problems(volume):
            found = True
            problems.setdefault("claim-templates", []).append(_placed(problem, volume))
        if not found:
            sound[volume.spec.get("name") or ""] = volume
    return _Judged(problems, sound)


def _placed(problem: Problem, volume: Volume) -> Problem:
    """Turn a path as the API server spells it into the one in the manifest, and keep the spelling."""
    if volume.path == volume.seen_at:
        return problem
    rest = problem.path[len(volume.seen_at) :]
    field = problem.field or format_path(problem.path)
    # The volume that a claim template makes is nothing but the template's name.
    path = (*volume.path, "name") if volume.is_claim_template else (*volume.path, *rest)
    return problem._replace(path=path, field=field)


def _name_problems(volume: Volume, sound: dict[str, Volume]) -> Iterator[Problem]:
    name = volume.spec.get("name") or ""
    path = (*volume.seen_at, "name")
    if not name:
        yield required(
            path, "The claim template has no name." if volume.is_claim_template else "The volume has no name."
        )
        return
    faults = names.dns_label(name)
    yield from faulty(path, "The volume name", name, faults)
    if not faults and name in sound:
        yield Problem(path, f"There is another volume named {quote(name)}.", "Duplicate")


def _given(volume: Volume) -> list[str]:
    """Return the sources of a volume, the one that counts first. Without any it is an empty folder."""
    if len(volume.spec) == 2 and "name" in volume.spec:
        return [each for each in volume.spec if each != "name"]
    return [each for each in _ORDER if each in volume.spec] or ["emptyDir"]


def _source_problems(volume: Volume, context: Context) -> Iterator[Problem]:
    path = volume.seen_at
    kind, *others = _given(volume)
    for other in others:
        yield Problem(
            (*path, other),
            f"The volume has the source {kind} already; a volume has one.",
            "Forbidden",
            format_path((*path, _SPELLED.get(other, other))),
        )
    source = volume.spec.get(kind) or {}
    here = (*path, kind)
    # The API server checks this of an iscsi source that is one too many as well.
    iscsi = volume.spec.get("iscsi") or {}
    label = f"{volume.spec.get('name') or ''}:{iscsi.get('targetPortal') or ''}"
    if "initiatorName" in iscsi and names.byte_length(label) > 64:
        message = "With an initiatorName, volume name and targetPortal together have at most 63 characters."
        yield Problem((*path, "name"), message, "Invalid")
    match kind:
        case "projected":
            yield from _projected(source, here, context)
        case "csi":
            yield from _csi(source, here, context)
        case "ephemeral":
            yield from _ephemeral(source, here)
        case _ if kind in _SOURCES:
            yield from _SOURCES[kind](source, here)
        case _ if kind in LEGACY:
            yield from LEGACY[kind](source, here)


def _claim_problems(volume: Volume) -> Iterator[Problem]:
    """Check the claim inside a generic ephemeral volume, if that is the source that counts."""
    if _given(volume)[0] != "ephemeral":
        return
    template = volume.spec["ephemeral"].get("volumeClaimTemplate")
    if template is not None:
        path = (*volume.seen_at, "ephemeral", "volumeClaimTemplate", "spec")
        yield from claim_spec_problems(template.get("spec") or {}, path)


def _empty_dir(source: Object, path: FieldPath) -> Iterator[Problem]:
    limit = source.get("sizeLimit")
    if limit is not None and quantities.parse(limit).nanos < 0:
        yield Problem((*path, "sizeLimit"), f"The size limit {quote(limit)} is negative.", "Forbidden")


def _host_path(source: Object, path: FieldPath) -> Iterator[Problem]:
    where = source.get("path") or ""
    if not where:
        # Without a path the API server does not look at the type.
        yield required((*path, "path"), "The hostPath has no path.")
        return
    if ".." in where.split("/"):
        yield Problem(
            (*path, "path"), f"The path {quote(where)} must not have `..` as an element.", "Invalid"
        )
    yield from one_of_these(
        (*path, "type"), "The type of the hostPath", source.get("type", ""), _HOST_PATH_TYPES
    )


def _secret(source: Object, path: FieldPath) -> Iterator[Problem]:
    if not source.get("secretName"):
        yield required((*path, "secretName"), "The volume names no Secret.")
    yield from _mode(source, "defaultMode", path)
    yield from _items(source, path)


def _config_map(source: Object, path: FieldPath) -> Iterator[Problem]:
    if not source.get("name"):
        yield required((*path, "name"), "The volume names no ConfigMap.")
    yield from _mode(source, "defaultMode", path)
    yield from _items(source, path)


def _mode(source: Object, field: str, path: FieldPath) -> Iterator[Problem]:
    mode = source.get(field)
    if mode is None or names.is_file_mode(mode):
        return
    message = f"The file mode {mode} is out of range: 0 to 0777, or 511 in decimal."
    if mode > 0 and len(str(mode)) == 3 and not {"8", "9"}.intersection(str(mode)):
        message = f"The file mode {mode} is taken as a decimal number; write 0{mode}."
    yield Problem((*path, field), message, "Invalid")


def _items(source: Object, path: FieldPath) -> Iterator[Problem]:
    for index, item in enumerate(source.get("items") or ()):
        here = (*path, "items", index)
        if not item.get("key"):
            yield required((*here, "key"), "The item has no key.")
        if not item.get("path"):
            yield required((*here, "path"), "The item has no path.")
        else:
            yield from faulty(
                (*here, "path"), "The path", item["path"], names.non_reserved_path(item["path"])
            )
        yield from _mode(item, "mode", here)


def _claim(source: Object, path: FieldPath) -> Iterator[Problem]:
    if not source.get("claimName"):
        yield required((*path, "claimName"), "The volume names no PersistentVolumeClaim.")


def _downward_api(source: Object, path: FieldPath) -> Iterator[Problem]:
    yield from _mode(source, "defaultMode", path)
    yield from _downward_items(source, path)


def _downward_items(source: Object, path: FieldPath) -> Iterator[Problem]:
    # The API server leaves `items[…]` out of all these paths.
    for index, item in enumerate(source.get("items") or ()):
        here = (*path, "items", index)
        for problem in _downward_item(item, path):
            rest = problem.path[len(path) :]
            yield problem._replace(path=(*here, *rest), field=problem.field or format_path(problem.path))


def _downward_item(item: Object, path: FieldPath) -> Iterator[Problem]:
    where = item.get("path") or ""
    if not where:
        yield required((*path, "path"), "The item has no path.")
    else:
        yield from faulty((*path, "path"), "The path", where, names.non_reserved_path(where))
    if "fieldRef" in item:
        yield from field_ref_problems(item["fieldRef"], (*path, "fieldRef"), _VOLUME_FIELDS)
        if "resourceFieldRef" in item:
            yield Problem(path, "An item can't have both fieldRef and resourceFieldRef.", "Invalid")
    elif "resourceFieldRef" in item:
        yield from resource_field_ref_problems(
            item["resourceFieldRef"], (*path, "resourceFieldRef"), in_volume=True
        )
    else:
        yield required(path, "An item needs a fieldRef or a resourceFieldRef.")
    yield from _mode(item, "mode", path)


def _projected(source: Object, path: FieldPath, context: Context) -> Iterator[Problem]:
    yield from _mode(source, "defaultMode", path)
    taken: set[str] = set()
    for index, each in enumerate(source.get("sources") or ()):
        here = (*path, "sources", index)
        for kind in ("secret", "configMap"):
            if kind in each:
                if not each[kind].get("name"):
                    yield required((*here, kind, "name"), f"The {kind} has no name.")
                yield from _items(each[kind], (*here, kind))
        if "downwardAPI" in each:
            yield from _downward_items(each["downwardAPI"], (*here, "downwardAPI"))
        if "serviceAccountToken" in each:
            yield from _token(each["serviceAccountToken"], (*here, "serviceAccountToken"), path, context)
        for kind in _ITEM_KINDS:
            for number, item in enumerate((each.get(kind) or {}).get("items") or ()):
                where = item.get("path")
                if where and where in taken:
                    message = f"The path {quote(where)} is taken by another item of the volume."
                    yield Problem(
                        (*here, kind, "items", number, "path"), message, "Invalid", format_path(path)
                    )
                taken.add(where)
        if len(each) > 1:
            yield Problem(
                here, f"A source holds one projection, but this has {', '.join(each)}.", "Forbidden"
            )


def _token(token: Object, path: FieldPath, volume: FieldPath, context: Context) -> Iterator[Problem]:
    seconds = token.get("expirationSeconds", 3600)
    if not 600 <= seconds <= 1 << 32:
        message = (
            f"The token expires after {seconds} seconds; at least 600 (and at most 4294967296) are needed."
        )
        yield Problem((*path, "expirationSeconds"), message, "Invalid")
    where = token.get("path") or ""
    faults = names.non_reserved_path(where)
    if where and (not faults or _stored_token_path_is_bad(context)):
        return
    field = format_path((*volume, "path"))
    if not where:
        yield required((*path, "path"), "The service account token has no path.", field)
    yield from faulty((*path, "path"), "The path", where, faults, field)


def _stored_token_path_is_bad(context: Context) -> bool:
    old = stored_pod(context)
    return old is not None and any(
        names.non_reserved_path((source.get("serviceAccountToken") or {}).get("path") or "")
        for volume in old.volumes
        for source in (volume.spec.get("projected") or {}).get("sources") or ()
    )


def _nfs(source: Object, path: FieldPath) -> Iterator[Problem]:
    if not source.get("server"):
        yield required((*path, "server"), "The volume names no NFS server.")
    where = source.get("path") or ""
    if not where:
        yield required((*path, "path"), "The volume names no path on the NFS server.")
    if not where.startswith("/"):
        yield Problem((*path, "path"), f"The path {quote(where)} must begin with `/`.", "Invalid")


def _csi(source: Object, path: FieldPath, context: Context) -> Iterator[Problem]:
    driver = source.get("driver") or ""
    here = (*path, "driver")
    if not driver:
        yield required(here, "The volume names no CSI driver.")
    if names.byte_length(driver) > 63:
        yield Problem(here, f"The driver name {quote(driver)} is longer than 63 bytes.", "TooLong")
    if driver or context.version < (1, 35):
        yield from faulty(here, "The driver name", driver, names.dns_subdomain(driver.lower()))
    if "nodePublishSecretRef" in source:
        name = source["nodePublishSecretRef"].get("name") or ""
        here = (*path, "nodePublishSecretRef", "name")
        if not name:
            yield required(here, "The Secret has no name.")
        else:
            field = format_path((*path, "name"))
            yield from faulty(here, "The name of the Secret", name, names.dns_subdomain(name), field)


def _ephemeral(source: Object, path: FieldPath) -> Iterator[Problem]:
    template = source.get("volumeClaimTemplate")
    here = (*path, "volumeClaimTemplate")
    if template is None:
        yield required(here, "The ephemeral volume has no volumeClaimTemplate.")
        return
    metadata = template.get("metadata") or {}
    at = (*here, "metadata")
    for field, value in metadata.items():
        if field == "labels":
            yield from label_problems(value, (*at, "labels"), format_path((*at, "labels")))
        elif field == "annotations":
            yield from annotation_problems(value, (*at, "annotations"), format_path((*at, "annotations")))
        elif value or isinstance(value, (list, dict)):
            spelled = "uID" if field == "uid" else field
            message = f"A claim of an ephemeral volume can have labels and annotations, but no {field}."
            yield Problem((*at, field), message, "Forbidden", format_path((*at, spelled)))


def _image(source: Object, path: FieldPath) -> Iterator[Problem]:
    yield from one_of_these((*path, "pullPolicy"), "pullPolicy", source.get("pullPolicy"), _PULL_POLICIES)


_SOURCES: dict[str, Callable[[Object, FieldPath], Iterator[Problem]]] = {
    "emptyDir": _empty_dir,
    "hostPath": _host_path,
    "secret": _secret,
    "configMap": _config_map,
    "persistentVolumeClaim": _claim,
    "downwardAPI": _downward_api,
    "nfs": _nfs,
    "image": _image,
}


@rule("volume-names", needs={"volumes", "volumeClaimTemplates"})
def volume_names(resource: Resource, context: Context) -> Iterator[Problem]:
    """Every volume has a well-formed name of its own.

    A name is a DNS label: at most 63 lower-case letters, digits and `-`, with a letter or digit at both ends. The claim
    templates of a StatefulSet are volumes too, named like the template; a volume of the same name is hidden by it.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          volumes:
          - name: web_data
          containers:
          - name: web
            image: nginx:1.27
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          volumes:
          - name: web-data
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    yield from _judged_volumes(resource, context).problems.get("volume-names", ())


@rule("volume-sources", needs={"volumes", "volumeClaimTemplates"})
def volume_sources(resource: Resource, context: Context) -> Iterator[Problem]:
    """Every volume has one source, and the source is complete.

    A volume comes from one place: a ConfigMap, a Secret, a claim, a path of the node … (with none it is an empty
    folder). The source names what it takes; the paths inside the volume are relative and unique; a file mode is a number
    from 0 to 0777, written in octal. Whatever is wrong with a volume, its mounts find no volume either.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          volumes:
          - name: config
            configMap:
              name: web
              defaultMode: 644
          containers:
          - name: web
            image: nginx:1.27
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          volumes:
          - name: config
            configMap:
              name: web
              defaultMode: 0644
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    yield from _judged_volumes(resource, context).problems.get("volume-sources", ())


def ephemeral_claim_problems(resource: Resource, context: Context) -> list[Problem]:
    """Return what is wrong with the claims inside ephemeral volumes."""
    return _judged_volumes(resource, context).problems.get("claim-templates", [])


# In which versions a volume type was deprecated and stopped working.
_RETIRED = {
    "photonPersistentDisk": "does nothing since 1.16",
    "gitRepo": "is deprecated, and switched off since 1.33; clone in an init container instead",
    "scaleIO": "does nothing since 1.22",
    "flocker": "does nothing since 1.25",
    "storageos": "does nothing since 1.25; use its CSI driver",
    "quobyte": "does nothing since 1.25; use its CSI driver",
    "glusterfs": "does nothing since 1.26",
    "cephfs": "does nothing since 1.31; use its CSI driver",
    "rbd": "does nothing since 1.31; use its CSI driver",
}


@rule("retired-volume-type", severity="warning", needs={*_RETIRED})
def retired_volume_type(resource: Resource, context: Context) -> Iterator[Problem]:
    """No volume has a type that is deprecated or no longer works.

    The API server still takes these types, but a pod with one of them doesn't start.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          volumes:
          - name: source
            gitRepo:
              repository: https://git.example.com/web.git
          containers:
          - name: web
            image: nginx:1.27
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          volumes:
          - name: source
            emptyDir: {}
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    for volume in pod.volumes if pod else ():
        for kind in volume.spec:
            if kind in _RETIRED:
                spelled = format_path((*volume.seen_at, "storageOS" if kind == "storageos" else kind))
                yield Problem(
                    (*volume.path, kind), f"The volume type {kind} {_RETIRED[kind]}.", field=spelled
                )


_ITEM_KINDS = ("secret", "configMap", "downwardAPI")


class _Item(NamedTuple):
    """A file that a volume writes: its path in the volume, where the manifest says so, and from what it comes."""

    file: str
    path: FieldPath
    origin: str


@rule("overlapping-volume-items", severity="warning", needs={"items", "serviceAccountToken"})
def overlapping_volume_items(resource: Resource, context: Context) -> Iterator[Problem]:
    """No two items of a volume write to the same path, or one below the other.

    Of two files with one path only the later is there; a path below another file can't be written at all.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          volumes:
          - name: config
            configMap:
              name: web
              items:
              - {key: main, path: web}
              - {key: extra, path: web/extra}
          containers:
          - name: web
            image: nginx:1.27
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          volumes:
          - name: config
            configMap:
              name: web
              items:
              - {key: main, path: web/main}
              - {key: extra, path: web/extra}
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    for volume in pod.volumes if pod else ():
        seen: list[_Item] = []
        # One warning for each pair that overlaps; the API server sends equal texts once.
        told: set[tuple[str, str, str, str]] = set()
        for item in _written_items(volume):
            for other in seen:
                pair = (item.file, item.origin, other.file, other.origin)
                if _overlap(other.file, item.file) and pair not in told:
                    told.add(pair)
                    message = (
                        f"The path {quote(item.file)} overlaps with {quote(other.file)} ({other.origin})."
                    )
                    yield Problem(item.path, message, field=format_path(volume.seen_at))
            seen.append(item)


def _written_items(volume: Volume) -> Iterator[_Item]:
    for kind, source in volume.spec.items():
        if kind in _ITEM_KINDS:
            yield from _items_of(source, kind, (*volume.path, kind))
        elif kind == "projected":
            for index, each in enumerate(source.get("sources") or ()):
                yield from _projected_items(each, (*volume.path, "projected", "sources", index))


def _projected_items(source: Object, path: FieldPath) -> Iterator[_Item]:
    for kind in _ITEM_KINDS:
        if kind in source:
            yield from _items_of(source[kind], kind, (*path, kind))
    token = source.get("serviceAccountToken")
    if token and token.get("path"):
        yield _Item(
            token["path"].rstrip("/"), (*path, "serviceAccountToken", "path"), "service account token"
        )


def _items_of(source: Object, kind: str, path: FieldPath) -> Iterator[_Item]:
    name = source.get("name") or source.get("secretName")
    origin = f"{kind} {quote(name)}" if name else kind
    for index, item in enumerate(source.get("items") or ()):
        if item.get("path"):
            yield _Item(item["path"].rstrip("/"), (*path, "items", index, "path"), origin)


def _overlap(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


@rule("empty-projection", severity="warning", needs={"projected"})
def empty_projection(resource: Resource, context: Context) -> Iterator[Problem]:
    """No source of a projected volume is empty.

    A source with nothing in it adds nothing to the volume; most often something is indented wrongly. Sources that need a
    feature gate which is off (clusterTrustBundle, podCertificate) are dropped by the API server and leave nothing.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          volumes:
          - name: all
            projected:
              sources:
              - {}
          containers:
          - name: web
            image: nginx:1.27
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          volumes:
          - name: all
            projected:
              sources:
              - configMap:
                  name: web
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    for volume in pod.volumes if pod else ():
        for index, source in enumerate((volume.spec.get("projected") or {}).get("sources") or ()):
            if not source:
                path = (*volume.path, "projected", "sources", index)
                yield Problem(
                    path, "The source adds nothing to the volume.", field=format_path(volume.seen_at)
                )


@rule("fractional-storage", severity="warning", needs={"storage"})
def fractional_storage(resource: Resource, context: Context) -> Iterator[Problem]:
    """The size of a claim is a whole number of bytes.

    `m` stands for thousandths: `100m` is a tenth of a byte. Millions are written `M`, or `Mi` for 1024².

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          volumes:
          - name: scratch
            ephemeral:
              volumeClaimTemplate:
                spec:
                  accessModes: [ReadWriteOnce]
                  resources:
                    requests:
                      storage: 100m
          containers:
          - name: web
            image: nginx:1.27
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          volumes:
          - name: scratch
            ephemeral:
              volumeClaimTemplate:
                spec:
                  accessModes: [ReadWriteOnce]
                  resources:
                    requests:
                      storage: 100M
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    claims: list[tuple[FieldPath, FieldPath, Object]] = []
    for volume in pod.volumes if pod else ():
        if "ephemeral" in volume.spec:
            inside = ("ephemeral", "volumeClaimTemplate", "spec")
            claim = (volume.spec["ephemeral"].get("volumeClaimTemplate") or {}).get("spec") or {}
            claims.append(((*volume.path, *inside), (*volume.seen_at, *inside), claim))
    if resource.kind == "StatefulSet":
        for index, template in enumerate(resource.object["spec"].get("volumeClaimTemplates") or ()):
            path: FieldPath = ("spec", "volumeClaimTemplates", index)
            # The API server leaves out `spec` on creation, and writes it with a capital on update.
            spelled: FieldPath = path if context.old is None else (*path, "Spec")
            claims.append(((*path, "spec"), spelled, template.get("spec") or {}))
    for path, spelled, claim in claims:
        for kind in ("requests", "limits"):
            size = ((claim.get("resources") or {}).get(kind) or {}).get("storage")
            if size is not None and quantities.parse(size).has_fractional_bytes:
                at = ("resources", kind, Key("storage"))
                message = f"{quote(size)} is no whole number of bytes; `m` stands for thousandths."
                yield Problem((*path, *at), message, field=format_path((*spelled, *at)))
