"""What cannot be built is an error at its line of the kustomization, or of the file that is wrong."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.applysets.files import FileError, FolderFiles, TextFiles, joined
from linter.applysets.kustomize import Builder, KustomizeError, UnsupportedError
from linter.loading.limits import DEFAULT

if TYPE_CHECKING:
    from pathlib import Path

CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n"


def refusal(files: dict[str, str], folder: str = ".") -> KustomizeError:
    with pytest.raises(KustomizeError) as raised:
        Builder(TextFiles(files)).build(folder)
    assert raised.value.origin is not None
    return raised.value


@pytest.mark.parametrize(
    ("kustomization", "line", "column", "message"),
    [
        ("resources:\n- c.yaml\n- gone.yaml\n", 3, 3, "gone.yaml does not exist"),
        ("resources:\n- c.yaml\n- c.yaml\n", 3, 3, "already among the resources"),
        ("resources: [c.yaml, ../up]\n", 1, 21, "outside of the repository"),
        ("resources: [c.yaml, /etc]\n", 1, 21, "absolute path"),
        ("resources: [c.yaml, empty]\n", 1, 21, "no kustomization.yaml in empty"),
        ("resources: [c.yaml]\nnamePrefx: a\n", 2, 1, "Do you mean `namePrefix`?"),
        ("resources: [c.yaml]\nnamespace: 5\n", 2, 12, "put it in quotes"),
        ("resources: c.yaml\n", 1, 12, "takes a list"),
        ("kind: Kustomisation\n", 1, 7, "not `Kustomisation`"),
        ("apiVersion: v1\nkind: Kustomization\n", 1, 13, "kustomize.config.k8s.io/v1beta1"),
        ("resources: [c.yaml]\npatches:\n- path: gone.yaml\n", 3, 9, "gone.yaml does not exist"),
        ("resources: [c.yaml]\npatches:\n- {}\n", 3, 3, "neither"),
        (
            "resources: [c.yaml]\npatches:\n- patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: other}}'\n",
            3,
            3,
            "not among the resources; of kind ConfigMap there are c",
        ),
        (
            "resources: [c.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: |\n    - op: remove\n      path: /data/x\n",
            6,
            13,
            "no `x` to remove",
        ),
        (
            "resources: [c.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: |\n    - op: put\n      path: /data/x\n",
            5,
            11,
            "There is no operation `put`",
        ),
        (
            "resources: [c.yaml]\npatches:\n- target: {name: '['}\n  patch: '[]'\n",
            3,
            3,
            "not a regular expression",
        ),
        ("resources: [c.yaml]\nreplicas:\n- {name: x, count: 1}\n", 3, 20, "no workload `x`"),
        ("configMapGenerator:\n- name: a\n  literals: [x]\n", 3, 14, "key=value"),
        ("configMapGenerator:\n- name: a\n  files: [gone]\n", 3, 11, "gone does not exist"),
        ("configMapGenerator:\n- name: a\n  behavior: merge\n", 2, 3, "nothing to merge"),
        ("resources: [c.yaml]\nconfigMapGenerator:\n- name: c\n", 3, 3, "behavior: merge"),
        ("resources: [c.yaml]\nreplacements:\n- source: {kind: Pod}\n  targets: []\n", 3, 3, "not among"),
        (
            "resources: [c.yaml]\nvars:\n- name: V\n  objref: {kind: Pod, name: p}\n",
            3,
            3,
            "not among the resources",
        ),
        ("resources: [c.yaml]\nsortOptions: {order: up}\n", 2, 22, "`legacy` or `fifo`"),
        ("resources: [c.yaml]\ncommonLabels: {'1': a}\n", 2, 21, "without quotes"),
        ("resources: [.]\n", 1, 13, "cannot use themselves"),
        ("components: [empty]\n", 1, 14, "no kustomization.yaml"),
    ],
)
def test_an_error_has_its_line(kustomization: str, line: int, column: int, message: str) -> None:
    error = refusal({"kustomization.yaml": kustomization, "c.yaml": CONFIG_MAP, "empty/x": ""})
    assert message in error.message
    assert error.origin is not None
    assert error.origin.file == "kustomization.yaml"
    assert (error.origin.range.line, error.origin.range.column) == (line, column)
    assert not isinstance(error, UnsupportedError)


@pytest.mark.parametrize(
    ("kustomization", "feature"),
    [
        ("resources: ['https://example.com/x.yaml']\n", "remote resource"),
        ("resources: ['github.com/org/repo//base?ref=v1']\n", "remote resource"),
        ("resources: ['git@github.com:org/repo.git']\n", "remote resource"),
        ("helmCharts: [{name: x}]\n", "helmCharts"),
        ("helmChartInflationGenerator: [{chartName: x}]\n", "helmChartInflationGenerator"),
        ("generators: [exec.yaml]\n", "generators"),
        ("transformers: [exec.yaml]\n", "transformers"),
        ("crds: ['https://example.com/crd.json']\n", "remote file"),
    ],
)
def test_what_is_not_supported_is_refused_by_its_name(kustomization: str, feature: str) -> None:
    exec_plugin = "apiVersion: example.com/v1\nkind: Sed\nmetadata: {name: s}\n"
    error = refusal({"kustomization.yaml": kustomization, "exec.yaml": exec_plugin})
    assert isinstance(error, UnsupportedError)
    assert error.feature == feature


def test_a_cycle_is_an_error_at_the_entry_that_closes_it() -> None:
    files = {
        "a/kustomization.yaml": "resources: [../b]\n",
        "b/kustomization.yaml": "resources:\n- ../a\n",
    }
    error = refusal(files, "a")
    assert "cannot use themselves" in error.message
    assert error.origin is not None
    assert (error.origin.file, error.origin.range.line) == ("b/kustomization.yaml", 2)


def test_whether_kustomizations_use_themselves_depends_on_where_one_begins() -> None:
    files = {
        "z/kustomization.yaml": "resources: [c.yaml]\n",
        "z/c.yaml": CONFIG_MAP,
        "y/kustomization.yaml": "resources: [../z]\n",
        "z/x/kustomization.yaml": "resources: [../../y]\n",
    }
    for first, second in (("z/x", "y"), ("y", "z/x")):
        builder = Builder(TextFiles(files))
        for folder in (first, second):
            if folder == "y":
                assert len(builder.build(folder).objects) == 1
            else:
                with pytest.raises(KustomizeError, match="cannot use themselves"):
                    builder.build(folder)


def test_a_validator_may_not_change_anything() -> None:
    label = "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: l}\nlabels: {a: b}\nfieldSpecs: [{path: metadata/labels, create: true}]\n"
    files = {
        "kustomization.yaml": "resources: [c.yaml]\nvalidators: [l.yaml]\n",
        "c.yaml": CONFIG_MAP,
        "l.yaml": label,
    }
    assert "may not change" in refusal(files).message


def test_an_error_in_a_resource_is_in_its_file() -> None:
    error = refusal({"kustomization.yaml": "resources: [c.yaml]\n", "c.yaml": "a: 1\nb: [\n"})
    assert error.origin is not None
    assert error.origin.file == "c.yaml"


def test_a_repeated_key_is_refused_as_kustomize_does() -> None:
    error = refusal({"kustomization.yaml": "resources: [c.yaml]\n", "c.yaml": CONFIG_MAP + "data: {}\n"})
    assert error.origin is not None
    assert (error.origin.file, error.origin.range.line) == ("c.yaml", 5)


def test_kustomizations_that_use_one_another_end() -> None:
    files = {f"d{n}/kustomization.yaml": f"resources: [../d{n + 1}]\n" for n in range(200)}
    assert "in a row" in refusal(files, "d0").message


def test_a_repetition_of_repetitions_is_refused() -> None:
    files = {
        "kustomization.yaml": "resources: [c.yaml]\npatches:\n- target: {name: '(a+)+b'}\n  patch: '[]'\n",
        "c.yaml": CONFIG_MAP,
    }
    assert isinstance(refusal(files), UnsupportedError)


def test_links_that_leave_the_repository_are_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(CONFIG_MAP)
    root = tmp_path / "repository"
    root.mkdir()
    (root / "link.yaml").symlink_to(outside)
    (root / "kustomization.yaml").write_text("resources: [link.yaml]\n")
    with pytest.raises(KustomizeError, match="outside of the repository"):
        Builder(FolderFiles(root)).build(".")


def test_a_path_that_leaves_the_root_is_refused() -> None:
    assert joined("a/b", "../c") == "a/c"
    with pytest.raises(FileError):
        joined("a", "../../c")


TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            ["resources:", "- c.yaml", "patches:", "- target:", "    kind: ConfigMap", "  patch: |", "    - op: add", "namespace: x",
             "vars:", "- name: A", "  objref: {kind: ConfigMap, name: c}", "replacements:", "- source: {kind: ConfigMap}", "  targets:",
             "  - select: {}", "    fieldPaths: [data.a]", "configMapGenerator:", "- name: c", "  behavior: merge", "images: [{name: x}]"]
        ),
        max_size=12,
    ).map("\n".join),
)  # fmt: skip


@given(TEXTS, TEXTS)
def test_whatever_is_written_there_is_a_build_or_an_error(kustomization: str, resource: str) -> None:
    files = {"kustomization.yaml": kustomization, "c.yaml": CONFIG_MAP + "---\n" + resource}
    with suppress(KustomizeError):
        Builder(TextFiles(files)).build(".")


def test_a_kustomization_that_cannot_be_read_is_not_absent() -> None:
    class Closed(TextFiles):
        def read(self, path: str) -> bytes:
            if path == "base/kustomization.yaml":
                raise FileError("cannot be read: permission denied")
            return super().read(path)

    files = Closed({"kustomization.yaml": "resources: [base]\n", "base/kustomization.yaml": ""})
    with pytest.raises(KustomizeError) as raised:
        Builder(files).build(".")
    assert str(raised.value) == (
        "base/kustomization.yaml:1:1: base/kustomization.yaml cannot be read: permission denied."
    )


def test_how_many_objects_a_build_may_hold() -> None:
    files = {"kustomization.yaml": "resources: [c.yaml, d.yaml]\n", "c.yaml": CONFIG_MAP}
    files["d.yaml"] = CONFIG_MAP.replace("name: c", "name: d")
    with pytest.raises(UnsupportedError) as raised:
        Builder(TextFiles(files), DEFAULT._replace(documents=1)).build(".")
    assert "--limit documents=NUMBER" in raised.value.message
    assert len(Builder(TextFiles(files), DEFAULT._replace(documents=2)).build(".").objects) == 2


def test_how_much_of_a_file_is_read() -> None:
    files = TextFiles({"kustomization.yaml": "resources: [c.yaml]\n", "c.yaml": CONFIG_MAP})
    with pytest.raises(KustomizeError) as raised:
        Builder(files, DEFAULT._replace(values=5)).build(".")
    assert "more values than are read at once" in raised.value.message


def test_a_partial_build_leaves_out_what_is_not_supported_and_what_needs_it() -> None:
    files = {
        "kustomization.yaml": (
            "resources: [c.yaml, 'https://example.org/x']\nhelmCharts: [{name: x}]\nnamePrefix: my-\n"
            "patches:\n- patch: '{apiVersion: v1, kind: Secret, metadata: {name: remote}}'\n"
        ),
        "c.yaml": CONFIG_MAP,
    }
    build = Builder(TextFiles(files), partial=True).build(".")
    assert [each.value["metadata"]["name"] for each in build.objects] == ["my-c"]
    assert [each.feature for each in build.left_out] == ["helmCharts", "remote resource"]


def test_a_patch_of_what_another_patch_deletes() -> None:
    files = {
        "kustomization.yaml": (
            "resources: [c.yaml]\ncomponents: [part]\n"
            "patches:\n- patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: c}}'\n"
        ),
        "c.yaml": CONFIG_MAP,
        "part/kustomization.yaml": (
            "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
            "patches:\n- patch: '{$patch: delete, apiVersion: v1, kind: ConfigMap, metadata: {name: c}}'\n"
        ),
    }
    error = refusal(files)
    assert isinstance(error, UnsupportedError)
    assert error.message.endswith("not among the resources. Another patch deletes it.")
