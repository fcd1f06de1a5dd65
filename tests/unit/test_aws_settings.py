"""AWS's own variables and files say where the table is, and ours win."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from cruddur.bootstrap import open_application
from cruddur.config import WrongSetting, load_settings
from cruddur.engines.dynamodb.endpoints import credentials_for

LOCAL, OTHER = "http://127.0.0.1:8000", "http://127.0.0.1:4566"
CONFIG = f"""
[default]
region = eu-west-1

[profile local]
region = eu-north-1
services = laptop
endpoint_url = {OTHER}

[services laptop]
s3 =
  endpoint_url = http://127.0.0.1:9000
dynamodb =
  endpoint_url = {LOCAL}

[profile other]
endpoint_url = {OTHER}

[profile sso]
region = eu-west-3
sso_session = work
sso_account_id = 123456789012

[profile role]
role_arn = arn:aws:iam::123456789012:role/x
source_profile = default
aws_access_key_id = unused

[profile program]
credential_process = /bin/key

[profile key]
aws_access_key_id = from-config
aws_secret_access_key = secret
"""
CREDENTIALS = """
[default]
aws_access_key_id = from-credentials
aws_secret_access_key = secret

[only-here]
region = sa-east-1
aws_access_key_id = only-here
aws_secret_access_key = secret
"""
Environment = Mapping[str, str]


@pytest.fixture
def files(tmp_path: Path) -> Environment:
    (tmp_path / "config").write_text(CONFIG)
    (tmp_path / "credentials").write_text(CREDENTIALS)
    return {
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "CRUDDUR_DATA": str(tmp_path),
        "CRUDDUR_TABLE": "dynamodb",
    }


@pytest.mark.parametrize(
    ("environ", "region"),
    [
        ({}, "eu-west-1"),
        ({"AWS_DEFAULT_REGION": "eu-central-1"}, "eu-central-1"),
        ({"AWS_DEFAULT_REGION": "eu-central-1", "AWS_REGION": "us-west-2"}, "us-west-2"),
        ({"AWS_PROFILE": "local"}, "eu-north-1"),
        ({"AWS_PROFILE": "only-here"}, "sa-east-1"),
        ({"AWS_PROFILE": "other"}, "us-east-1"),
        ({"AWS_CONFIG_FILE": "/nowhere"}, "us-east-1"),
    ],
)
def test_the_region_is_the_one_that_awss_tools_would_take(
    files: Environment, environ: Environment, region: str
) -> None:
    assert load_settings({}, {**files, **environ}).region == region
    assert load_settings({"region": "me-south-1"}, {**files, **environ}).region == "me-south-1"


@pytest.mark.parametrize(
    ("environ", "endpoint"),
    [
        ({}, None),
        ({"AWS_ENDPOINT_URL": LOCAL}, LOCAL),
        ({"AWS_ENDPOINT_URL": OTHER, "AWS_ENDPOINT_URL_DYNAMODB": LOCAL}, LOCAL),
        ({"AWS_ENDPOINT_URL": OTHER, "CRUDDUR_ENDPOINT_URL": LOCAL}, LOCAL),
        ({"AWS_PROFILE": "local"}, LOCAL),
        ({"AWS_PROFILE": "local", "AWS_ENDPOINT_URL": OTHER}, OTHER),
        ({"AWS_PROFILE": "other"}, OTHER),
        ({"AWS_PROFILE": "other", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, None),
    ],
)
def test_the_endpoint_is_the_one_that_awss_tools_would_take(
    files: Environment, environ: Environment, endpoint: str | None
) -> None:
    assert load_settings({}, {**files, **environ}).endpoint_url == endpoint


@pytest.mark.parametrize(
    ("environ", "line"),
    [
        ({"AWS_PROFILE": "sso"}, r"'sso' signs in by SSO.*`aws sso login --profile sso`"),
        ({"AWS_PROFILE": "role"}, r"'role' takes a role.*export-credentials --profile role"),
        ({"AWS_PROFILE": "program"}, r"'program' asks a program.*export-credentials"),
        ({"AWS_PROFILE": "missing"}, r"AWS_PROFILE cannot be 'missing': neither"),
        ({"AWS_ENDPOINT_URL": "127.0.0.1:8000"}, r"AWS_ENDPOINT_URL cannot be '127.0.0.1:8000'"),
        ({"AWS_REGION": "Frankfurt, please"}, r"AWS_REGION cannot be 'Frankfurt, please'"),
    ],
)
async def test_what_cannot_be_is_one_line(
    files: Environment, environ: Environment, line: str
) -> None:
    with pytest.raises(WrongSetting, match=rf"^[^\n]*{line}[^\n]*$"):
        async with open_application(load_settings({}, {**files, **environ})):
            pass


@pytest.mark.parametrize(
    "environ",
    [
        {"AWS_PROFILE": "sso", "CRUDDUR_ENDPOINT_URL": LOCAL},
        {"AWS_PROFILE": "sso", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"},
        {"AWS_PROFILE": "missing", "AWS_ENDPOINT_URL": "nonsense", "CRUDDUR_TABLE": "sqlite"},
    ],
)
async def test_what_is_not_needed_stops_nothing(files: Environment, environ: Environment) -> None:
    async with open_application(load_settings({}, {**files, **environ})):
        pass


@pytest.mark.parametrize(
    ("name", "key"),
    [("default", "from-credentials"), ("key", "from-config"), ("only-here", "only-here")],
)
async def test_a_profiles_key_is_taken_from_whichever_file_has_it(
    files: Environment, name: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    profile = load_settings({}, {**files, "AWS_PROFILE": name}).aws_profile
    assert profile is not None
    sections = {profile.credentials_file: name, profile.config_file: profile.config_section}
    found = await credentials_for(None, sections).get_key(None)  # type: ignore[arg-type]
    assert found is not None
    assert found.id == key
