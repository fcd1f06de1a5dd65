"""Opens DynamoDB by the settings. Imported only where it is used, since its client is slow to import."""

from contextlib import AbstractAsyncContextManager

from aiodynamo.credentials import Credentials

from cruddur.bootstrap.tables import is_local
from cruddur.config import Settings, WrongSetting
from cruddur.engines.dynamodb import endpoints
from cruddur.engines.dynamodb.feeds import DynamoChangeFeeds
from cruddur.engines.dynamodb.streams import DynamoChangeFeed
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.engines.dynamodb.tables import DynamoTables
from cruddur.messaging.inbox.is_projected import PROJECTOR_CONSUMER

__all__ = ["DynamoTables", "dynamodb_feeds", "open_dynamodb", "open_dynamodb_tables"]


def dynamodb_feeds(table: DynamoTable) -> tuple[DynamoChangeFeed, DynamoChangeFeeds]:
    """Returns the projector's change feed, and all consumers of the feed."""
    return DynamoChangeFeed(table, PROJECTOR_CONSUMER), DynamoChangeFeeds(table)


def open_dynamodb_tables(settings: Settings) -> AbstractAsyncContextManager[DynamoTables]:
    """Opens DynamoDB to create and remove tables.

    Raises WrongSetting, and TableUnavailable if no local engine answers.
    """
    return DynamoTables.open(
        region=settings.region,
        endpoint_url=settings.endpoint_url,
        credentials=_credentials(settings),
    )


async def open_dynamodb(settings: Settings, *, bulk: bool = False) -> DynamoTable:
    """Returns the table of the settings, whether it exists or not. Raises WrongSetting."""
    return await DynamoTable.open(
        settings.table_name,
        region=settings.region,
        endpoint_url=settings.endpoint_url,
        bulk=bulk,
        credentials=_credentials(settings),
    )


def _credentials(settings: Settings) -> Credentials | None:
    """Returns the profile's credentials; None for AWS's default ones.

    Raises WrongSetting if AWS's files have no key that can be used.
    """
    profile = settings.aws_profile
    if profile is None or is_local(settings):
        return None
    if profile.problem is not None:
        raise WrongSetting(profile.problem)
    files = {
        profile.credentials_file: profile.name,
        profile.config_file: profile.config_section,
    }
    return endpoints.credentials_for(settings.endpoint_url, files)
