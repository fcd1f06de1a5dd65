"""Direct messages from Python: two clients, and bots that answer each message once."""

from cruddur_client.async_client import AsyncClient
from cruddur_client.bot import Bot
from cruddur_client.client import Client
from cruddur_client.errors import ApiError, CruddurError, StateInUse, Unavailable
from cruddur_client.host import AsyncHost, Host
from cruddur_client.model import Changes, Conversation, Event, Message, User

__all__ = [
    "ApiError",
    "AsyncClient",
    "AsyncHost",
    "Bot",
    "Changes",
    "Client",
    "Conversation",
    "CruddurError",
    "Event",
    "Host",
    "Message",
    "StateInUse",
    "Unavailable",
    "User",
]
