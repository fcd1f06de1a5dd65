"""Direct messages for an application: SQLite on a laptop, DynamoDB on AWS."""

__version__ = "0.1.0"
