"""Every key and index name of the table is built here, and nowhere else."""

from collections.abc import Sequence

from cruddur.messaging.ports import Key
from cruddur.model import fold

TABLE_NAME = "cruddur-messages"
PARTITION_KEY = "pk"
SORT_KEY = "sk"
INBOX_INDEX = "inbox-index"
INDEX_SORT_KEY = "indexed_at"
TTL_ATTRIBUTE = "expires_at"

SEQ_DIGITS = 12
HANDLE_PREFIX_CHARS = 2

GROUP_SK = "GROUP"  # sorts after every digit, so that a query over the messages never meets it
PROFILE_SK = "PROFILE"
LOGIN_SK = "LOGIN"
REVOKED_SK = "REVOKED"

MESSAGES_PREFIX = "MSG#"
INBOX_PREFIX = "GRP#"
USER_PREFIX = "USER#"
HANDLE_PREFIX = "HANDLE#"
LOGIN_PREFIX = "LOGIN#"
SESSION_PREFIX = "SESSION#"
FEED_PREFIX = "FEED#"
DEAD_LETTERS = "DEAD#projector"

FIRST_SEQ_SK = "0" * SEQ_DIGITS
LAST_SEQ_SK = "9" * SEQ_DIGITS


def seq_sk(seq: int) -> str:
    """A message's number as a range key: text order is number order."""
    return f"{seq:0{SEQ_DIGITS}d}"


def messages_pk(message_group_uuid: str) -> str:
    return MESSAGES_PREFIX + message_group_uuid


def message_key(message_group_uuid: str, seq: int) -> Key:
    return Key(messages_pk(message_group_uuid), seq_sk(seq))


def group_key(message_group_uuid: str) -> Key:
    return Key(messages_pk(message_group_uuid), GROUP_SK)


def inbox_pk(user_uuid: str) -> str:
    return INBOX_PREFIX + user_uuid


def inbox_row_key(user_uuid: str, message_group_uuid: str) -> Key:
    return Key(inbox_pk(user_uuid), message_group_uuid)


def user_key(user_uuid: str) -> Key:
    return Key(USER_PREFIX + user_uuid, PROFILE_SK)


def handle_pk(folded_prefix: str) -> str:
    """The partition of all handles that begin so; takes at least HANDLE_PREFIX_CHARS characters."""
    return HANDLE_PREFIX + folded_prefix[:HANDLE_PREFIX_CHARS]


def handle_key(handle: str) -> Key:
    folded = fold(handle)
    return Key(handle_pk(folded), folded)


def login_key(issuer: str, subject: str) -> Key:
    return Key(f"{LOGIN_PREFIX}{issuer}#{subject}", LOGIN_SK)


def revoked_key(token_id: str) -> Key:
    return Key(SESSION_PREFIX + token_id, REVOKED_SK)


def dead_letter_key(sequence: str) -> Key:
    return Key(DEAD_LETTERS, sequence)


def is_message(key: Key) -> bool:
    return key.pk.startswith(MESSAGES_PREFIX) and key.sk[:1].isdigit()


def checkpoints_pk(consumer: str) -> str:
    return FEED_PREFIX + consumer


def checkpoint_key(consumer: str, shard_id: str) -> Key:
    """How far a reader of the change feed has come in one shard of the stream."""
    return Key(checkpoints_pk(consumer), shard_id)


def newest_messages_name(message_group_uuid: str) -> str:
    """Under this name the cache keeps a conversation's newest messages. So on below."""
    return f"newest/{message_group_uuid}"


def group_name(message_group_uuid: str) -> str:
    return f"group/{message_group_uuid}"


def inbox_name(user_uuid: str) -> str:
    return f"inbox/{user_uuid}"


def user_name(user_uuid: str) -> str:
    return f"user/{user_uuid}"


def outdated_names(key: Key) -> Sequence[str]:
    """What the cache may keep of this item, in one form or another."""
    _, _, rest = key.pk.partition("#")
    if key.pk.startswith(INBOX_PREFIX):
        return [inbox_name(rest)]
    if key.pk.startswith(MESSAGES_PREFIX):
        return [group_name(rest) if key.sk == GROUP_SK else newest_messages_name(rest)]
    return [user_name(rest)] if key.pk.startswith(USER_PREFIX) else []


def is_checkpoint(key: Key) -> bool:
    return key.pk.startswith(FEED_PREFIX)
