"""Secrets by reference. Lambda hands over none, as ECS does: where a setting that is a secret holds an
ARN of Secrets Manager, the secret itself is read, once, at a cold start.

With the runtime's own boto3: it is in every Python of Lambda's, and needs no room in the package. It
takes some 0.3 s to import, which only a function with a cache pays. What CloudFormation can do instead,
`{{resolve:secretsmanager:…}}`, writes the value into the function's configuration, where everybody
reads it who may look at functions, and keeps it when the secret is rotated.
"""

import re

from msgspec.structs import replace

from cruddur.config import SECRETS, Settings

_REFERENCE = re.compile(r"arn:[\w-]+:secretsmanager:")
_SECONDS = 3


def with_secrets(settings: Settings) -> Settings:
    """The settings with what their references name. Raises what boto3 raises: a function that took
    its cache for absent would leave old pages in it.
    """
    values = {name: getattr(settings, name) for name in SECRETS}
    references = {name: arn for name, arn in values.items() if arn and _REFERENCE.match(arn)}
    if not references:
        return settings
    client = _secrets_manager(settings)
    read = {name: client.get_secret_value(SecretId=arn) for name, arn in references.items()}
    return replace(settings, **{name: answer["SecretString"] for name, answer in read.items()})


def _secrets_manager(settings: Settings):  # type: ignore[no-untyped-def]  # noqa: ANN202
    import boto3  # type: ignore[import-not-found]  # noqa: PLC0415  Lambda's own, and slow
    from botocore.config import Config  # type: ignore[import-not-found]  # noqa: PLC0415

    patience = Config(connect_timeout=_SECONDS, read_timeout=_SECONDS)
    return boto3.client(
        "secretsmanager",
        region_name=settings.region,
        endpoint_url=settings.endpoint_url,
        config=patience,
    )
