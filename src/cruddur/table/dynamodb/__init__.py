"""The table and its change feed on DynamoDB, or on anything that speaks its API."""

from cruddur.table.dynamodb.streams import DynamoChangeFeed
from cruddur.table.dynamodb.table import DynamoTable

__all__ = ["DynamoChangeFeed", "DynamoTable"]
