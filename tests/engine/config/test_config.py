"""The configuration: where it is found, what it may hold, what becomes of it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import linter
from linter.cli.main import guarded
from linter.engine.config.check_names import check_names
from linter.engine.config.file import Config, ConfigError, find, load
from linter.engine.config.options import LintOptions
from linter.engine.config.schema import fits, schema
from linter.engine.config.settings import DEFAULTS, resolve_settings
from linter.engine.registry import all_rules
from linter.engine.report.scope import PathSettings, Skip
from linter.engine.rule import Problem, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.report.finding import Report

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: None, typo: 1}\n"


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


# --- finding it ----------------------------------------------------------------------------------------------------


def test_no_configuration() -> None:
    config = find(Path())
    assert (config.name, config.values, config.folder) == ("", {}, None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("podplan.yaml", "fail-on: info"),
        (".podplan.yaml", "fail-on: info"),
        ("pyproject.toml", '[tool.podplan]\nfail-on = "info"'),
    ],
)
@pytest.mark.parametrize("start", [".", "k8s", "k8s/web", "k8s/web/a.yaml", "k8s/absent/b.yaml"])
def test_found_by_walking_up(name: str, text: str, start: str) -> None:
    write("k8s/web/a.yaml", SERVICE)
    write(name, text)
    config = find(Path(start))
    assert config.name == name
    assert config.values == {"fail-on": "info"}
    assert not config.explicit


def test_the_nearest_folder_wins_and_the_plain_name_within_it() -> None:
    write("podplan.yaml", "fail-on: info")
    write("k8s/pyproject.toml", '[tool.podplan]\nfail-on = "error"')
    write("k8s/.podplan.yaml", "fail-on: warning")
    assert find(Path("k8s")).values == {"fail-on": "warning"}
    write("k8s/podplan.yaml", "fail-on: never")
    assert find(Path("k8s")).values == {"fail-on": "never"}


@pytest.mark.parametrize(
    "toml", ["", "[tool.ruff]\nx = 1", "# podplan\n[tool]\nx = 1", "[project]\nname = 'podplan'"]
)
def test_a_pyproject_without_the_table_is_passed_by(toml: str) -> None:
    write("podplan.yaml", "fail-on: info")
    write("k8s/pyproject.toml", toml)
    assert find(Path("k8s")).name == "podplan.yaml"


def test_an_editor_may_find_the_schema_in_the_file() -> None:
    Path("podplan.yaml").write_text("$schema: ./podplan-config.schema.json\nkubernetes-version: '1.35'\n")
    assert find(Path()).values["kubernetes-version"] == "1.35"


def test_an_empty_file_sets_nothing() -> None:
    assert load(write("podplan.yaml", "# nothing yet\n")).values == {}


# --- what is wrong with it -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct: [api]", "podplan.yaml:1:1: There is no setting `selct`. Did you mean `select`?"),
        (
            "fail-on: info\nper-path:\n  a/**:\n    ignores: [api]",
            "podplan.yaml:4:5: There is no setting `ignores` in `per-path.a/**`. Did you mean `ignore`?",
        ),
        ("select: api", "podplan.yaml:1:1: `select` must be a list: write [api]."),
        ("select: [api, 1]", 'podplan.yaml:1:15: `select[1]` must be text: put it in quotes, "1".'),
        (
            "kubernetes-version: 1.30",
            'podplan.yaml:1:1: `kubernetes-version` must be text: put it in quotes, like "1.37"',
        ),
        (
            "kubernetes-version: latest",
            'podplan.yaml:1:1: `kubernetes-version` is `latest`: The version of the cluster, as text such as "1.36".',
        ),
        (
            "fail-on: warn",
            "podplan.yaml:1:1: `fail-on` must be `error`, `warning`, `info` or `never`. Did you mean `warning`?",
        ),
        (
            "severity: {selector-mismatch: fatal}",
            "podplan.yaml:1:12: `severity.selector-mismatch` must be `error`, `warning` or `info`.",
        ),
        ("skip: [{}]", "podplan.yaml:1:8: `skip[0]` must name a kind, a namespace or a name."),
        ("nodes: ''", "podplan.yaml:1:1: `nodes` must not be empty."),
        ("[a, b]", "podplan.yaml:1:1: The configuration must be a mapping."),
        ("ignore: []\nignore: []", "podplan.yaml:2:1: This key is there twice; keep one."),
        ("ignore: [", "podplan.yaml:2:1: "),
    ],
)
def test_faults_are_told_with_place_and_suggestion(text: str, message: str) -> None:
    file = write("podplan.yaml", text + "\n")
    with pytest.raises(ConfigError) as error:
        load(file)
    assert str(error.value).startswith(message)


def test_all_faults_are_told_at_once() -> None:
    file = write("podplan.yaml", "selct: []\nfail-on: x\nexclude: y\n")
    with pytest.raises(ConfigError) as error:
        load(file)
    assert len(str(error.value).splitlines()) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[tool.ruff]\nselect = []\n[tool.podplan]\nfail-on = "info"\nselct = []\n',
            "pyproject.toml:5: There is no setting `selct`. Did you mean `select`?",
        ),
        (
            '[tool.podplan]\nignore = []\n[tool.podplan.per-path."a/**"]\nignore = 3\n',
            "pyproject.toml:4: `per-path.a/**.ignore` must be a list.",
        ),
        ("tool.podplan.x = [\n", "pyproject.toml: "),
    ],
)
def test_faults_in_toml_have_a_line(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(write("pyproject.toml", text))
    assert str(error.value).startswith(message)


def test_a_toml_file_that_is_named_must_have_the_table() -> None:
    with pytest.raises(ConfigError, match=r"there is no table \[tool.podplan\]"):
        load(write("other.toml", "x = 1"))


@pytest.mark.parametrize(("content", "message"), [(None, "no such file"), (b"\xff\xfe", "is not UTF-8 text")])
def test_a_file_that_cannot_be_read(content: bytes | None, message: str) -> None:
    if content is not None:
        Path("podplan.yaml").write_bytes(content)
    with pytest.raises(ConfigError, match=message):
        load(Path("podplan.yaml"))


OPTION_RULE = Rule("with-options", "custom", "error", None, "resource", lambda _r, _c: iter(()), "x",
                   {"minimum": 2, "strict": True, "names": ["a"], "word": "x"})  # fmt: skip


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"select": ["selector-mismatsh"]}, "There is no rule or group `selector-mismatsh`. Did you mean `selector-mismatch`?"),
        ({"ignore": ["wirings"]}, "Did you mean `wiring`?"),
        ({"severity": {"api": "info"}}, "There is no rule or group `api`"),
        ({"per-path": {"a": {"ignore": ["nonsense-rule"]}}}, "`nonsense-rule`"),
        ({"rules": {"selector-mismatch": {"x": 1}}}, "The rule `selector-mismatch` has no options."),
        ({"rules": {"with-options": {"minimun": 1}}}, "has no option `minimun`. Did you mean `minimum`?"),
        ({"rules": {"with-options": {"minimum": "1"}}}, "The option `minimum` of `with-options` must be a number."),
        ({"rules": {"with-options": {"minimum": True}}}, "must be a number."),
        ({"rules": {"with-options": {"strict": 1}}}, "must be true or false."),
        ({"rules": {"with-options": {"names": "a"}}}, "must be a list."),
        ({"rules": {"with-options": {"word": 1}}}, "must be text."),
    ],
)  # fmt: skip
def test_names_of_rules_and_options_are_checked(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as error:
        check_names(Config(values=values), {**all_rules(), OPTION_RULE.id: OPTION_RULE})
    assert message in str(error.value)


def test_right_names_pass() -> None:
    values = {
        "select": ["api", "custom", "selector-mismatch"],
        "severity": {"with-options": "info"},
        "rules": {"with-options": {"minimum": 3, "strict": False, "names": [], "word": ""}},
    }
    check_names(Config(values=values), {**all_rules(), OPTION_RULE.id: OPTION_RULE})


# --- the schema ----------------------------------------------------------------------------------------------------

SCHEMAS = ("podplan-config.schema.json", "podplan-rules.schema.json")


def keywords(part: Any) -> Iterator[str]:
    """Yield the words of JSON Schema in a schema; names of properties are none."""
    for key, value in part.items():
        yield key
        if key in {"properties", "$defs"}:
            for each in value.values():
                yield from keywords(each)
        elif isinstance(value, dict):
            yield from keywords(value)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_use_the_words_that_the_quick_check_knows(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))
    assert set(keywords(schema(name))) <= {
        "$schema", "$id", "$ref", "$defs", "title", "description", "type", "enum", "pattern", "minLength",
        "minProperties", "required", "properties", "additionalProperties", "items",
    }  # fmt: skip


def test_every_setting_has_a_default_and_is_in_the_schema() -> None:
    # `$schema` is for editors.
    assert set(DEFAULTS) == set(schema()["properties"]) - {"$schema"}


PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["", "api", "error", "never", "1.36", "v1.3", "x"])
)
SOMETHING = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kind", "name", "ignore", "severity", "id", "expression", "rules", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("name", SCHEMAS)
@given(data=st.data())
def test_the_quick_check_and_jsonschema_agree(name: str, data: st.DataObject) -> None:
    rules = schema(name)
    keys = st.sampled_from([*rules["properties"], "unknown"])
    value = data.draw(st.dictionaries(keys, SOMETHING, max_size=4) | SOMETHING)
    assert fits(value, rules, rules) == jsonschema.Draft202012Validator(rules).is_valid(value)


# --- what becomes of it --------------------------------------------------------------------------------------------


def test_the_command_line_wins_over_the_file_over_the_defaults() -> None:
    file = write(
        "k8s/podplan.yaml",
        "select: [api]\nignore: [wiring]\nnodes: nodes.yaml\nseverity: {a: info, b: info}\n",
    )
    settings = resolve_settings(load(file), {"select": ["rollout"], "severity": {"b": "error"}})
    assert settings["select"] == (["rollout"], "--select")
    assert settings["ignore"] == (["wiring"], "k8s/podplan.yaml:2:1")
    assert settings["fail-on"] == ("error", "default")
    assert settings["nodes"].value == os.path.join("k8s", "nodes.yaml")  # noqa: PTH118  as text
    assert settings["severity"].value == {"a": "info", "b": "error"}


def lint(texts: dict[str, str], **options: Any) -> Report:
    options.setdefault("select", ("api",))
    return linter.lint((), texts=list(texts.items()), options=LintOptions(**options))


def suppressed(report: Report) -> list[tuple[str, str, str | None]]:
    return [(each.finding.file, each.by, each.reason) for each in report.suppressed]


@pytest.mark.parametrize("ignored", ["unknown-field", "api"])
def test_ignored_in_some_files(ignored: str) -> None:
    settings = (PathSettings("charts/**", frozenset({ignored})),)
    report = lint({"charts/a.yaml": SERVICE, "k8s/a.yaml": SERVICE}, per_path=settings)
    assert [finding.file for finding in report.findings] == ["k8s/a.yaml"]
    assert suppressed(report) == [("charts/a.yaml", "config", "per-path charts/**")]


def test_patterns_are_relative_to_the_configuration(folder: Path) -> None:
    settings = (PathSettings("k8s/a.yaml", frozenset({"api"})),)
    (folder / "k8s").mkdir()
    os.chdir("k8s")
    assert not lint({"a.yaml": SERVICE}, per_path=settings, root=folder).findings
    assert lint({"a.yaml": SERVICE}, per_path=settings).findings


def test_another_severity_in_some_files() -> None:
    settings = (
        PathSettings("**", severity={"unknown-field": "warning"}),
        PathSettings("b.yaml", severity={"unknown-field": "info"}),
    )
    report = lint({"a.yaml": SERVICE, "b.yaml": SERVICE}, per_path=settings)
    assert [finding.severity for finding in report.findings] == ["warning", "info"]


@pytest.mark.parametrize(
    ("skip", "says_nothing"),
    [
        (Skip(kind="Service"), True),
        (Skip(name="w*"), True),
        (Skip(kind="Service", name="web", namespace="default"), True),
        (Skip(kind="Deployment"), False),
        (Skip(kind="Service", name="db"), False),
        (Skip(namespace="prod"), False),
    ],
)
def test_skipped_resources(skip: Skip, *, says_nothing: bool) -> None:
    report = lint({"a.yaml": SERVICE}, skip=(skip,))
    assert bool(report.findings) is not says_nothing
    assert bool(report.suppressed) == says_nothing
    assert all(by == "config" for _, by, _ in suppressed(report))


def test_a_skipped_resource_is_still_there_for_others() -> None:
    seen: list[str] = []

    def look(resource: Any, context: Any) -> Iterator[Problem]:
        seen.extend(each.name for each in context.inventory.of_kind("Service"))
        yield Problem(("metadata",), "Seen.")

    rule = Rule("looks", "custom", "error", None, "resource", look, "x", {})
    good = SERVICE.replace(", typo: 1", "")
    report = lint(
        {"a.yaml": good, "b.yaml": good.replace("web", "db")},
        skip=(Skip(name="web"),),
        custom_rules=(rule,),
        select=("custom",),
    )
    assert set(seen) == {"web", "db"}
    assert [str(finding.resource) for finding in report.findings] == ["Service default/db"]


def test_excluded_files_are_not_linted_even_when_named() -> None:
    report = lint({"charts/a.yaml": "a: [", "b.yaml": SERVICE}, exclude=("charts",))
    assert [finding.file for finding in report.findings] == ["b.yaml"]
    assert [(each.name, each.reason) for each in report.skipped] == [
        ("charts/a.yaml", "excluded by the pattern charts")
    ]


def test_rules_get_their_options() -> None:
    got: list[Any] = []

    def look(resource: Any, context: Any) -> Iterator[Problem]:
        got.append(context.options["looks"])
        return iter(())

    rule = Rule("looks", "custom", "error", None, "resource", look, "x", {"minimum": 1})
    good = SERVICE.replace(", typo: 1", "")
    lint({"a.yaml": good}, custom_rules=(rule,), select=("custom",), rule_options={"looks": {"minimum": 3}})
    assert got == [{"minimum": 3}]


# --- the commands --------------------------------------------------------------------------------------------------


def test_lint_takes_the_configuration_of_the_first_path(capsys: pytest.CaptureFixture[str]) -> None:
    write("k8s/a.yaml", SERVICE)
    assert guarded(["lint", "k8s"]) == 1
    write("k8s/podplan.yaml", "ignore: [unknown-field]")
    assert guarded(["lint", "k8s"]) == 0
    assert guarded(["lint", "k8s", "--ignore", "wiring"]) == 1
    assert guarded(["lint", "k8s/*.yaml"]) == 0
    write("other.yaml", "fail-on: never")
    assert guarded(["lint", "k8s", "--config", "other.yaml"]) == 0
    assert guarded(["lint", "k8s", "--config", "other.yaml", "--fail-on", "error"]) == 1
    capsys.readouterr()


@pytest.mark.parametrize("command", ["lint", "config"])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct: []", "podplan.yaml:1:1: There is no setting `selct`. Did you mean `select`?"),
        ("select: [apo]", "podplan.yaml:1:10: There is no rule or group `apo`. Did you mean `api`?"),
        ('kubernetes-version: "1.12"', "Kubernetes 1.12 is not known here"),
        ("baseline: b.json", "b.json: no such file"),
        ("custom-rules: [c.yaml]", "c.yaml: no such file"),
    ],
)
def test_a_faulty_configuration_is_wrong_usage(
    command: str, text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write("a.yaml", SERVICE)
    write("podplan.yaml", text + "\n")
    assert guarded([command, "."]) in {2, 3}
    assert message in capsys.readouterr().err


def test_config_shows_values_and_origins(capsys: pytest.CaptureFixture[str]) -> None:
    write("podplan.yaml", "fail-on: warning\nseverity:\n  unknown-field: info\nskip:\n- {kind: Service}\n")
    assert guarded(["config"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["configuration:", "podplan.yaml"] in lines
    assert ["fail-on", "warning", "podplan.yaml:1:1"] in lines
    assert ["severity.unknown-field", "info", "podplan.yaml:3:3"] in lines
    assert ["skip", "kind=Service", "podplan.yaml:4:1"] in lines
    assert ["kubernetes-version", "1.37", "default"] in lines


def test_config_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    write("podplan.yaml", "fail-on: warning")
    assert guarded(["config", "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["file"] == "podplan.yaml"
    assert shown["settings"]["fail-on"] == {"value": "warning", "from": "podplan.yaml:1:1"}
    assert shown["settings"]["select"]["from"] == "default"


def test_config_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["config", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out) == schema()


def test_python_rules_need_a_configuration_that_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    write("a.yaml", SERVICE)
    write("evil.py", "open('ran', 'w').close()\n")
    write("podplan.yaml", "python-rules: [evil.py]\n")
    assert guarded(["lint", "."]) == 2
    assert "add --config podplan.yaml" in capsys.readouterr().err
    assert not Path("ran").exists()
