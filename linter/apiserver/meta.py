"""metadata: the object's name, namespace, labels, annotations, owners and finalizers.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/
"""

from __future__ import annotations

from linter.kube import names
from linter.kube.suggest import did_you_mean, quote
from linter.path import FieldPath, Key, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request


ANNOTATIONS_LIMIT: Final = 262144
_BYTES_OF_A_CHARACTER = 4
"""At most."""
STANDARD_FINALIZERS = ("kubernetes", "orphan", "foregroundDeletion")
_METADATA: FieldPath = ("metadata",)
_NAME: FieldPath = ("metadata", "name")


def validate_meta(
    request: Request,
    errors: Errors,
    *,
    name: Callable[[str], names.Faults] = names.dns_subdomain,
    keeps_generation: bool = False,
    finalizers_need_domain: bool = True,
    prefix: Callable[[str], names.Faults] | None = None,
) -> None:
    """Judge the metadata of an object of a kind that is judged in full whether it is new or updated, as most are.

    Args: as for `validate_object_meta`.
    """
    if request.old is None:
        validate_object_meta(
            request,
            errors,
            name=name,
            keeps_generation=keeps_generation,
            finalizers_need_domain=finalizers_need_domain,
            prefix=prefix,
        )
    else:
        validate_object_meta_update(
            request, errors, as_new=True, finalizers_need_domain=finalizers_need_domain
        )
        if request.metadata.get("name"):
            _validate_name(request.metadata, errors, name, prefix)


def validate_object_meta(
    request: Request,
    errors: Errors,
    *,
    name: Callable[[str], names.Faults],
    keeps_generation: bool = False,
    finalizers_need_domain: bool = True,
    prefix: Callable[[str], names.Faults] | None = None,
) -> None:
    """Judge the metadata of a new object.

    Args:
        request: The request.
        errors: Gets what is wrong.
        name: What is asked of the name.
        keeps_generation: Whether the server takes the generation as it is sent; for most kinds it sets its own.
        finalizers_need_domain: Whether finalizers must have a domain, as those of most kinds.
        prefix: What is asked of generateName; None: the same as of the name, but that it may end with a dash.
    """
    metadata = request.metadata
    _validate_name(metadata, errors, name, prefix)
    validate_namespace(metadata, errors)
    if keeps_generation and (generation := metadata.get("generation") or 0) < 0:
        errors.invalid(
            ("metadata", "generation"),
            f"The generation {generation} is negative. The server sets it: delete the field.",
            rule="object-generation",
        )
    _validate_lists_and_maps(metadata, errors, as_new=True, finalizers_need_domain=finalizers_need_domain)


def validate_object_meta_update(
    request: Request, errors: Errors, *, as_new: bool = False, finalizers_need_domain: bool = True
) -> None:
    """Judge the metadata of an object that takes the place of a stored one.

    Args:
        request: The request; it has a stored object.
        errors: Gets what is wrong.
        as_new: Whether finalizers are judged as those of a new object (a Service's are).
        finalizers_need_domain: As for a new object.
    """
    assert request.old is not None  # noqa: S101  an update
    metadata, old = request.metadata, request.old.object.get("metadata") or {}
    validate_namespace(metadata, errors)
    _validate_identity(metadata, old, errors)
    _validate_deletion(metadata, old, errors)
    _validate_lists_and_maps(metadata, errors, as_new=as_new, finalizers_need_domain=finalizers_need_domain)


def warn_of_object_meta(request: Request, errors: Errors) -> None:
    """Warn of what the server drops from the metadata."""
    references = request.metadata.get("ownerReferences") or []
    for index, reference in enumerate(references):
        if reference in references[:index]:
            errors.warn(
                ("metadata", "ownerReferences", index),
                "This owner reference repeats an earlier one.",
                rule="owner-references-repeated",
                field=".metadata.ownerReferences",
            )
            return


def warn_of_host_name(request: Request, errors: Errors) -> None:
    """Warn of a new workload's name that makes no host names for its pods."""
    if request.old is not None:
        return
    metadata = request.metadata
    name, written = metadata.get("name") or "", "name"
    if not name and metadata.get("generateName"):
        name, written = generated_name(metadata["generateName"]), "generateName"
    if name and names.dns_label(name) and not names.dns_subdomain(name):
        errors.warn(
            ("metadata", written),
            f"The name {quote(metadata[written])} becomes part of the pods' host names, but is not a DNS label: "
            "avoid dots and more than 63 bytes.",
            rule="name-no-hostname",
            field="metadata.name",
        )


def validate_labels(
    labels: Object, path: FieldPath, errors: Errors, *, rule: str, served: FieldPath | None = None
) -> None:
    """Judge keys and values of labels, or of a plain selector. The field that the server names holds no key.

    Args:
        labels: The labels.
        path: Where they are.
        errors: Gets what is wrong.
        rule: The id of the page.
        served: Where the server says that they are, if somewhere else.
    """
    if are_sound_labels(labels):
        return  # nearly always
    for key, value in labels.items():
        key_faults, value_faults = names.qualified_name(key), names.label_value(value)
        if not key_faults and not value_faults:
            continue
        at, spelled = (*path, Key(key)), format_path(served or path)
        for fault in key_faults:
            errors.invalid(at, f"The label key {quote(key)} {fault}.", rule=rule, field=spelled, at_key=True)
        for fault in value_faults:
            message = f"The value {quote(value)} of the label `{key}` {fault}."
            errors.invalid(at, message, rule=rule, field=spelled)


def validate_annotations(
    annotations: Object, path: FieldPath, errors: Errors, *, rule: str, served: FieldPath | None = None
) -> None:
    """Judge the keys of annotations, in which case is free, and their size altogether. Arguments as for validate_labels."""
    if are_sound_annotations(annotations):
        return  # nearly always
    for key in annotations:
        for fault in names.qualified_name(key.lower()):
            message = f"The annotation key {quote(key)} {fault}."
            field = format_path(served or path)
            errors.invalid((*path, Key(key)), message, rule=rule, field=field, at_key=True)
    size = sum(map(names.byte_length, annotations)) + sum(map(names.byte_length, annotations.values()))
    if size > ANNOTATIONS_LIMIT:
        message = f"The annotations have {size} bytes together; at most {ANNOTATIONS_LIMIT} are allowed."
        errors.too_long(path, message, rule=rule, field=format_path(served or path))


def are_sound_labels(labels: Object) -> bool:
    """Tell whether nothing is to be said of labels."""
    return not any(map(names.qualified_name, labels)) and not any(map(names.label_value, labels.values()))


def are_sound_annotations(annotations: Object) -> bool:
    """Tell whether there is surely nothing to say of the keys of annotations, nor of their size."""
    characters = sum(map(len, annotations)) + sum(map(len, annotations.values()))
    return characters * _BYTES_OF_A_CHARACTER <= ANNOTATIONS_LIMIT and not any(
        map(names.qualified_name, map(str.lower, annotations))
    )


def has_kubernetes_annotations(annotations: Object) -> bool:
    """Tell whether Kubernetes itself may read some of the annotations: all of those have its domain in their keys."""
    return "kubernetes.io/" in " ".join(annotations)


def validate_namespace(metadata: Object, errors: Errors) -> None:
    """Judge the namespace that is written."""
    if (namespace := metadata.get("namespace")) and (faults := names.dns_label(namespace)):
        errors.faults(("metadata", "namespace"), "The namespace", namespace, faults, rule="namespace-name")


def generated_name(prefix: str) -> str:
    """Return a name as the server makes it of a generateName: it cuts it and adds five letters."""
    return f"{prefix[:58]}abcde"


def final_name(metadata: Object) -> str:
    """Return the name that an object gets: its own, or one that the server makes of its generateName."""
    name: str = metadata.get("name") or ""
    return name or generated_name(metadata.get("generateName") or "")


def _validate_name(
    metadata: Object,
    errors: Errors,
    check: Callable[[str], names.Faults],
    check_prefix: Callable[[str], names.Faults] | None,
) -> None:
    prefix, name = metadata.get("generateName") or "", metadata.get("name") or ""
    if prefix:
        faults = _prefix_faults(prefix, check) if check_prefix is None else check_prefix(prefix)
        what = "The beginning of a name,"
        for fault in faults:
            errors.invalid(
                (*_METADATA, "generateName"), f"{what} {quote(prefix)}, {fault}.", rule="object-name"
            )
    if name:
        if faults := check(name):
            errors.faults(_NAME, "The name", name, faults, rule="object-name")
    elif prefix:
        # The server makes up the name before it looks at it: what it says of the beginning, it says of the name.
        what = "The name made from generateName"
        errors.faults(_NAME, what, prefix, check(generated_name(prefix)), rule="object-name")
    else:
        errors.required(_NAME, "The object has no name: give it metadata.name.", rule="object-name")


def _prefix_faults(prefix: str, check: Callable[[str], names.Faults]) -> names.Faults:
    if check is names.path_segment:
        return () if prefix in {".", ".."} else check(prefix)
    return check(names.without_trailing_dash(prefix))


def _validate_lists_and_maps(
    metadata: Object, errors: Errors, *, as_new: bool, finalizers_need_domain: bool
) -> None:
    if labels := metadata.get("labels"):
        validate_labels(labels, (*_METADATA, "labels"), errors, rule="label-syntax")
    if annotations := metadata.get("annotations"):
        validate_annotations(annotations, (*_METADATA, "annotations"), errors, rule="annotation-syntax")
    if references := metadata.get("ownerReferences"):
        _validate_owner_references(references, errors)
    if finalizers := metadata.get("finalizers"):
        _validate_finalizers(finalizers, errors, as_new=as_new, need_domain=finalizers_need_domain)


def _validate_owner_references(references: list[Object], errors: Errors) -> None:
    whole = (*_METADATA, "ownerReferences")
    field = format_path(whole)
    rule = "owner-references"
    # Before 1.37 the server names no index, and calls what is missing invalid.
    is_declared = errors.version >= (1, 37)
    missing = errors.required if is_declared else errors.invalid
    controllers = repeated = 0
    for index, reference in enumerate(references):
        if reference in references[:index]:
            repeated += 1
            continue  # the server drops repeated entries before it looks
        path = (*whole, index)
        owner = f"{field}[{index - repeated}]" if is_declared else field
        api_version = reference.get("apiVersion") or ""
        version = _version_of(api_version)
        if not api_version:
            missing(
                (*path, "apiVersion"), "The owner has no apiVersion.", rule=rule, field=f"{owner}.apiVersion"
            )
        elif not version:
            message = f"The owner's apiVersion {quote(api_version)} names no version."
            errors.invalid((*path, "apiVersion"), message, rule=rule, field=f"{owner}.apiVersion")
        for part in ("kind", "name", "uid"):
            if not reference.get(part):
                missing((*path, part), f"The owner has no {part}.", rule=rule, field=f"{owner}.{part}")
        if version == "v1" and api_version in {"v1", "/v1"} and reference.get("kind") == "Event":
            errors.invalid(path, "An Event can't own an object.", rule=rule, field=owner)
        if reference.get("controller"):
            controllers += 1
            if controllers > 1:
                message = "Only one owner can be the controller of an object."
                errors.invalid((*path, "controller"), message, rule=rule, field=field)


def _version_of(api_version: str) -> str:
    """Return the version part of an apiVersion, "" where it has none or more than one `/`."""
    parts = api_version.split("/")
    return parts[-1] if len(parts) <= 2 else ""


def _validate_finalizers(entries: list[str], errors: Errors, *, as_new: bool, need_domain: bool) -> None:
    """Judge finalizers. At an update of most kinds only the missing domain counts."""
    whole = (*_METADATA, "finalizers")
    for index, entry in enumerate(entries):
        path = (*whole, index)
        if as_new:
            faults = names.qualified_name(entry)
            errors.faults(path, "The finalizer", entry, faults, rule="finalizers", field=format_path(whole))
        if need_domain and "/" not in entry and entry not in STANDARD_FINALIZERS:
            errors.invalid(
                path,
                f"The finalizer {quote(entry)} has no domain; write it as `example.com/{entry or 'name'}`."
                f"{did_you_mean(entry, STANDARD_FINALIZERS)}",
                rule="finalizers",
            )
    if as_new and "orphan" in entries and "foregroundDeletion" in entries:
        message = "The finalizers `orphan` and `foregroundDeletion` contradict each other."
        errors.invalid(whole, message, rule="finalizers")


def _validate_identity(new: Object, old: Object, errors: Errors) -> None:
    rule = "object-identity"
    if (new.get("name") or "") != (old.get("name") or ""):
        message = f"The stored object is called {quote(old.get('name') or '')}; a name can't be changed."
        errors.invalid(("metadata", "name"), message, rule=rule)
    stored = old.get("namespace") or "default"
    if (new.get("namespace") or stored) != stored:
        message = f"The stored object is in the namespace {quote(stored)}; it can't be moved."
        errors.invalid(("metadata", "namespace"), message, rule=rule)
    if new.get("uid") and new["uid"] != old.get("uid"):
        message = "The uid is not the stored object's: take it out of the manifest."
        errors.invalid(("metadata", "uid"), message, rule=rule)
    version = new.get("resourceVersion")
    # The server reads it as an unsigned number of 64 bits.
    if version and not (version.isascii() and version.isdigit() and int(version[:30]) < 2**64):
        errors.invalid(
            ("metadata", "resourceVersion"),
            f"The resourceVersion is {quote(version)}, not the number that the cluster gave: take it out of the manifest.",
            rule=rule,
        )


def _validate_deletion(new: Object, old: Object, errors: Errors) -> None:
    rule = "object-deletion"
    if "deletionTimestamp" not in old and "deletionTimestamp" in new:
        message = "Only a delete request sets deletionTimestamp."
        errors.invalid(("metadata", "deletionTimestamp"), message, rule=rule)
    grace = new.get("deletionGracePeriodSeconds")
    if grace is not None and grace != old.get("deletionGracePeriodSeconds"):
        message = "Only a delete request sets deletionGracePeriodSeconds."
        errors.invalid(("metadata", "deletionGracePeriodSeconds"), message, rule=rule)
    if "deletionTimestamp" in old:
        stored = old.get("finalizers") or ()
        added = [entry for entry in new.get("finalizers") or () if entry not in stored]
        if added:
            message = f"The object is being deleted: the finalizer {quote(added[0])} comes too late."
            errors.forbidden(("metadata", "finalizers"), message, rule=rule)
