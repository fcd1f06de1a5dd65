"""The table and its change feed on DynamoDB, or on anything that speaks its API.

Nothing is imported here: the client takes longer to import than a file takes to be opened.
"""
