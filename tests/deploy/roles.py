"""People of the cloud who may do what a role may, so that a test can act in its name."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aiodynamo.credentials import Key, StaticCredentials
from tests.deploy.cloud import Cloud
from tests.deploy.tools import listed, statements

from cruddur.schema import keys

ACCOUNT = "000000000000"
TABLE_ARN = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/{keys.TABLE_NAME}"
_ARNS = {
    json.dumps({"Fn::GetAtt": ["Table", "Arn"]}): TABLE_ARN,
    json.dumps({"Ref": "TableArn"}): TABLE_ARN,
    json.dumps({"Fn::Sub": "${TableArn}/index/inbox-index"}): f"{TABLE_ARN}/index/inbox-index",
}

Statement = Mapping[str, Any]


def table_statements(role: str, template: str) -> list[Statement]:
    """What the template lets the role's code do, with the table's own name filled in."""
    return [
        {**one, "Resource": [_ARNS[json.dumps(arn)] for arn in listed(one["Resource"])]}
        for one in statements(role, template)
        if all(json.dumps(arn) in _ARNS for arn in listed(one["Resource"]))
    ]


def actions_of(allowed: Sequence[Statement]) -> set[str]:
    return {action for one in allowed for action in listed(one["Action"])}


def without(allowed: Sequence[Statement], action: str) -> list[Statement]:
    left = [{**one, "Action": [a for a in listed(one["Action"]) if a != action]} for one in allowed]
    return [one for one in left if one["Action"]]


def person_who_may(cloud: Cloud, name: str, allowed: Sequence[Statement]) -> dict[str, str]:
    """Their credentials, as variables of the environment."""
    document = json.dumps({"Version": "2012-10-17", "Statement": allowed})
    policy = {"UserName": name, "PolicyName": "all", "PolicyDocument": document}
    *_, made = cloud.call(
        ("iam", "create_user", {"UserName": name}),
        ("iam", "put_user_policy", policy),
        ("iam", "create_access_key", {"UserName": name}),
    )
    key = made["AccessKey"]
    return {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }


def credentials(of: Mapping[str, str]) -> StaticCredentials:
    return StaticCredentials(Key(of["AWS_ACCESS_KEY_ID"], of["AWS_SECRET_ACCESS_KEY"]))
