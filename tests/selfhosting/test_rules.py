"""The alarms over /metrics, by Prometheus's own tool; in test_grafana.py a Prometheus reads them."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from tests.engines import ROOT
from tests.selfhosting.proxies import program

from cruddur.web.http.metrics import Metrics

RULES = ROOT / "deploy/prometheus-rules.yml"
REFUSED = 'cruddur_http_responses_total{job="cruddur",instance="%s",status="4xx"}'
FAILED = 'cruddur_http_responses_total{job="cruddur",status="5xx"}'
FORGED = 'cruddur_cache_reads_total{job="cruddur",outcome="forged"}'
SOUNDS = {
    # What is counted each minute, and of two processes together.
    "CruddurRefusesRequests": (
        {REFUSED % "one": 150, REFUSED % "two": 150},
        {REFUSED % "one": 150},
    ),
    "CruddurComputesManyPasswords": (
        {'cruddur_password_hashes_total{job="cruddur"}': 80},
        {'cruddur_password_hashes_total{job="cruddur"}': 40},
    ),
    "CruddurRefusesConnections": (
        {'cruddur_connections_refused_total{job="cruddur",reason="head_slow"}': 30},
        {'cruddur_connections_refused_total{job="cruddur",reason="head_slow"}': 10},
    ),
    "CruddurSeesForgeries": ({FORGED: 1}, {FORGED: 0}),
    "CruddurFails": ({FAILED: 5}, {FAILED: 1}),
}


def promtool(*arguments: str) -> None:
    made = subprocess.run(
        [program("promtool"), *arguments], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr


def names() -> list[str]:
    return re.findall(r"alert: (\w+)", RULES.read_text("utf-8"))


def test_the_rules_are_valid() -> None:
    promtool("check", "rules", "--lint=all", "--lint-fatal", str(RULES))


def test_they_name_figures_that_there_are() -> None:
    figures = {family.name for family in Metrics().families()}
    named = set(
        re.findall(r"cruddur_\w+", "".join(re.findall(r"expr: (.*)", RULES.read_text("utf-8"))))
    )
    assert named
    assert {name.removesuffix("_total") for name in named} <= figures


@pytest.mark.parametrize("name", SOUNDS)
def test_the_alarms_sound_when_they_should(name: str, tmp_path: Path) -> None:
    much, usual = SOUNDS[name]
    for figures, sounds in ((much, True), (usual, False)):
        series = [{"series": one, "values": f"0+{by}x10"} for one, by in figures.items()]
        given = [{"labels": "{}", "value": 1}] if sounds else []
        query = f'count(ALERTS{{alertname="{name}",alertstate="firing"}})'
        asked = {
            "expr": query,
            "eval_time": "10m",
            "exp_samples": given,
        }
        test = {"interval": "1m", "input_series": series, "promql_expr_test": [asked]}
        file = tmp_path / "test.yml"
        file.write_text(json.dumps({"rule_files": [str(RULES)], "tests": [test]}))  # JSON is YAML
        promtool("test", "rules", str(file))


def test_inboxes_may_lag_for_a_moment(tmp_path: Path) -> None:
    lag = {"series": 'cruddur_projector_lag_seconds{job="cruddur"}', "values": "0 90x10"}
    alert = {"exp_labels": {"job": "cruddur"}, "exp_annotations": {"summary": _SUMMARY}}
    asked = [
        {"alertname": "CruddurInboxesLag", "eval_time": "4m", "exp_alerts": []},
        {"alertname": "CruddurInboxesLag", "eval_time": "8m", "exp_alerts": [alert]},
    ]
    test = {"interval": "1m", "input_series": [lag], "alert_rule_test": asked}
    file = tmp_path / "test.yml"
    file.write_text(json.dumps({"rule_files": [str(RULES)], "tests": [test]}))
    promtool("test", "rules", str(file))


_SUMMARY = "Inboxes have been more than a minute behind their messages for five minutes."


def test_each_alarm_has_a_test() -> None:
    assert {*SOUNDS, "CruddurInboxesLag"} == set(names())
