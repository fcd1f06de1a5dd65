"""What a deployment may leave out or ask for, and that two of them stand side by side."""

import json
import re
from pathlib import Path

import pytest
from tests.deploy.tools import listed, of_type, properties, statements, templates
from tests.engines import ROOT

from cruddur.entrypoints.stream_lambda import METRICS
from cruddur.logs import METRICS_NAMESPACE
from cruddur.web.http.figures_log import Figures
from cruddur.web.http.metrics import Metrics

NO_VALUE = {"Ref": "AWS::NoValue"}
BEHIND_NAT = {
    *(f"Task{name}" for name in ("SubnetA", "SubnetB", "Routes", "RoutesA", "RoutesB")),
    *("NatGateway", "NatAddress", "TasksToNat"),
}


def test_without_a_gateway_tasks_have_addresses_and_still_nobody_gets_in() -> None:
    resources = templates()["service"]["Resources"]
    assert {n for n, one in resources.items() if one.get("Condition") == "HasNat"} == BEHIND_NAT
    network = properties("Service", "service")["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert network["AssignPublicIp"] == {"Fn::If": ["HasNat", "DISABLED", "ENABLED"]}
    subnets = [{"Ref": "PublicSubnetA"}, {"Ref": "PublicSubnetB"}]
    assert network["Subnets"]["Fn::If"][2] == subnets
    (way_in,) = properties("TaskSecurityGroup", "service")["SecurityGroupIngress"]
    assert way_in["SourceSecurityGroupId"] == {"Ref": "BalancerSecurityGroup"}
    routes = properties("TableEndpoint", "service")["RouteTableIds"]
    assert routes == [{"Fn::If": ["HasNat", {"Ref": "TaskRoutes"}, {"Ref": "PublicRoutes"}]}]


def test_the_balancer_reaches_the_subnets_that_tasks_are_in() -> None:
    (way_out,) = properties("BalancerSecurityGroup", "service")["SecurityGroupEgress"]
    blocks = way_out["CidrIp"]["Fn::If"][1:]
    for block, kind in zip(blocks, ("Task", "Public"), strict=True):
        (third,) = re.findall(r"10\.20\.(\d+)\.0/23", block)
        inside = [properties(f"{kind}Subnet{zone}", "service")["CidrBlock"] for zone in "AB"]
        assert inside == [f"10.20.{third}.0/24", f"10.20.{int(third) + 1}.0/24"]


def test_no_name_is_fixed() -> None:
    # A second stack of an account could not be made beside one that has taken the name.
    named = re.compile(r"^(?!MetricName$|PolicyName$)\w*Name$|^(Family|LogGroupName)$")
    fixed = {
        (template, resource, name): value
        for template, one in templates().items()
        for resource, made in one["Resources"].items()
        for name, value in made.get("Properties", {}).items()
        if named.match(name) and isinstance(value, str)
    }
    assert fixed == {}


def test_a_ceiling_holds_for_the_table_and_for_its_index_and_only_on_demand() -> None:
    table = properties("Table")
    (index,) = table["GlobalSecondaryIndexes"]
    for one in (table, index):
        condition, ceiling, otherwise = one["OnDemandThroughput"]["Fn::If"]
        assert (condition, otherwise) == ("CeilingOnDemand", NO_VALUE)
        assert ceiling["MaxWriteRequestUnits"]["Fn::If"][1] == {"Ref": "OnDemandMostWrites"}
        assert ceiling["MaxReadRequestUnits"]["Fn::If"][1] == {"Ref": "OnDemandMostReads"}
    conditions = templates()["template"]["Conditions"]
    for kind in ("Reads", "Writes"):
        assert {"Fn::Not": [{"Condition": "Provisioned"}]} in conditions[f"CeilingOn{kind}"][
            "Fn::And"
        ]


def test_autoscaling_ends_at_the_parameter() -> None:
    targets = of_type("AWS::ApplicationAutoScaling::ScalableTarget", "capacity").values()
    assert [one["MaxCapacity"] for one in targets] == [{"Ref": "MostUnits"}] * 4


def test_whoever_opens_the_table_may_use_its_key() -> None:
    wanted = {"kms:Decrypt", "kms:DescribeKey"}
    for role, template in (
        ("FunctionRole", "template"),
        ("OperatorPolicy", "template"),
        ("TaskRole", "service"),
    ):
        (statement,) = (one for one in statements(role, template) if one["Sid"] == "OpenTheTable")
        assert set(listed(statement["Action"])) == wanted
        assert statement["Resource"] == {"Ref": "KeyArn"}
    key = properties("Table")["SSESpecification"]["KMSMasterKeyId"]
    assert key == {"Fn::If": ["UsesKey", {"Ref": "KeyArn"}, NO_VALUE]}


def test_access_logs_and_the_firewall_are_there_only_if_asked_for() -> None:
    resources = templates()["service"]["Resources"]
    found = {name: one.get("Condition") for name, one in resources.items()}
    assert found["AccessLog"] == found["AccessLogPolicy"] == "KeepsAccessLogs"
    assert found["Firewall"] == found["FirewallOfTheBalancer"] == "LimitsAddresses"
    assert resources["AccessLog"]["DeletionPolicy"] == "Retain"
    (rule,) = properties("Firewall", "service")["Rules"]
    assert rule["Statement"]["RateBasedStatement"]["Limit"] == {"Ref": "MostRequests"}


def test_a_copy_of_the_table_goes_to_the_other_region() -> None:
    (rule,) = properties("Plan", "backup")["BackupPlan"]["BackupPlanRule"]
    (copy,) = rule["CopyActions"]
    assert "backup:${BackupRegion}:" in copy["DestinationBackupVaultArn"]["Fn::Sub"]
    assert properties("TheTable", "backup")["BackupSelection"]["Resources"] == [{"Ref": "TableArn"}]
    assert templates()["template"]["Resources"]["Backup"]["Condition"] == "KeepsCopies"


def test_the_balancer_keeps_the_operators_pages_to_itself() -> None:
    guarded = {
        path
        for path in re.findall(r'"(/[\w/]+)"', _source("web/api/health.py"))
        if path != "/health/live"
    }
    rule = properties("OperatorsOnly", "service")
    (condition,) = rule["Conditions"]
    assert set(condition["PathPatternConfig"]["Values"]) == guarded == {"/metrics", "/health/ready"}
    (action,) = rule["Actions"]
    assert action["FixedResponseConfig"]["StatusCode"] == "404"


def _source(name: str) -> str:
    return (Path(ROOT) / "src/cruddur" / name).read_text()


def test_the_function_s_log_is_json_without_the_platform_s_lines() -> None:
    config = properties("Function")["LoggingConfig"]
    assert (config["LogFormat"], config["SystemLogLevel"]) == ("JSON", "WARN")
    assert config["LogGroup"] == {"Ref": "FunctionLog"}


@pytest.mark.parametrize(
    ("alarm", "template", "metric"),
    [
        ("StreamUnread", "template", "SuccessfulRequestLatency"),
        ("ServiceDown", "service", "HealthyHostCount"),
    ],
)
def test_silence_is_an_alarm(alarm: str, template: str, metric: str) -> None:
    # What is gone reports nothing: with any other treatment these would stay green.
    found = properties(alarm, template)
    assert found["MetricName"] == metric
    assert found["TreatMissingData"] == "breaching"
    assert (found["ComparisonOperator"], found["Threshold"]) == ("LessThanThreshold", 1)


def test_refusals_beyond_what_is_usual_are_an_alarm() -> None:
    found = properties("ServiceRefuses", "service")
    assert (found["MetricName"], found["Period"]) == ("HTTPCode_Target_4XX_Count", 300)
    assert (found["ComparisonOperator"], found["Statistic"]) == ("GreaterThanThreshold", "Sum")
    assert found["Threshold"] == {"Ref": "MostRefusals"}
    assert templates()["template"]["Parameters"]["MostRefusals"]["Default"] == 1000


def test_no_role_changes_or_removes_what_was_logged() -> None:
    kinds = ("AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
    allowed = {
        action
        for template in templates()
        for kind in kinds
        for role, of_it in of_type(kind, template).items()
        if not {"Policies", "PolicyDocument"}.isdisjoint(of_it)  # else it has AWS's own for backups
        for one in statements(role, template)
        if one["Effect"] == "Allow"
        for action in listed(one["Action"])
    }
    of_logs = {"logs:CreateLogStream", "logs:PutLogEvents", "logs:FilterLogEvents"}
    assert {action for action in allowed if action.startswith(("logs", "*"))} == of_logs


def test_the_dashboard_shows_every_metric_of_ours_and_no_other() -> None:
    body = json.loads(properties("Dashboard", "dashboard")["DashboardBody"]["Fn::Sub"])
    shown = [one for widget in body["widgets"] for one in widget["properties"]["metrics"]]
    ours = {(one[5], one[1]) for one in shown if one[0] == METRICS_NAMESPACE}
    assert all(
        one[2:4] == ["table", "${TableName}"] for one in shown if one[0] == METRICS_NAMESPACE
    )
    figures = {("service", name) for name in Figures(Metrics()).take()}
    assert ours <= figures | {("function", name) for name in METRICS}
    assert figures <= ours
    assert {one[0] for one in shown} >= {"AWS/Lambda", "AWS/DynamoDB", "AWS/ApplicationELB"}
