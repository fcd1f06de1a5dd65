"""Which parameters go together: the template's own rules, as CloudFormation applies them."""

import json

import pytest
from tests.deploy.cloud import Cloud
from tests.deploy.tools import templates

SECRET = "arn:aws:secretsmanager:us-east-1:000000000000:secret:cache-aaaaaa"
CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/1"
SERVICE = {
    "WithService": "yes",
    "Image": "registry/cruddur-messages:1",
    "CertificateArn": CERTIFICATE,
    "Bus": "momento",
    "Cache": "momento",
    "Nat": "yes",
    "CacheSecretArn": SECRET,
}

SMALLEST = {
    "WithService": "yes",
    "Image": "registry/cruddur-messages:1",
    "CertificateArn": CERTIFICATE,
    "MinTasks": "1",
    "MaxTasks": "1",
}

VALKEY = {"Bus": "valkey", "Cache": "valkey", "CacheSecurityGroupId": "sg-1"}


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, None),
        (SERVICE, None),
        ({**SERVICE, "Cache": "off"}, None),
        ({**SERVICE, **VALKEY}, None),
        ({**SERVICE, **VALKEY, "Nat": "no"}, None),
        ({**SERVICE, "Cache": "off", "Nat": "no"}, None),
        ({**SERVICE, "Nat": "no"}, "ValidationError"),
        (SMALLEST, None),
        ({**SMALLEST, "MaxTasks": "2"}, "ValidationError"),
        ({**SERVICE, **VALKEY, "CacheSecurityGroupId": ""}, "ValidationError"),
        ({**SERVICE, **VALKEY, "Cache": "momento"}, "ValidationError"),
        ({**SERVICE, "Cache": "off", "Bus": "memory"}, "ValidationError"),
        ({"Cache": "momento", "Bus": "momento", "CacheSecretArn": SECRET}, "ValidationError"),
        ({**SERVICE, "Image": ""}, "ValidationError"),
        ({**SERVICE, "CertificateArn": ""}, "ValidationError"),
        ({**SERVICE, "CacheSecretArn": ""}, "ValidationError"),
        ({**SERVICE, "SmtpSecretArn": SECRET, "MailFrom": "a@b.de"}, "ValidationError"),
    ],
)
def test_parameters_that_do_not_go_together_are_refused(
    cloud: Cloud, given: dict[str, str], error: str | None
) -> None:
    parameters = {"TablePrefixListId": "pl-02cd2c6b", **given}
    change_set = {
        "StackName": "rules",
        "ChangeSetName": "change",
        "ChangeSetType": "CREATE",
        "TemplateBody": json.dumps(templates()["template"]),
        "Parameters": [{"ParameterKey": n, "ParameterValue": v} for n, v in parameters.items()],
        "Capabilities": ["CAPABILITY_IAM"],
    }
    answer, _ = cloud.call(
        ("cloudformation", "create_change_set", change_set),
        ("cloudformation", "delete_stack", {"StackName": "rules"}),
    )
    assert answer.get("error") == error
