"""Our signature is the one that others compute."""

from datetime import UTC, datetime

from aiodynamo.credentials import Key as AccessKey
from aiodynamo.sign import signed_dynamo_request

from cruddur.engines.dynamodb.endpoints import streams_endpoint, table_endpoint
from cruddur.engines.dynamodb.signing import Signer

ACCESS = AccessKey(id="AKIDEXAMPLE", secret="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")


def test_it_is_aiodynamos() -> None:
    theirs = signed_dynamo_request(
        key=ACCESS, payload={"TableName": "t"}, action="GetItem", region="eu-west-1"
    )
    moment = datetime.strptime(theirs.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    signer = Signer("eu-west-1", table_endpoint("eu-west-1", None).host)
    ours = signer.headers(ACCESS, "DynamoDB_20120810.GetItem", theirs.body, moment)
    assert ours["authorization"] == theirs.headers["Authorization"]


def test_a_new_day_and_a_new_secret_get_a_new_key() -> None:
    signer = Signer("eu-west-1", "dynamodb.eu-west-1.amazonaws.com")
    days = [datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2)]
    other = AccessKey(id="AKIDEXAMPLE", secret="another")
    signed = [signer.headers(key, "T", b"", day) for day in days for key in (ACCESS, other)]
    fresh = [
        Signer("eu-west-1", "dynamodb.eu-west-1.amazonaws.com").headers(key, "T", b"", day)
        for day in days
        for key in (ACCESS, other)
    ]
    assert signed == fresh


def test_a_session_token_is_signed_with_the_rest() -> None:
    key = AccessKey(id="ID", secret="secret", token="token")
    headers = Signer("eu-west-1", "host").headers(key, "T", b"")
    assert headers["x-amz-security-token"] == "token"
    assert "x-amz-date;x-amz-security-token;x-amz-target" in headers["authorization"]


def test_the_host_is_signed_as_it_is_sent() -> None:
    assert table_endpoint("eu-west-1", None).host == "dynamodb.eu-west-1.amazonaws.com"
    assert table_endpoint("eu-west-1", "http://127.0.0.1:8000").host == "127.0.0.1:8000"
    streams = streams_endpoint("cn-north-1", None).host
    assert streams == "streams.dynamodb.cn-north-1.amazonaws.com.cn"
