"""The table and its stream are two services on AWS, and one elsewhere."""

import pytest

from cruddur.engines.dynamodb.endpoints import streams_endpoint, table_endpoint

LOCAL = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("table", "streams"),
    [
        (None, "https://streams.dynamodb.eu-west-1.amazonaws.com/"),
        (LOCAL, f"{LOCAL}/"),
        ("https://engine.example", "https://engine.example/"),
        (
            "https://dynamodb.us-east-1.amazonaws.com",
            "https://streams.dynamodb.us-east-1.amazonaws.com/",
        ),
        (
            "https://dynamodb-fips.us-east-1.amazonaws.com",
            "https://streams.dynamodb-fips.us-east-1.amazonaws.com/",
        ),
        (
            "https://dynamodb.cn-north-1.amazonaws.com.cn",
            "https://streams.dynamodb.cn-north-1.amazonaws.com.cn/",
        ),
        ("https://dynamodb.us-east-1.api.aws", "https://streams-dynamodb.us-east-1.api.aws/"),
        (
            "https://vpce-1.dynamodb.eu-west-1.vpce.amazonaws.com",
            "https://streams.dynamodb.eu-west-1.amazonaws.com/",
        ),
    ],
)
def test_streams_are_asked_for_where_they_are(table: str | None, streams: str) -> None:
    assert str(streams_endpoint("eu-west-1", table).url) == streams


def test_a_table_is_asked_for_where_the_setting_says() -> None:
    assert str(table_endpoint("eu-west-1", LOCAL).url) == f"{LOCAL}/"
    default = table_endpoint("eu-west-1", None)
    assert str(default.url) == "https://dynamodb.eu-west-1.amazonaws.com/"
