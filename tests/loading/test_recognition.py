"""Which files are manifests, which are manifests with a mistake, and which are other programs'."""

from __future__ import annotations

import pytest

from linter.loading.recognition import skip_reason
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents


def reason(text: str) -> str | None:
    return skip_reason(read_documents(Source("a.yaml", text)))


MANIFESTS = {
    "whole": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {}\n",
    "custom": "apiVersion: example.org/v1\nkind: Widget\nmetadata: {name: a}\n",
    "nothing but the identity of a kind of Kubernetes": "apiVersion: v1\nkind: Service\n",
    "list": "apiVersion: v1\nkind: List\nitems: []\n",
    "json": '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}}',
    "small letters": "apiVersion: apps/v1\nkind: deployment\nmetadata: {name: a}\n",
    "no kind": "apiVersion: apps/v1\nmetadata: {name: a}\nspec: {}\n",
    "no kind, no spec": "apiVersion: v1\nmetadata: {name: a}\ndata: {a: b}\n",
    "kind misspelt as a key": "apiVersion: apps/v1\nknid: Deployment\nmetadata: {name: a}\n",
    "no apiVersion": "kind: Deployment\nmetadata: {name: a}\nspec: {}\n",
    "no apiVersion, no metadata": "kind: Deployment\nspec: {replicas: 1}\n",
    "neither apiVersion nor kind": "metadata: {name: a}\nspec: {}\n",
    "an apiVersion that is a number": "apiVersion: 1\nkind: Service\nmetadata: {name: a}\n",
    "a kind that is a list": "apiVersion: v1\nkind: [Service]\nmetadata: {name: a}\n",
    "a kind with a blank": "apiVersion: v1\nkind: Config Map\nmetadata: {name: a}\n",
    "a list without kind": "apiVersion: v1\nitems: [{apiVersion: v1, kind: Service, metadata: {name: a}}]\n",
    "beside another document": "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n---\napiVersion: 1\nother: []\n",
    "broken": "apiVersion: v1\nkind: Service\nmetadata: {name: a\n",
    "broken json": '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a",}}',
    "broken, with a template as text": (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: '{{ $labels.job }}'\n b: c\n"
    ),
    "templates as text": "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    {{ range .Alerts }}x{{ end }}\n",
}

OTHERS = {
    "Grafana, data sources": "apiVersion: 1\ndatasources: [{name: a, type: prometheus}]\n",
    "Grafana, alerts": "apiVersion: 1\ngroups:\n- {orgId: 1, name: a, rules: []}\n",
    "Helm, index of a repository": "apiVersion: v1\nentries: {}\ngenerated: '2026-01-01T00:00:00Z'\n",
    "Helm, chart under another name": "apiVersion: v2\nname: a\nversion: 0.1.0\n",
    "discovery document": '{"kind": "discovery#restDescription", "name": "dns", "version": "v1"}',
    "release note": "apiVersion: release-notes/v2\nkind: feature\narea: security\nreleaseNotes: [none]\n",
    "release note without kind": "apiVersion: release-notes/v2\narea: security\nreleaseNotes: [none]\n",
    "Drone": "kind: pipeline\ntype: docker\nname: default\nsteps: []\n",
    "Garden": "kind: Module\ntype: container\nname: web\n",
    "GitHub Actions": "name: test\non: push\njobs: {a: {runs-on: ubuntu-latest, steps: []}}\n",
    "GitLab": "stages: [build]\nbuild: {script: make}\n",
    "CloudFormation": "AWSTemplateFormatVersion: '2010-09-09'\nMetadata: {}\nResources: {}\n",
    "Compose": "services: {web: {image: web}}\n",
    "Score": "apiVersion: score.dev/v1b1\nmetadata: {name: a}\ncontainers: {}\n",
    "ksonnet": "apiVersion: 0.1.0\nkind: ksonnet.io/app\nname: a\n",
    "kubectl": "apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers: []\n",
    "kubeadm": "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.36.0\n",
    "OpenAPI": "openapi: 3.0.0\ninfo: {title: a}\npaths: {}\n",
    "changelog": "- kind: fixed\n  body: a\n",
    "output of a program": "✚ generating HelmRelease\n► applying HelmRelease\n",
    "prose about manifests": "Set `apiVersion:` and `kind:` as: follows: so\n",
    "listing": '{"kind": "Listing", "items": [{"kind": "t3", "data": {}}]}',
    "empty": "\n",
}

TEMPLATES = {
    "Go": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: {{ .fluxns }}\n",
    "Go, in one of two documents": (
        "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n---\napiVersion: v1\nkind: {{ .Kind }}\n"
    ),
    "Go, as an item": "apiVersion: a.org/v1\nkind: Plugin\nspec:\n  platforms:\n  - {{addURI .Tag }}\n",
    "Jinja": "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n{% if x %}\n  labels: {a: b}\n{% endif %}\n",
    "Jinja in comments": (
        "apiVersion: v1\nkind: Service\nspec:\n  # {% if x %}\n  type: NodePort\n  # {% else %}\n  type: ClusterIP\n"
    ),
    "ERB": "apiVersion: v1\nkind: Service\n<% if x %>\nmetadata: {name: a}\n<% end %>\n",
    "sed": "apiVersion: v1\nkind: Service\nmetadata:\n  name: @NAME@\n",
    "Windows": "apiVersion: v1\nkind: Service\nmetadata:\n  name: %NAME%\n",
}


@pytest.mark.parametrize("text", MANIFESTS.values(), ids=MANIFESTS)
def test_manifests_and_those_with_a_mistake_are_judged(text: str) -> None:
    assert reason(text) is None


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_files_of_other_programs_are_not(text: str) -> None:
    assert reason(text) == "no Kubernetes object (no apiVersion and kind of one)"


@pytest.mark.parametrize("text", TEMPLATES.values(), ids=TEMPLATES)
def test_templates_are_not(text: str) -> None:
    assert reason(text) == "template (render it first)"
