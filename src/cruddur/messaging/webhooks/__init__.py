"""Webhooks: made, listed and changed by operators and hosts, and sent by one process of the service."""
