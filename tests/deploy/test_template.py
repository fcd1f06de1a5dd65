"""What the template says, against the code that it serves, and what no local AWS can show."""

import json
import re
from typing import Any, get_args

import pytest
from tests.deploy.tools import listed, of_type, properties, statements, templates
from tests.engines import ROOT
from tests.stream.pump import FILTER, is_wanted

from cruddur.config import SECRETS, Settings, load_settings, variable
from cruddur.domain.item import Key
from cruddur.engines.dynamodb.schema import OnDemand, creation
from cruddur.messaging.inbox.is_projected import is_projected
from cruddur.ports.change_feed import Change
from cruddur.schema import keys
from cruddur.schema.table import Schema
from cruddur.tools.capacity.deployment import FUNCTION_ALARMS, SERVICE_ALARMS


def test_the_table_is_the_one_that_the_code_makes() -> None:
    table, wanted = properties("Table"), creation(Schema(), OnDemand())
    assert table["AttributeDefinitions"] == wanted["AttributeDefinitions"]
    assert table["KeySchema"] == wanted["KeySchema"]
    (index,), (wanted_index,) = table["GlobalSecondaryIndexes"], wanted["GlobalSecondaryIndexes"]
    assert {name: index[name] for name in wanted_index} == wanted_index
    stream = wanted["StreamSpecification"]["StreamViewType"]
    assert table["StreamSpecification"] == {"StreamViewType": stream}


def test_the_tables_names_are_those_of_the_keys() -> None:
    table = properties("Table")
    assert templates()["template"]["Parameters"]["TableName"]["Default"] == keys.TABLE_NAME
    assert table["KeySchema"][0]["AttributeName"] == keys.PARTITION_KEY
    assert table["KeySchema"][1]["AttributeName"] == keys.SORT_KEY
    assert table["GlobalSecondaryIndexes"][0]["IndexName"] == keys.INBOX_INDEX
    ttl = {"AttributeName": keys.TTL_ATTRIBUTE, "Enabled": True}
    assert table["TimeToLiveSpecification"] == ttl


def test_messages_survive_mistakes() -> None:
    resource, table = templates()["template"]["Resources"]["Table"], properties("Table")
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"]["SSEEnabled"] is True
    assert table["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert templates()["template"]["Parameters"]["DeletionProtection"]["Default"] == "true"


def test_units_follow_the_load_on_table_and_index() -> None:
    targets = of_type("AWS::ApplicationAutoScaling::ScalableTarget", "capacity").values()
    policies = of_type("AWS::ApplicationAutoScaling::ScalingPolicy", "capacity").values()
    dimensions = {target["ScalableDimension"] for target in targets}
    both = ("ReadCapacityUnits", "WriteCapacityUnits")
    assert dimensions == {f"dynamodb:{of}:{units}" for of in ("table", "index") for units in both}
    assert len(policies) == len(targets)


def test_the_function_has_no_door_and_one_way_out() -> None:
    group = properties("FunctionSecurityGroup")
    assert "SecurityGroupIngress" not in group
    (egress,) = group["SecurityGroupEgress"]
    assert egress["DestinationPrefixListId"] == {"Ref": "TablePrefixListId"}
    assert not of_type("AWS::EC2::Route")
    subnets = {subnet["Ref"] for subnet in properties("Function")["VpcConfig"]["SubnetIds"]}
    joined = of_type("AWS::EC2::SubnetRouteTableAssociation").values()
    assert {one["SubnetId"]["Ref"] for one in joined} == subnets
    assert len({properties(subnet)["AvailabilityZone"]["Fn::Select"][0] for subnet in subnets}) == 2


@pytest.mark.parametrize(
    ("template", "role", "table"),
    [
        ("template", "FunctionRole", {"Fn::GetAtt": ["Table", "Arn"]}),
        ("service", "TaskRole", {"Ref": "TableArn"}),
    ],
)
def test_the_gateway_lets_one_role_through_to_one_table(
    template: str, role: str, table: Any
) -> None:
    endpoint = properties("TableEndpoint", template)
    assert endpoint["VpcEndpointType"] == "Gateway"
    (statement,) = endpoint["PolicyDocument"]["Statement"]
    assert listed(statement["Resource"])[0] == table
    assert all("*" not in json.dumps(one) for one in listed(statement["Resource"]))
    arn = {"aws:PrincipalArn": {"Fn::GetAtt": [role, "Arn"]}}
    assert statement["Condition"] == {"ArnEquals": arn}


def test_the_mapping_gives_up_late_and_nothing_is_lost_when_it_does() -> None:
    mapping = properties("FunctionStream")
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    # The record's age alone decides: retries have no known pace, and ten may be over in a minute.
    assert mapping["MaximumRetryAttempts"] == -1
    assert 3600 < mapping["MaximumRecordAgeInSeconds"] < 24 * 3600, (
        "longer than the stream keeps it"
    )
    dead_letters = {"Fn::GetAtt": ["DeadLetters", "Arn"]}
    assert mapping["DestinationConfig"] == {"OnFailure": {"Destination": dead_letters}}
    assert properties("DeadLetters")["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_one_batch_of_a_shard_at_a_time_so_that_a_conversation_is_whole() -> None:
    # A stream keeps the order of an item, not of a partition (Lambda's guide on DynamoDB streams).
    mapping = properties("FunctionStream")
    assert mapping["ParallelizationFactor"] == 1
    assert mapping["MaximumBatchingWindowInSeconds"] == 0, "people wait for their inboxes"


def changes() -> list[Change]:
    found = [Key("MSG", "1"), keys.message_key("g", 1), keys.group_key("g")]
    found += [keys.message_key("g", digit * 10**n) for n in range(12) for digit in range(1, 10)]
    found += [keys.inbox_row_key("u", "1"), keys.user_key("u"), keys.handle_key("andrew")]
    found += [keys.login_key("i", "s"), keys.revoked_key("t"), keys.dead_letter_key("1")]
    kinds = get_args(Change.__annotations__["kind"])
    return [Change("1", kind, key, None, None) for key in found for kind in kinds]


def test_the_mapping_s_filter_lets_through_what_the_projector_wants() -> None:
    criteria = properties("FunctionStream")["FilterCriteria"]
    assert [json.loads(one["Pattern"]) for one in criteria["Filters"]] == [
        json.loads(one["Pattern"]) for one in FILTER["Filters"]
    ]
    for change in changes():
        wire = {"pk": {"S": change.key.pk}, "sk": {"S": change.key.sk}}
        record = {"eventName": change.kind.upper(), "dynamodb": {"Keys": wire}}
        assert is_wanted(criteria, record) == is_projected(change), change


def _if_given(variable: dict[str, Any]) -> dict[str, Any]:
    """What an option sets, where it is given."""
    return variable["Fn::If"][1] if "Fn::If" in variable else variable


def test_each_process_gets_settings_that_it_knows() -> None:
    (container,) = properties("TaskDefinition", "service")["ContainerDefinitions"]
    given = {one["Name"]: one["Value"] for one in map(_if_given, container["Environment"])}
    function = properties("Function")["Environment"]["Variables"]
    known = {variable(name) for name in Settings.__struct_fields__}
    assert {*given, *function} <= known
    for bus in ("valkey", "momento"):
        plain = {n: v if isinstance(v, str) else bus for n, v in given.items()}
        plain |= {"CRUDDUR_SIGN_UP": "closed", "CRUDDUR_AUDIT_DAYS": "90"}
        plain |= {"CRUDDUR_RETENTION_DAYS": "365", "CRUDDUR_SESSION_HOURS": "12"}
        plain |= {"CRUDDUR_SESSION_IDLE_MINUTES": "30"}
        pages = ("PUBLIC_URL", "TERMS_URL", "PRIVACY_URL")
        plain |= {f"CRUDDUR_{name}": "https://chat.example.com" for name in pages}
        settings = load_settings({}, plain)
        assert (settings.bus, settings.cache) == (bus, bus)
    assert {"CRUDDUR_TABLE": "dynamodb", "CRUDDUR_TABLE_NAME": {"Ref": "Table"}}.items() <= (
        function.items()
    )


def test_secrets_come_by_reference_only() -> None:
    (container,) = properties("TaskDefinition", "service")["ContainerDefinitions"]
    token, of_mail, of_the_bus = container["Secrets"]
    mail = {"Name": "CRUDDUR_SMTP_URL", "ValueFrom": {"Ref": "SmtpSecretArn"}}
    assert of_mail["Fn::If"] == ["SendsMail", mail, {"Ref": "AWS::NoValue"}]
    condition, cache, nothing = of_the_bus["Fn::If"]
    assert (condition, nothing) == ("HasSecret", {"Ref": "AWS::NoValue"})
    assert token == {"Name": "CRUDDUR_SECRET", "ValueFrom": {"Ref": "TokenSecret"}}
    names = cache["Name"]["Fn::If"][1:]
    assert {"CRUDDUR_SECRET", "MOMENTO_AUTH_TOKEN"} <= {variable(name) for name in SECRETS}
    assert names == ["CRUDDUR_VALKEY_URL", "MOMENTO_AUTH_TOKEN"]
    environment = {one["Name"] for one in map(_if_given, container["Environment"])}
    assert not environment & {"CRUDDUR_SECRET", "CRUDDUR_SMTP_URL", *names}


def test_the_function_gets_the_cache_of_the_service_and_its_secret_by_reference() -> None:
    (container,) = properties("TaskDefinition", "service")["ContainerDefinitions"]
    assert {"Name": "CRUDDUR_CACHE", "Value": {"Ref": "Cache"}} in container["Environment"]
    function = properties("Function")["Environment"]["Variables"]
    assert function["CRUDDUR_CACHE"] == {"Ref": "Cache"}
    reference = [{"Ref": "CacheSecretArn"}, {"Ref": "AWS::NoValue"}]
    assert function["CRUDDUR_VALKEY_URL"] == {"Fn::If": ["CachesOnValkey", *reference]}
    assert function["MOMENTO_AUTH_TOKEN"] == {"Fn::If": ["CachesOnMomento", *reference]}
    assert templates()["template"]["Resources"]["CacheAccess"]["Condition"] == "UsesCache"
    (statement,) = properties("FunctionReadsTheSecret", "cache")["PolicyDocument"]["Statement"]
    assert statement["Action"] == "secretsmanager:GetSecretValue"
    assert statement["Resource"] == {"Ref": "CacheSecretArn"}


def test_the_function_reaches_its_cache_and_no_more() -> None:
    conditions = {n: r.get("Condition") for n, r in templates()["cache"]["Resources"].items()}
    outwards = of_type("AWS::EC2::SecurityGroupEgress", "cache")
    # With Momento the world at 443; with Valkey two security groups.
    assert [n for n in outwards if conditions[n] == "OnMomento"] == ["FunctionToMomento"]
    assert list(of_type("AWS::EC2::Route", "cache")) == ["FunctionToNat"]
    assert conditions["FunctionToNat"] == "OnMomento"
    narrow = [one for n, one in outwards.items() if conditions[n] == "OnValkey"]
    groups = [one["DestinationSecurityGroupId"]["Ref"] for one in narrow]
    assert groups == ["CacheSecurityGroupId", "SecretsSecurityGroup"]
    (statement,) = properties("SecretsEndpoint", "cache")["PolicyDocument"]["Statement"]
    assert statement["Resource"] == [{"Ref": "CacheSecretArn"}, {"Ref": "TokenSecretArn"}]
    roles = [{"Ref": "FunctionRoleArn"}, {"Ref": "ExecutionRoleArn"}]
    assert statement["Condition"] == {"ArnEquals": {"aws:PrincipalArn": roles}}


def test_the_container_owns_nothing_and_writes_nothing() -> None:
    (container,) = properties("TaskDefinition", "service")["ContainerDefinitions"]
    assert container["ReadonlyRootFilesystem"] is True
    assert f"USER {container['User']}\n" in (ROOT / "Dockerfile").read_text()


def test_the_number_of_tasks_is_a_parameter_and_updates_leave_it_alone() -> None:
    count = properties("Count", "service")
    assert (count["MinCapacity"], count["MaxCapacity"]) == (
        {"Ref": "MinTasks"},
        {"Ref": "MaxTasks"},
    )
    assert "DesiredCount" not in properties("Service", "service")
    parameters = templates()["template"]["Parameters"]
    assert (parameters["MinTasks"]["Default"], parameters["MaxTasks"]["Default"]) == (2, 20)


def test_tasks_follow_what_fills_them() -> None:
    policies = of_type("AWS::ApplicationAutoScaling::ScalingPolicy", "service").values()
    followed = {
        one["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"][
            "PredefinedMetricType"
        ]
        for one in policies
    }
    # Open pages take memory and no CPU.
    kinds = ("CPU", "Memory")
    assert followed == {f"ECSServiceAverage{kind}Utilization" for kind in kinds}


def test_the_balancer_asks_for_health_where_the_service_answers() -> None:
    group = properties("Tasks", "service")
    assert group["HealthCheckPath"] == "/health/live"
    assert f'"{group["HealthCheckPath"]}"' in (ROOT / "src/cruddur/web/api/health.py").read_text()
    assert properties("Https", "service")["Certificates"] == [
        {"CertificateArn": {"Ref": "CertificateArn"}}
    ]
    (redirect,) = properties("Http", "service")["DefaultActions"]
    assert redirect["RedirectConfig"]["Protocol"] == "HTTPS"


def test_there_is_an_alarm_for_all_that_goes_wrong() -> None:
    alarms = of_type("AWS::CloudWatch::Alarm").values()
    seen = {(alarm["Namespace"], alarm["MetricName"]) for alarm in alarms}
    of_lambda = ("IteratorAge", "Errors", "Throttles", "DestinationDeliveryFailures")
    assert seen >= {("AWS/Lambda", name) for name in of_lambda}
    assert ("AWS/DynamoDB", "SuccessfulRequestLatency") in seen
    assert ("AWS/SQS", "ApproximateNumberOfMessagesVisible") in seen
    throttled = [
        (one["MetricName"], *(d["Value"] for d in one["Dimensions"] if isinstance(d["Value"], str)))
        for one in alarms
        if one["Namespace"] == "AWS/DynamoDB" and "Throttle" in one["MetricName"]
    ]
    kinds = [f"{kind}ThrottleEvents" for kind in ("Read", "Write")]
    on_the_index = [(kind, keys.INBOX_INDEX) for kind in kinds]
    assert sorted(throttled) == sorted([*((kind,) for kind in kinds), *on_the_index])
    assert all(alarm["AlarmActions"] == [{"Ref": "Alarms"}] for alarm in alarms)


def test_there_is_an_alarm_when_nobody_answers() -> None:
    alarms = of_type("AWS::CloudWatch::Alarm", "service").values()
    of_the_balancer = {alarm["MetricName"] for alarm in alarms}
    codes = {f"HTTPCode_{of}_Count" for of in ("ELB_5XX", "Target_5XX", "Target_4XX")}
    assert of_the_balancer == {"HealthyHostCount", "UnHealthyHostCount", *codes}
    (down,) = [alarm for alarm in alarms if alarm["MetricName"] == "HealthyHostCount"]
    assert (down["ComparisonOperator"], down["Threshold"]) == ("LessThanThreshold", 1)
    assert down["TreatMissingData"] == "breaching", "with no target there is no figure"
    assert all(alarm["AlarmActions"] == [{"Ref": "AlarmTopicArn"}] for alarm in alarms)


def test_logs_are_forgotten_in_time() -> None:
    groups = [*of_type("AWS::Logs::LogGroup").values()]
    groups += of_type("AWS::Logs::LogGroup", "service").values()
    assert len(groups) == 2
    assert all(group["RetentionInDays"] == {"Ref": "LogDays"} for group in groups)
    (rule,) = properties("AccessLog", "service")["LifecycleConfiguration"]["Rules"]
    assert rule["ExpirationInDays"] == {"Ref": "LogDays"}


ON_ALL = {
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ecr:GetAuthorizationToken",
}
"""Actions for which AWS knows no resources (Service Authorization Reference)."""


def test_the_docs_count_and_explain_the_alarms() -> None:
    here, there = of_type("AWS::CloudWatch::Alarm"), of_type("AWS::CloudWatch::Alarm", "service")
    docs = (ROOT / "docs/deploying.md").read_text()
    assert (len(here), len(there)) == (FUNCTION_ALARMS, SERVICE_ALARMS)
    assert [name for name in (*here, *there) if f"`{name}`" not in docs] == []


def test_outputs_name_what_the_docs_ask_for() -> None:
    docs = (ROOT / "docs/deploying.md").read_text()
    asked = set(re.findall(r"\$\(output (\w+)\)", docs))
    assert {"ClusterName", "ServiceName", "TokenSecretArn", "DeadLettersUrl"} <= asked
    assert asked <= set(templates()["template"]["Outputs"])


def test_the_function_may_do_what_lambda_s_guide_asks_for_its_network() -> None:
    # "Giving Lambda functions access to resources in an Amazon VPC": "make sure to add all of these".
    network = {
        action.removeprefix("ec2:")
        for one in statements("FunctionRole")
        if one["Effect"] == "Allow"
        for action in listed(one["Action"])
        if action.startswith("ec2:")
    }
    of_interfaces = {f"{verb}NetworkInterface" for verb in ("Create", "Delete")}
    of_addresses = {f"{verb}PrivateIpAddresses" for verb in ("Assign", "Unassign")}
    assert network == of_interfaces | of_addresses | {
        "DescribeNetworkInterfaces",
        "DescribeSubnets",
    }


@pytest.mark.parametrize(
    ("template", "role"),
    [
        ("template", "FunctionRole"),
        ("template", "OperatorPolicy"),
        ("service", "TaskRole"),
        ("service", "ExecutionRole"),
    ],
)
def test_roles_name_every_action_and_every_resource(template: str, role: str) -> None:
    for statement in statements(role, template):
        if statement["Effect"] == "Deny":
            continue
        actions = listed(statement["Action"])
        assert not [action for action in actions if "*" in action]
        if "*" in listed(statement["Resource"]):
            assert set(actions) <= ON_ALL
