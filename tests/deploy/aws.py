"""Makes AWS calls in the environment of the deployment's tools: a list of them as JSON on standard
input, their answers as JSON on standard output. An error is an answer too: {"error": its code}.
"""

import json
import os
import sys
from typing import Any

# Not in our environment, which is where mypy looks.
import boto3  # type: ignore[import-not-found]
from botocore.exceptions import ClientError  # type: ignore[import-not-found]


def answer(service: str, operation: str, given: dict[str, Any]) -> Any:
    client = boto3.client(service)
    if "Body" in given:  # a file, which JSON does not hold
        with open(given["Body"], "rb") as file:  # noqa: PTH123  (one line, run elsewhere)
            return client.put_object(**given | {"Body": file})
    if operation.startswith("wait:"):
        name = operation.removeprefix("wait:")
        client.get_waiter(name).wait(**given, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
        return None
    try:
        return getattr(client, operation)(**given)
    except ClientError as error:
        return {"error": error.response["Error"]["Code"]}


os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
json.dump([answer(*call) for call in json.load(sys.stdin)], sys.stdout, default=str)
