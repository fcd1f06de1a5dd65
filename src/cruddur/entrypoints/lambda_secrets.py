"""Reads secrets by reference. Lambda cannot pass secrets as ECS does, so a secret setting may hold an
ARN of Secrets Manager, which is read once at a cold start.

It uses boto3, which every Python runtime of Lambda has, so that the package needs no room for it. Its
import takes about 0.3 s, only in a function with a cache. CloudFormation's alternative,
`{{resolve:secretsmanager:…}}`, writes the value into the function's configuration, which more people
may read, and does not follow when the secret is rotated.
"""

import re

from msgspec.structs import replace

from cruddur.config import SECRETS, Settings

_REFERENCE = re.compile(r"arn:[\w-]+:secretsmanager:")
_SECONDS = 3


def with_secrets(settings: Settings) -> Settings:
    """Returns the settings with the secrets that they refer to.

    Raises boto3's exceptions, since a function that ran without its cache would not invalidate it.
    """
    values = {name: getattr(settings, name) for name in SECRETS}
    references = {name: arn for name, arn in values.items() if arn and _REFERENCE.match(arn)}
    if not references:
        return settings
    client = _secrets_manager(settings)
    read = {name: client.get_secret_value(SecretId=arn) for name, arn in references.items()}
    return replace(settings, **{name: answer["SecretString"] for name, answer in read.items()})


def _secrets_manager(settings: Settings):  # type: ignore[no-untyped-def]  # noqa: ANN202
    import boto3  # type: ignore[import-not-found]  # noqa: PLC0415  Lambda has it, and it is slow
    from botocore.config import Config  # type: ignore[import-not-found]  # noqa: PLC0415

    patience = Config(connect_timeout=_SECONDS, read_timeout=_SECONDS)
    return boto3.client(
        "secretsmanager",
        region_name=settings.region,
        endpoint_url=settings.endpoint_url,
        config=patience,
    )
