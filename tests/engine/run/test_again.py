"""A run of which an earlier one has left something finds what a run without it finds, whatever was changed in between."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linter.engine.config.options import LintOptions
from linter.engine.registry import all_rules
from linter.engine.report import records
from linter.engine.report.baseline import Entry
from linter.engine.report.record_shape import are_kept_files
from linter.engine.report.scope import PathSettings
from linter.engine.run import files as module_of_files
from linter.engine.run import stored as module
from linter.engine.run.again import Again
from linter.engine.run.inputs import sort_out
from linter.engine.run.run import check
from linter.engine.run.stored import Stored, leaves_files
from linter.loading.source import Source
from linter.loading.yaml import reader

from .damage import damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from linter.engine.report.finding import Report
    from linter.engine.run.inputs import Inputs

ALL = LintOptions(select=("api", "wiring", "rollout", "practice"))


@pytest.fixture(autouse=True, scope="module")
def few_files() -> Iterator[None]:
    """Keep what is left of a few files, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "FEWEST", 1)
        yield


class Entries:
    """A cache in memory."""

    def __init__(self) -> None:
        self.texts: dict[bytes, str] = {}

    def get(self, keys: Sequence[bytes]) -> dict[bytes, str]:
        return {key: self.texts[key] for key in keys if key in self.texts}

    def put(self, entries: Mapping[bytes, str]) -> None:
        self.texts |= entries

    def close(self) -> None:
        pass


def inputs_of(files: Mapping[str, str], options: LintOptions) -> Inputs:
    # Folders are walked by name; what was named, in the order of the command line, is `explicit`.
    return sort_out((Source(name, text, explicit=False) for name, text in files.items()), options)


def told(report: Report, inputs: Inputs) -> str:
    return records.to_text(records.pack_report(report, inputs.all_sources()))


def judged(files: Mapping[str, str], options: LintOptions, entries: Entries | None = None) -> str:
    """Return the report, with what an earlier run has left or without."""
    inputs = inputs_of(files, options)
    if entries is None:
        return told(check(inputs, options), inputs)
    stored = Stored(entries, options, b"this code")
    again = Again(inputs.sources, stored, options.limits) if leaves_files(inputs, options) else None
    report = check(inputs, options, stored, again)
    stored.keep_files()
    return told(report, inputs)


def documents_of(page: str, example: str) -> list[str]:
    """Return the documents of the first example of a rule's page."""
    found = re.search(rf"```yaml {example}\n(.*?)```", page, re.DOTALL)
    return re.split(r"^---\n", found[1], flags=re.MULTILINE) if found else []


EXAMPLES = {
    name: [documents_of(rule.page, example) for example in ("bad", "good")]
    for name, rule in all_rules().items()
    if name != "too-large-to-judge"  # it takes seconds, and is about one object
}


@pytest.mark.parametrize("rule", [name for name, (bad, good) in EXAMPLES.items() if len(bad) + len(good) > 2])
def test_each_object_of_an_example_changes_what_is_found_of_the_others(rule: str) -> None:
    bad, good = (
        {f"{kind}/{number}.yaml": text for number, text in enumerate(texts)}
        for kind, texts in zip("ab", EXAMPLES[rule], strict=True)
    )
    for first, second in ((bad, good), (good, bad)):
        # One folder in which the objects become the others, one by one; and come, and go.
        files = {f"{number}.yaml": text for number, text in enumerate(first.values())}
        entries = Entries()
        steps: list[tuple[str, str | None]] = [
            (name, text) for name, text in zip(files, second.values(), strict=False)
        ]
        steps += [(name, None) for name in files]
        steps += files.items()
        assert judged(files, ALL, entries) == judged(files, ALL)
        for name, text in steps:
            files = (
                {**files, name: text}
                if text is not None
                else {each: files[each] for each in files if each != name}
            )
            files = dict(sorted(files.items()))
            if files:
                assert judged(files, ALL, entries) == judged(files, ALL), (name, text)


def test_what_was_asked_is_kept_when_objects_are_found_by_something_new() -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n"
    deployment = TEXTS[0].replace("NAMESPACE", "default").replace("APP", "web")
    files = {"a.yaml": service, "b.yaml": deployment}
    entries = Entries()
    first = judged(files, ALL, entries)
    (before,) = (text for text in entries.texts.values() if "filing:pod_labels" in text)
    files["c.yaml"] = TEXTS[1].replace("NAME", "db").replace("APP", "db")
    assert judged(files, ALL, entries) == judged(files, ALL)
    (after,) = (text for text in entries.texts.values() if "filing:pod_labels" in text)
    assert len(json.loads(after.split("\n")[0])[0]) > len(json.loads(before.split("\n")[0])[0])
    files["b.yaml"] = deployment.replace("app: web", "app: wbe")
    third = judged(files, ALL, entries)
    assert third == judged(files, ALL)
    assert "service-selects-nothing" in third
    assert "service-selects-nothing" not in first


def test_what_is_left_is_believed_only_if_it_looks_like_it() -> None:
    entries = Entries()
    files = {"a.yaml": EXAMPLES["service-selects-nothing"][0][0], "b.yaml": TEXTS[0], "c.yaml": "a: 1\n"}
    judged(files, ALL, entries)
    (key, text) = next((key, text) for key, text in entries.texts.items() if "linter.engine.filing:" in text)
    first, *lines = text.split("\n")
    facts, rules = json.loads(first)
    files["b.yaml"] += "# changed\n"
    expected = judged(files, ALL)
    for number, line in enumerate(lines):
        damages = [each for each in damaged(json.loads(line)) if not are_kept_files([each])]
        assert len(damages) > 50
        for each in damages[::7]:
            entries.texts[key] = "\n".join((first, *lines[:number], json.dumps(each), *lines[number + 1 :]))
            assert judged(files, ALL, entries) == expected
    unknown = [
        json.dumps([[name], rules])
        for name in ("os:system", "linter.path:value_at", "linter.engine.filing:x", "x")
    ]
    other_rules: list[object] = [[], [["no-such-rule"]], [[1]], [1], {}, rules[:1]]
    unknown += [json.dumps([facts, each]) for each in other_rules]
    for other in (
        "",
        "[]",
        "[1]\n",
        f"{first}\n1",
        "{",
        json.dumps(facts),
        f"1\n{lines[0]}",
        *(f"{each}\n{lines[0]}" for each in unknown),
    ):
        entries.texts[key] = other
        assert judged(files, ALL, entries) == expected


WORDS = {
    "NAMESPACE": ["shop", "shop", "prod", "default"],
    "NAME": ["web", "api", "db", "wbe"],
    "APP": ["web", "api", "db"],
    "REPLICAS": ["0", "1", "3"],
    "PORT": ["80", "8080", "http"],
    "IMAGE": ["nginx:1.25", "nginx", "shop:1.0"],
}
TEXTS = [
    """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: NAMESPACE}
spec:
  replicas: REPLICAS
  selector: {matchLabels: {app: APP}}
  template:
    metadata: {labels: {app: APP, part: NAME}}
    spec:
      serviceAccountName: NAME
      containers:
      - name: app
        image: IMAGE
        envFrom: [{configMapRef: {name: NAME}}]
        ports: [{name: http, containerPort: 8080}]
""",
    """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: NAME, namespace: NAMESPACE}
spec:
  serviceName: NAME
  selector: {matchExpressions: [{key: app, operator: In, values: [APP, APP]}]}
  template:
    metadata: {labels: {app: APP}}
    spec: {containers: [{name: app, image: IMAGE}]}
""",
    "apiVersion: v1\nkind: Service\nmetadata: {name: NAME, namespace: NAMESPACE}\nspec: {selector: {app: APP}, ports: [{port: 80, targetPort: PORT}]}\n",
    "apiVersion: v1\nkind: Service\nmetadata: {name: NAME}\nspec: {clusterIP: None, selector: {app: APP}, ports: [{port: 80}]}\n",
    "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: NAME, namespace: NAMESPACE}\nspec: {minAvailable: REPLICAS, selector: {matchLabels: {app: APP}}}\n",
    "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: NAME, namespace: NAMESPACE}\nspec: {minReplicas: 2, maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: NAME}}\n",
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: NAME, namespace: NAMESPACE}\nspec: {podSelector: {matchExpressions: [{key: part, operator: Exists}]}, ingress: [{from: [{podSelector: {matchLabels: {app: APP}}}]}]}\n",
    "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: NAME, namespace: NAMESPACE}\nspec: {rules: [{host: example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: NAME, port: {number: 80}}}}]}}]}\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME, namespace: NAMESPACE}\n",
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: NAMESPACE, labels: {pod-security.kubernetes.io/enforce: restricted}}\n",
    "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: NAME}}\n- {apiVersion: v1, kind: Pod, metadata: {name: NAME, labels: {app: APP}}, spec: {containers: [{name: a, image: IMAGE}]}}\n",
    "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: NAME, namespace: NAMESPACE}\nspec: {size: PORT, template: {metadata: {labels: {app: APP}}}}\n",
    """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}
""",
    "apiVersion: apps/v1\nkind: deployment\nmetadata: {name: NAME}\n",
    "apiVersion: v1\nkind: Pod\nmetadata: {name: NAME, annotations: {helm.sh/hook: pre-install}, labels: {app: APP}}\nspec: {containers: [{name: a, image: IMAGE}]}\n",
    "a: NAME\n",
    "kind: [\n",
    "",
]  # fmt: skip
MORE = [
    "",
    "",
    "# podplan: ignore[service-selects-nothing] because NAME\n",
    "# podplan: ignore[overlapping-selectors]\n",
    "# podplan: ignore[no-such-rule]\n",
]
NAMES = [f"{folder}{name}.yaml" for folder in ("", "a/", "b/") for name in "wxyz"]
OPTIONS = [
    ALL,
    ALL,
    ALL,
    ALL._replace(ignore=("overlapping-selectors",)),
    ALL._replace(severity={"service-selects-nothing": "info"}),
    ALL._replace(per_path=(PathSettings("a/**", frozenset({"wiring"})),)),
    ALL._replace(exclude=("b/**",)),
    ALL._replace(baseline={}),
    ALL._replace(namespace="shop"),
]


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A file of one or two objects out of few words, so that they have to do with each other."""
    found = []
    for text in draw(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=2)):
        found.append(
            re.sub(
                "|".join(WORDS),
                lambda word: draw(st.sampled_from(WORDS[word[0]])),
                draw(st.sampled_from(MORE)) + text,
            )
        )
    return "---\n".join(found)


@given(st.data())
@settings(max_examples=15)
def test_whatever_is_changed_the_same_is_found_as_without_a_cache(data: st.DataObject) -> None:
    files = data.draw(st.dictionaries(st.sampled_from(NAMES), texts(), min_size=3), label="files")
    options = ALL
    entries = Entries()
    for _ in range(4):
        files = dict(sorted(files.items()))
        expected = judged(files, options)
        assert judged(files, options, entries) == expected
        edit = data.draw(
            st.sampled_from(
                ["change", "change", "change", "word", "add", "remove", "rename", "options", "accept"]
            ),
            label="edit",
        )
        name = data.draw(st.sampled_from(sorted(files) or ["w.yaml"]), label="name")
        match edit:
            case "change" | "add":
                files[data.draw(st.sampled_from(NAMES)) if edit == "add" else name] = data.draw(
                    texts(), label="text"
                )
            case "word":
                old, new = data.draw(
                    st.tuples(*[st.sampled_from(["web", "api", "db", "shop", "3", "8080"])] * 2)
                )
                files[name] = files.get(name, "").replace(old, new, 1)
            case "remove":
                files.pop(name, None)
            case "rename":
                files[data.draw(st.sampled_from(NAMES))] = files.pop(name, "")
            case "options":
                options = data.draw(st.sampled_from(OPTIONS), label="options")
            case "accept":
                inputs = inputs_of(files, options)
                options = options._replace(
                    baseline={
                        each.fingerprint: Entry(each.fingerprint, each.rule, each.file, "", each.field or "")
                        for each in check(inputs, options).findings[::2]
                    }
                )


SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: PORT}]}\n"
DEPLOYMENT = TEXTS[0].replace("NAMESPACE", "default").replace("REPLICAS", "3").replace("IMAGE", "nginx:1.25")


def changed_between(before: dict[str, str], after: dict[str, str]) -> tuple[str, str]:
    """Return what is found before a change and after it; both as without a cache."""
    entries = Entries()
    found = judged(before, ALL, entries), judged(after, ALL, entries)
    assert found == (judged(before, ALL), judged(after, ALL))
    return found


def test_what_looks_through_everything_is_asked_again() -> None:
    files = {"a.yaml": SERVICE.replace("PORT", "80"), "b.yaml": DEPLOYMENT.replace("APP", "api")}
    made = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: web}\n"
    before, after = changed_between(files, {**files, "c.yaml": made})
    assert "service-selects-nothing" in before
    assert "service-selects-nothing" not in after


def test_a_file_that_becomes_an_alternative_of_another_is_asked_again() -> None:
    files = {
        "a/service.yaml": SERVICE.replace("PORT", "nothing"),
        "a/settings.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n",
        "b/web.yaml": DEPLOYMENT.replace("APP", "web"),
    }
    before, after = changed_between(files, {**files, "c/settings.yaml": files["a/settings.yaml"]})
    assert "target-port-unknown" in before
    assert "target-port-unknown" not in after


def test_files_that_change_places_are_asked_again() -> None:
    files = {f"{name}.yaml": DEPLOYMENT.replace("APP", "web").replace("NAME", name) for name in "ab"}
    before, after = changed_between(files, dict(reversed(files.items())))
    assert "overlapping-selectors" in before
    assert before != after


def test_only_what_changed_is_checked_and_only_what_has_findings_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad = SERVICE.replace("port: 80", "prot: 80").replace("PORT", "80")
    files = {
        "a.yaml": DEPLOYMENT.replace("NAME", "web").replace("APP", "web"),
        "b.yaml": bad,
        "c.yaml": "# podplan: ignore[unknown-field]\n" + bad.replace("name: web", "name: other"),
        "d.yaml": DEPLOYMENT.replace("NAME", "db").replace("APP", "db"),
    }
    entries = Entries()
    judged(files, ALL, entries)
    read: list[str] = []
    checked: list[str] = []

    def noting(names: list[str], function: Callable[..., Any]) -> Callable[..., Any]:
        def noted(source: Source, *arguments: object, **named: object) -> Any:
            names.append(source.name)
            return function(source, *arguments, **named)

        return noted

    monkeypatch.setattr(reader, "read_documents", noting(read, reader.read_documents))
    monkeypatch.setattr(module_of_files, "check_file", noting(checked, module_of_files.check_file))
    files["d.yaml"] += "# changed\n"
    found = judged(files, ALL, entries)
    assert checked == ["d.yaml"]
    # What suppresses something is looked for where it was; what a mistake is called is asked of its document.
    assert sorted(set(read)) == ["b.yaml", "c.yaml"]
    monkeypatch.undo()
    assert found == judged(files, ALL)


def test_no_file_has_an_entry_of_its_own() -> None:
    files = {f"{name}.yaml": DEPLOYMENT.replace("NAME", name).replace("APP", name) for name in "ab"}
    entries = Entries()
    judged(files, ALL, entries)
    (text,) = entries.texts.values()
    assert "nginx" not in text  # nothing of a manifest but what others ask of it
