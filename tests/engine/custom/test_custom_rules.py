"""Rules of one's own: CEL in YAML files, ValidatingAdmissionPolicies, Python."""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path
from typing import Any

import pytest

import linter
from linter.cli.main import guarded
from linter.engine.config.file import ConfigError
from linter.engine.config.options import LintOptions
from linter.engine.custom import cel
from linter.engine.custom.manifests import from_policies
from linter.engine.custom.policies import PolicyError, field_path, spoken_of
from linter.engine.custom.python import from_python
from linter.engine.custom.yaml import from_yaml
from linter.engine.registry import UnknownRuleError
from linter.kube.plurals import resource_name
from linter.path import format_path

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: 5
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: nginx:1.25
        resources: {limits: {memory: 2Gi}}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    return tmp_path


def write(name: str, text: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def found(rules: list[Any], *texts: str, **options: Any) -> list[tuple[str, str | None, str]]:
    """Return what the rules find: rule, field, message."""
    report = linter.lint(
        (),
        texts=[(f"{index}.yaml", text) for index, text in enumerate(texts or (DEPLOYMENT,))],
        options=LintOptions(select=("custom",), custom_rules=tuple(rules), **options),
    )
    return [(finding.rule, finding.field, finding.message) for finding in report.findings]


# --- CEL -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("object.replicas <= 5", True),
        ("has(object.labels.app)", True),
        ("has(object.labels.team)", False),
        ("object.?missing.orValue(7)", 7),
        ("object.names.map(n, n + '!').join(', ')", "a!, b!"),
        ("object.names.all(n, n.matches('^[a-z]$'))", True),
        ("'Hello %s, %d'.format(['you', 3])", "Hello you, 3"),
        ("'A-b'.lowerAscii().replace('-', '_').split('_')", ["a", "b"]),
        ("oldObject == null", True),
        ("cel.bind(x, object.replicas, x * x)", 9),
        # Kubernetes' own libraries
        ("quantity('500m').isLessThan(quantity('1'))", True),
        ("quantity('1Gi').isGreaterThan(quantity('1G'))", True),
        ("quantity('1').compareTo(quantity('1000m'))", 0),
        ("quantity('1') == quantity('1000m')", True),
        ("quantity('1Gi').add(quantity('1Mi')).sub(1).asInteger()", 1074790399 + 0),
        ("quantity('500m').isInteger()", False),
        ("quantity('-1').sign()", -1),
        ("quantity('1500m').asApproximateFloat()", 1.5),
        ("isQuantity('1Gi') && !isQuantity('1 Gig')", True),
        ("[1, 2, 3].sum() == 6 && [2, 1].min() == 1 && [1, 2].max() == 2", True),
        ("['a', 'b'].isSorted() && ![2, 1].isSorted()", True),
        ("object.names.indexOf('b') == 1 && [1, 1].lastIndexOf(1) == 1 && 'abc'.indexOf('c') == 2", True),
        ("'v1.2.3'.find('[0-9]+') == '1' && 'v1.2.3'.findAll('[0-9]+') == ['1', '2', '3']", True),
        ("'v1.2.3'.findAll('[0-9]+', 2).size() == 2 && 'x'.find('[0-9]') == ''", True),
        ("sets.contains(object.names, ['a']) && sets.intersects([1, 2], [2]) && sets.equivalent([1, 1], [1])", True),
    ],
)  # fmt: skip
def test_expressions(expression: str, value: object) -> None:
    data = {"object": {"replicas": 3, "labels": {"app": "web"}, "names": ["a", "b"]}}
    assert cel.evaluate(expression, data) == value


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("object.spec >", "Syntax error"),
        ("objct.spec", "undeclared reference to 'objct'"),
        ("authorizer.path('/')", "undeclared reference to 'authorizer"),
        ("'a' + 1", "no matching overload"),
    ],
)
def test_expressions_that_cannot_be_compiled(expression: str, message: str) -> None:
    with pytest.raises(cel.ExpressionError, match=message):
        cel.compiled(expression)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("object.missing", "no such key: missing"),
        ("quantity('many').sign()", "quantities must match"),
        ("quantity('500m').asInteger()", "cannot convert value to integer"),
        ("object.name + 1", "no such overload"),
        ("'x'.find('(')", "missing )"),
        ("[].min()", "empty"),
    ],
)
def test_expressions_that_fail_on_an_object(expression: str, message: str) -> None:
    with pytest.raises(cel.EvaluationError) as error:
        cel.evaluate(expression, {"object": {"name": "web"}})
    assert message in str(error.value)


def test_without_the_library_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write("rules.yaml", 'rules: [{id: x, expression: \'object.kind.find("a") == ""\'}]')
    write("podplan.yaml", "custom-rules: [rules.yaml]")
    monkeypatch.setitem(sys.modules, "re2", None)
    cel.compiled.cache_clear()
    assert guarded(["lint", "."]) == 2
    assert "`podplan[cel]`" in capsys.readouterr().err


# --- rules in YAML -------------------------------------------------------------------------------------------------

RULES = """\
rules:
- id: team-label
  summary: Every workload says which team owns it.
  docs: |
    Without it nobody is called.
  kinds: [Deployment]
  severity: warning
  expression: '"team" in object.metadata.?labels.orValue({})'
  message: Add the label team.
- id: most-replicas
  kinds: [Deployment, StatefulSet]
  expression: object.spec.replicas <= params.most
  params: {most: 3}
  messageExpression: '"at most " + string(params.most) + " replicas, not " + string(object.spec.replicas)'
- id: memory-limit
  matchConditions:
  - name: has pods
    expression: has(object.spec.template)
  variables:
  - name: containers
    expression: object.spec.template.spec.containers
  expression: variables.containers.all(c, !quantity(c.resources.limits.memory).isGreaterThan(quantity("1Gi")))
  field: spec.template.spec.containers[0].resources
  message: Too much memory.
"""


def test_rules_from_a_file() -> None:
    rules = from_yaml(write("rules.yaml", RULES))
    assert found(rules) == [
        ("team-label", "metadata.labels", "Add the label team."),
        ("most-replicas", "spec.replicas", "at most 3 replicas, not 5"),
        ("memory-limit", "spec.template.spec.containers[0].resources", "Too much memory."),
    ]
    assert [(rule.group, rule.severity, rule.kinds) for rule in rules[:2]] == [
        ("custom", "warning", frozenset({"Deployment"})),
        ("custom", "error", frozenset({"Deployment", "StatefulSet"})),
    ]
    assert rules[0].summary == "Every workload says which team owns it."
    assert "nobody is called" in rules[0].page


def test_params_are_options_of_the_rule() -> None:
    rules = from_yaml(write("rules.yaml", RULES))
    assert rules[1].options == {"most": 3}
    options = {"most-replicas": {"most": 4}}
    assert ("most-replicas", "spec.replicas", "at most 4 replicas, not 5") in found(
        rules, rule_options=options
    )
    assert "most-replicas" not in {
        rule for rule, _, _ in found(rules, rule_options={"most-replicas": {"most": 9}})
    }


def test_expressions_see_the_defaults_of_the_api_server() -> None:
    text = "rules: [{id: x, kinds: [Deployment], expression: 'object.spec.replicas == 1'}]"
    assert not found(from_yaml(write("rules.yaml", text)), DEPLOYMENT.replace("  replicas: 5\n", ""))


def test_custom_resources_are_looked_at_too() -> None:
    text = "rules: [{id: x, kinds: [Widget], expression: object.spec.size < 3, message: Too large.}]"
    widget = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: 3}\n"
    assert found(from_yaml(write("rules.yaml", text)), widget) == [("x", "spec.size", "Too large.")]


def test_an_expression_that_fails_is_a_finding() -> None:
    text = "rules: [{id: x, kinds: [Deployment], expression: object.spec.paused}]"
    assert found(from_yaml(write("rules.yaml", text))) == [
        (
            "x",
            "spec.paused",
            "The expression `object.spec.paused` fails here: no such key: paused.",
        )
    ]


@pytest.mark.parametrize(
    "expression", ["'a message\\\\nin two lines'", "''", "object.missing", "1"]
)  # as the API server: it falls back
def test_a_message_expression_without_a_message(expression: str) -> None:
    text = f'rules: [{{id: x, expression: "false", message: Fallback., messageExpression: "{expression}"}}]'
    assert found(from_yaml(write("rules.yaml", text)))[0][2] == "Fallback."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rules: [{id: x}]", "rules.yaml:1:9: `rules[0]` needs `expression`."),
        (
            "rules:\n- {id: X y, expression: 'true'}",
            "rules.yaml:2:4: `rules[0].id` is `X y`: A name in small letters",
        ),
        ("rules:\n- {id: x, expresion: 'true', expression: 'true'}", "Did you mean `expression`?"),
        (
            "rules:\n- {id: x, expression: 'object.'}",
            "rules.yaml:2:3: An expression of `x` cannot be used: 1:",
        ),
        ("[]", "must be a mapping"),
    ],
)
def test_faulty_files(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        from_yaml(write("rules.yaml", text))
    assert message in str(error.value)


@pytest.mark.parametrize("name", ["selector-mismatch", "wiring", "custom"])
def test_a_rule_cannot_take_the_name_of_another(name: str) -> None:
    rules = from_yaml(write("rules.yaml", f"rules: [{{id: {name}, expression: 'true'}}]"))
    with pytest.raises(UnknownRuleError, match="give it its own"):
        found(rules)


def test_custom_rules_can_be_suppressed_and_travel_to_other_processes() -> None:
    rules = from_yaml(write("rules.yaml", RULES))
    text = DEPLOYMENT.replace("replicas: 5", "replicas: 5  # podplan: ignore[most-replicas] because launch")
    assert "most-replicas" not in {rule for rule, _, _ in found(rules, text)}
    assert found(pickle.loads(pickle.dumps(rules))) == found(rules)  # noqa: S301  our own


@pytest.mark.parametrize(
    ("expression", "field"),
    [
        ("object.spec.replicas > 1", "spec.replicas"),
        ("has(object.spec.a.b) && object.spec.a.c == 1", "spec.a"),
        ("object.spec.containers.all(c, c.name != '')", "spec.containers"),
        ("object.spec.?x.orValue(1) == 1", "spec.x"),
        ("'team' in object.metadata.labels", "metadata.labels"),
        ('object.metadata.labels["a.b/c"] == "x"', "metadata.labels[a.b/c]"),
        ("object.spec.list[0].name == 'x'", "spec.list[0].name"),
        ("object.spec.a == 1 || object.metadata.b == 2", ""),
        ("myobject.spec.a", ""),
        ("variables.x > 1", ""),
    ],
)
def test_the_field_that_an_expression_speaks_of(expression: str, field: str) -> None:
    assert format_path(spoken_of(expression)) == field


def test_fields_as_people_write_them() -> None:
    assert field_path('spec.list[2].labels["a.b/c"]') == ("spec", "list", 2, "labels", "a.b/c")


# --- policies ------------------------------------------------------------------------------------------------------


def policy(spec: str, name: str = "limits") -> str:
    head = "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\n"
    return f"{head}metadata: {{name: {name}}}\nspec: {spec}\n"


def binding(spec: str) -> str:
    head = "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\n"
    return f"{head}metadata: {{name: limits-here}}\nspec: {spec}\n"


DEPLOYMENTS = (
    "resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]"
)
FEW = "validations: [{expression: object.spec.replicas <= 3, message: Too many.}]"


def test_a_policy_is_used_as_it_is() -> None:
    write("policies/limits.yaml", policy(f"{{matchConstraints: {{{DEPLOYMENTS}}}, {FEW}}}"))
    (rule,) = from_policies(["policies"])
    assert (rule.id, rule.severity, rule.summary) == ("limits", "error", "Too many.")
    assert found([rule]) == [("limits", "spec.replicas", "Too many.")]
    assert not found([rule], DEPLOYMENT.replace("replicas: 5", "replicas: 2"))


@pytest.mark.parametrize(
    ("constraints", "applies"),
    [
        (DEPLOYMENTS, True),
        (DEPLOYMENTS.replace("[deployments]", '["*"]'), True),
        (DEPLOYMENTS.replace("[deployments]", "[daemonsets, deployments/scale]"), False),
        (DEPLOYMENTS.replace("[CREATE]", '["*"]'), True),
        (DEPLOYMENTS.replace("[CREATE]", "[UPDATE, DELETE]"), False),
        (DEPLOYMENTS.replace("[apps]", '["*"]'), True),
        (DEPLOYMENTS.replace("[apps]", '[""]'), False),
        (DEPLOYMENTS.replace("[v1]", "[v1beta1]"), True),
        (f"{DEPLOYMENTS.replace('[v1]', '[v1beta1]')}, matchPolicy: Exact", False),
        (DEPLOYMENTS.replace("resources: ", "resourceNames: [web], resources: "), True),
        (DEPLOYMENTS.replace("resources: ", "resourceNames: [db], resources: "), False),
        (f"{DEPLOYMENTS}, excludeR{DEPLOYMENTS[1:]}", False),
        (f"{DEPLOYMENTS}, objectSelector: {{matchLabels: {{app: web}}}}", True),
        (f"{DEPLOYMENTS}, objectSelector: {{matchLabels: {{app: db}}}}", False),
        (f"{DEPLOYMENTS}, namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: default}}}}", True),
        (f"{DEPLOYMENTS}, namespaceSelector: {{matchLabels: {{env: prod}}}}", False),
    ],
)  # fmt: skip
def test_match_constraints(constraints: str, *, applies: bool) -> None:
    write("p.yaml", policy(f"{{matchConstraints: {{{constraints}}}, {FEW}}}"))
    assert bool(found(from_policies(["p.yaml"]))) == applies


def test_the_namespace_of_the_run_is_seen() -> None:
    selector = f"{DEPLOYMENTS}, namespaceSelector: {{matchLabels: {{env: prod}}}}"
    expression = "validations: [{expression: \"namespaceObject.metadata.labels.env == 'test'\"}]"
    write("p.yaml", policy(f"{{matchConstraints: {{{selector}}}, {expression}}}"))
    namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: {env: prod}}\n"
    assert len(found(from_policies(["p.yaml"]), DEPLOYMENT, namespace)) == 1


@pytest.mark.parametrize(
    ("conditions", "failure_policy", "message"),
    [
        ("object.spec.replicas > 4", "Fail", "Too many."),
        ("object.spec.replicas > 9", "Fail", None),
        (
            "object.spec.missing",
            "Fail",
            "The match condition `c` fails here: no such key: missing.",
        ),
        ("object.spec.missing", "Ignore", None),
    ],
)
def test_match_conditions(conditions: str, failure_policy: str, message: str | None) -> None:
    spec = f"{{failurePolicy: {failure_policy}, matchConditions: [{{name: c, expression: {conditions}}}], {FEW}}}"
    write("p.yaml", policy(spec))
    assert [text for _, _, text in found(from_policies(["p.yaml"]))] == ([message] if message else [])


@pytest.mark.parametrize(("failure_policy", "count"), [("Fail", 1), ("Ignore", 0)])
def test_an_expression_that_fails(failure_policy: str, count: int) -> None:
    write(
        "p.yaml",
        policy(f"{{failurePolicy: {failure_policy}, validations: [{{expression: object.spec.nothing}}]}}"),
    )
    assert len(found(from_policies(["p.yaml"]))) == count


def test_variables_message_expressions_and_several_validations() -> None:
    spec = """
  variables:
  - {name: most, expression: "3"}
  - {name: twice, expression: variables.most * 2}
  - {name: never, expression: object.spec.nothing}
  validations:
  - expression: object.spec.replicas <= variables.twice
  - expression: object.spec.replicas <= variables.most
    messageExpression: "'at most ' + string(variables.most)"
    reason: Forbidden
  - expression: request.operation == 'CREATE' && request.resource.resource == 'deployments' && request.name == 'web'
  - expression: object.spec.replicas < 9 || variables.never
"""
    write("p.yaml", policy(spec))
    assert found(from_policies(["p.yaml"])) == [("limits", "spec.replicas", "at most 3")]


@pytest.mark.parametrize(
    ("actions", "severity"), [("[Deny]", "error"), ("[Warn, Audit]", "warning"), ("[Audit]", "info")]
)
def test_a_binding_narrows_and_gives_parameters(actions: str, severity: str) -> None:
    params = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: most}\ndata: {replicas: '3'}\n"
    expression = (
        "validations: [{expression: object.spec.replicas <= int(params.data.replicas), message: Too many.}]"
    )
    spec = (
        f"{{policyName: limits, validationActions: {actions}, paramRef: {{name: most}}, "
        "matchResources: {objectSelector: {matchLabels: {app: web}}}}"
    )
    parts = [
        policy(f"{{paramKind: {{apiVersion: v1, kind: ConfigMap}}, {expression}}}"),
        binding(spec),
        params,
    ]
    write("p.yaml", "---\n".join(parts))
    (rule,) = from_policies(["p.yaml"])
    assert rule.severity == severity
    assert found([rule]) == [("limits", "spec.replicas", "Too many.")]
    assert not found([rule], DEPLOYMENT.replace("labels: {app: web}\nspec", "labels: {app: db}\nspec"))


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (policy("{validations: [{expression: authorizer.x}]}"), PolicyError, "p.yaml:1: policy limits: an expression cannot be used"),
        (policy("{validations: []}"), PolicyError, "it has no validations"),
        (policy("{validations: [{}]}"), PolicyError, "the form of a policy"),
        (policy("3"), PolicyError, "it needs metadata.name and spec"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", ConfigError, "There is no ValidatingAdmissionPolicy"),
        ("a: [", ConfigError, "p.yaml:2:1:"),
    ],
)  # fmt: skip
def test_policies_that_cannot_be_used(text: str, error: type[Exception], message: str) -> None:
    write("p.yaml", text + "\n")
    with pytest.raises(error) as raised:
        from_policies(["p.yaml"])
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("Deployment", "deployments"),
        ("NetworkPolicy", "networkpolicies"),
        ("Ingress", "ingresses"),
        ("Endpoints", "endpoints"),
        ("Gateway", "gateways"),
        ("StorageClass", "storageclasses"),
    ],
)
def test_names_of_resources(kind: str, name: str) -> None:
    assert resource_name(kind) == name


# --- rules in Python -----------------------------------------------------------------------------------------------

PYTHON = '''
from linter.engine.rule import Problem, rule


@rule("no-latest", severity="warning", options={"tag": "latest"})
def no_latest(resource, context):
    """Images have a version.

    Or nobody knows what runs.
    """
    for index, each in enumerate(resource.object["spec"]["template"]["spec"]["containers"]):
        if each["image"].endswith(":" + context.options.get("no-latest", {}).get("tag", "latest")):
            yield Problem(("spec", "template", "spec", "containers", index, "image"), "Say a version.")
'''
FIELD = "spec.template.spec.containers[0].image"


@pytest.mark.parametrize("name", ["team/rules.py", "team_module"])
def test_rules_from_python(name: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    write("team/rules.py", PYTHON)
    write("team_module.py", PYTHON)
    monkeypatch.syspath_prepend(str(folder))
    (rule,) = from_python(name, Path())
    assert (rule.id, rule.group, rule.severity, rule.summary) == (
        "no-latest", "custom", "warning", "Images have a version.",
    )  # fmt: skip
    assert found([rule], DEPLOYMENT.replace("nginx:1.25", "nginx:latest")) == [
        ("no-latest", FIELD, "Say a version.")
    ]
    assert found([rule], rule_options={"no-latest": {"tag": "1.25"}})
    assert not found([rule])


@pytest.mark.parametrize(
    ("text", "message"),
    [("x = 1", "There is no rule in `rules.py`"), ("1 / 0", "could not be loaded: division by zero"), (None, "does not exist")],
)  # fmt: skip
def test_python_that_cannot_be_used(text: str | None, message: str) -> None:
    if text is not None:
        write("rules.py", text)
    with pytest.raises(ConfigError, match=message):
        from_python("rules.py", Path())


# --- the command ---------------------------------------------------------------------------------------------------


def test_all_of_them_in_one_run(capsys: pytest.CaptureFixture[str]) -> None:
    write("conf/rules.yaml", RULES)
    write("conf/team.py", PYTHON)
    write(
        "conf/podplan.yaml",
        "custom-rules: [rules.yaml]\npython-rules: [team.py]\nseverity: {team-label: info}\n",
    )
    write("policies/limits.yaml", policy(f"{{{FEW}}}"))
    write("a.yaml", DEPLOYMENT.replace("nginx:1.25", "nginx:latest"))
    arguments = [
        "lint",
        "a.yaml",
        "--config",
        "conf/podplan.yaml",
        "--policies",
        "policies",
        "--select",
        "custom",
    ]
    assert guarded([*arguments, "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert {(finding["rule"], finding["severity"]) for finding in report["findings"]} == {
        ("limits", "error"), ("memory-limit", "error"), ("most-replicas", "error"), ("no-latest", "warning"),
        ("team-label", "info"),
    }  # fmt: skip
    assert guarded([*arguments, "--format", "sarif"]) == 1
    rules = json.loads(capsys.readouterr().out)["runs"][0]["tool"]["driver"]["rules"]
    assert {"limits", "no-latest"} <= {rule["id"] for rule in rules}
    assert guarded([*arguments, "--severity", "no-lates=info"]) == 2
    assert "Did you mean `no-latest`?" in capsys.readouterr().err
