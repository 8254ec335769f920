"""What several kustomizations use is built once, and what one of them changes does not show in another."""

from __future__ import annotations

from linter.applysets.files import TextFiles
from linter.applysets.kustomize import Builder
from linter.applysets.kustomize.roots import find_roots

FILES = {
    "base/kustomization.yaml": "resources: [c.yaml]\ncommonLabels: {app: x}\n",
    "base/c.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n---\n"
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n",
    "one/kustomization.yaml": "resources: [../base]\npatches:\n- patch: |\n    {apiVersion: v1, kind: ConfigMap, metadata: {name: c},"
    " data: {a: one}}\n",
    "two/kustomization.yaml": "resources: [../base]\n",
    "part/kustomization.yaml": "kind: Component\nnamespace: north\n",
    "named/kustomization.yaml": "resources: [c.yaml]\n",
    "named/c.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: named}\n",
    "user/kustomization.yaml": "resources: [../named]\ncomponents: [../part]\n",
    "broken/kustomization.yaml": "resource: []\n",
    "flux.yaml": "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: f}\nspec: {path: ./named}\n",
    "argo.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\n"
    "spec: {sources: [{path: base}, {chart: x}]}\n",
}


def test_builds_do_not_disturb_each_other() -> None:
    builder = Builder(TextFiles(FILES))
    two = [each.value for each in builder.build("two").objects]
    one = [each.value for each in builder.build("one").objects]
    again = [each.value for each in Builder(TextFiles(FILES)).build("two").objects]
    assert one[0]["data"] == {"a": "one"}
    assert two == again
    assert [each.value for each in builder.build("two").objects] == two


def test_what_no_build_changes_is_shared() -> None:
    builder = Builder(TextFiles(FILES))
    assert builder.build("one").objects[1].value is builder.build("two").objects[1].value


def test_roots_are_what_no_other_uses_and_what_flux_and_argo_name() -> None:
    roots = find_roots(TextFiles(FILES))
    assert roots.folders == ("base", "broken", "named", "one", "two", "user")
    assert roots.used == ("part",)


def test_of_kustomizations_that_use_one_another_the_first_is_a_root() -> None:
    files = {
        "a/kustomization.yaml": "resources: [../b]\n",
        "b/kustomization.yaml": "resources: [../a]\n",
        "c/kustomization.yaml": "resources: [c.yaml]\n",
    }
    assert find_roots(TextFiles(files)) == (("a", "c"), ("b",))
