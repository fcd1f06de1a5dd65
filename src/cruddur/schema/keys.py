"""Every key and index name of the table is built here, and nowhere else."""

from functools import lru_cache

from cruddur.domain.item import Item, Key
from cruddur.domain.model import fold

TABLE_NAME = "cruddur-messages"
PARTITION_KEY = "pk"
SORT_KEY = "sk"
INBOX_INDEX = "inbox-index"
INDEX_SORT_KEY = "indexed_at"
MINUTES_PREFIX = "MIN#"  # of the index's sort key: after all digits, before small letters
PINNED_PREFIX = "PIN#"  # between the two others, so that one query meets them all
SECOND_PREFIX = "SEC#"
ARCHIVED_PREFIX = "archived#"  # after all others, so that the walk over an inbox never meets it
EXACT_SORT_KEY = "last_message_at"  # where an index costs nothing, it follows this one instead
TTL_ATTRIBUTE = "expires_at"

LOCAL_ISSUER = "local"  # of accounts that this service checks itself
SEQ_DIGITS = 12
HANDLE_PREFIX_CHARS = 2

GROUP_SK = "GROUP"  # sorts after every digit, so that a query for messages does not return it
CHANGE_PREFIX = "CHANGE#"  # sorts between the messages and the group
PROFILE_SK = "PROFILE"  # sorts before SESSION_PREFIX: a query for sessions does not return it
PINS_SK = "PINS"
RENAME_SK = "RENAME"
RESET_SK = "RESET"  # sorts before SESSION_PREFIX, as PROFILE_SK does
LOGIN_SK = "LOGIN"
REVOKED_SK = "REVOKED"

MESSAGES_PREFIX = "MSG#"
INBOX_PREFIX = "GRP#"
REQUESTS_PREFIX = "REQUEST#"  # a partition of its own: a flood of requests costs no inbox anything
USER_PREFIX = "USER#"
HANDLE_PREFIX = "HANDLE#"
NAME_PREFIX = "NAME#"
LOGIN_PREFIX = "LOGIN#"
SESSION_PREFIX = "SESSION#"
RENAME_PREFIX = "RENAME#"  # the projector's, which may not read the partition of a profile
FEED_PREFIX = "FEED#"
HOST_KEYS_PREFIX = "HOST#"
AUDIT_PREFIX = "AUDIT#"
DEAD_LETTERS = "DEAD#projector"
PUT_ASIDE = "RETRY#projector"

FIRST_SEQ_SK = "0" * SEQ_DIGITS
LAST_SEQ_SK = "9" * SEQ_DIGITS
LAST_CHANGE_SK = CHANGE_PREFIX + LAST_SEQ_SK
AFTER_DIGITS = ":"  # the character after 9: it sorts after every number


def key_of(item: Item) -> Key:
    """Returns the item's key. An attribute that the item lacks is empty, which no stored item's is."""
    return Key(item.get(PARTITION_KEY, ""), item.get(SORT_KEY, ""))


def whole_key_of(item: Item) -> Key:
    """Like `key_of`, but raises KeyError where an attribute is missing: the item is of another table."""
    return Key(item[PARTITION_KEY], item[SORT_KEY])


def seq_sk(seq: int) -> str:
    """Returns a message's number as a sort key, of fixed width, so that texts sort like numbers."""
    return f"{seq:0{SEQ_DIGITS}d}"


def is_seq_sk(sk: str) -> bool:
    """Whether the sort key is a message's number, whole: twelve digits and no more."""
    return len(sk) == SEQ_DIGITS and sk.isascii() and sk.isdigit()


@lru_cache(maxsize=4096)  # each message that is read asks for it, and most numbers are small
def seq_of(sk: str) -> int:
    """Returns the number in a message's sort key. Raises ValueError for any other key."""
    if not is_seq_sk(sk):
        raise ValueError("its key is not a message's number")
    return int(sk)


def messages_pk(message_group_uuid: str) -> str:
    """The partition of a conversation: its messages and the item that describes the group."""
    return MESSAGES_PREFIX + message_group_uuid


def message_key(message_group_uuid: str, seq: int) -> Key:
    """The key of the message with this number."""
    return Key(messages_pk(message_group_uuid), seq_sk(seq))


def change_sk(change_seq: int) -> str:
    """Returns a change's number as a sort key, of fixed width, so that texts sort like numbers."""
    return CHANGE_PREFIX + seq_sk(change_seq)


def is_change_sk(sk: str) -> bool:
    """Whether the sort key is a change's, whole: its prefix, twelve digits and no more."""
    return sk.startswith(CHANGE_PREFIX) and is_seq_sk(sk.removeprefix(CHANGE_PREFIX))


def change_seq_of(sk: str) -> int:
    """Returns the number in a change's sort key. Raises ValueError for any other key."""
    if not is_change_sk(sk):
        raise ValueError("its key is not a change's number")
    return int(sk.removeprefix(CHANGE_PREFIX))


def change_key(message_group_uuid: str, change_seq: int) -> Key:
    """The key of the edit or deletion with this number."""
    return Key(messages_pk(message_group_uuid), change_sk(change_seq))


def group_key(message_group_uuid: str) -> Key:
    """The key of the item that holds a conversation's title and members."""
    return Key(messages_pk(message_group_uuid), GROUP_SK)


def group_uuid_of(key: Key) -> str:
    """The conversation that a message's or a group's key belongs to."""
    return key.pk.removeprefix(MESSAGES_PREFIX)


def inbox_pk(user_uuid: str) -> str:
    """The partition of a user's inbox rows, in the table and in the index."""
    return INBOX_PREFIX + user_uuid


def requests_pk(user_uuid: str) -> str:
    """The partition of a user's rows for conversations that they have not accepted yet."""
    return REQUESTS_PREFIX + user_uuid


def request_row_key(user_uuid: str, message_group_uuid: str) -> Key:
    """The key of a user's row for a conversation that they have not accepted yet."""
    return Key(requests_pk(user_uuid), message_group_uuid)


def owner_of_row(pk: str) -> str:
    """The user in whose partition an inbox row lies, whether they have accepted it or not."""
    return pk.removeprefix(INBOX_PREFIX).removeprefix(REQUESTS_PREFIX)


def index_time(indexed_at: str) -> str:
    """The time in a row's sort key in the index, which may have a prefix."""
    return indexed_at.rpartition("#")[2]


def inbox_row_key(user_uuid: str, message_group_uuid: str) -> Key:
    """The key of a user's row for one conversation."""
    return Key(inbox_pk(user_uuid), message_group_uuid)


def user_key(user_uuid: str) -> Key:
    """The key of a user's profile."""
    return Key(USER_PREFIX + user_uuid, PROFILE_SK)


def reset_key(user_uuid: str) -> Key:
    """The key of the link by which a user may set another password."""
    return Key(USER_PREFIX + user_uuid, RESET_SK)


def pins_key(user_uuid: str) -> Key:
    """The key of the list of what a user has pinned."""
    return Key(USER_PREFIX + user_uuid, PINS_SK)


def rename_key(user_uuid: str) -> Key:
    """The key of what remembers how far a user's new name has come."""
    return Key(RENAME_PREFIX + user_uuid, RENAME_SK)


def handle_pk(folded_prefix: str) -> str:
    """The partition of all handles that begin with these characters, at least HANDLE_PREFIX_CHARS."""
    return HANDLE_PREFIX + folded_prefix[:HANDLE_PREFIX_CHARS]


def handle_key(handle: str) -> Key:
    """The key that makes a handle unique. The handle is folded."""
    folded = fold(handle)
    return Key(handle_pk(folded), folded)


def name_pk(folded_prefix: str) -> str:
    """The partition of all words of display names that begin with these characters, at least two."""
    return NAME_PREFIX + folded_prefix[:HANDLE_PREFIX_CHARS]


def name_key(folded_word: str, user_uuid: str) -> Key:
    """The key of one word of a display name. It holds the user, since many people share a word."""
    return Key(name_pk(folded_word), f"{folded_word}#{user_uuid}")


def login_key(issuer: str, subject: str) -> Key:
    """The key of the item that maps an issuer's subject to a user."""
    return Key(f"{LOGIN_PREFIX}{issuer}#{subject}", LOGIN_SK)


def external_key(external_id: str) -> Key:
    """The key of the item that maps a host product's own id to a user."""
    return login_key("ext", external_id)


def session_key(user_uuid: str, session_id: str) -> Key:
    """The key of one of a person's sessions."""
    return Key(USER_PREFIX + user_uuid, SESSION_PREFIX + session_id)


def is_session_sk(sk: str) -> bool:
    """Whether the sort key is a session's, in the partition of its person."""
    return sk.startswith(SESSION_PREFIX)


def revoked_key(token_id: str) -> Key:
    """The key of the item that says that a token was revoked."""
    return Key(SESSION_PREFIX + token_id, REVOKED_SK)


def audit_pk(day: str) -> str:
    """The partition of a day's audit. The day is the first ten characters of a time."""
    return AUDIT_PREFIX + day


def audit_key(at: str, entry_id: str) -> Key:
    """The key of an audit entry. Times sort as texts; of one millisecond the id decides."""
    return Key(audit_pk(at[:10]), f"{at}#{entry_id}")


def dead_letter_key(sequence: str) -> Key:
    """The key of a change that the projector could not apply. `sequence` is its place in the feed."""
    return Key(DEAD_LETTERS, sequence)


def put_aside_key(message_group_uuid: str, owner_uuid: str | None) -> Key:
    """The key of what the projector has to come back to: one row of a conversation, or all its rows."""
    return Key(
        PUT_ASIDE, f"{message_group_uuid}/{owner_uuid}" if owner_uuid else message_group_uuid
    )


def checkpoints_pk(consumer: str) -> str:
    """The partition of a consumer's checkpoints."""
    return FEED_PREFIX + consumer


def checkpoint_key(consumer: str, shard_id: str) -> Key:
    """The key of a consumer's position in one shard of the stream."""
    return Key(checkpoints_pk(consumer), shard_id)


def consumers_pk() -> str:
    """The partition of the consumers of the stream. No consumer has an empty name."""
    return FEED_PREFIX


def consumer_key(consumer: str) -> Key:
    """The key of the item that says what a consumer wants and how far it has come."""
    return Key(consumers_pk(), consumer)


def reader_key() -> Key:
    """The key of the lease of the process that reads the stream beside the projector."""
    return Key(consumers_pk(), "#reader")


def host_keys_pk() -> str:
    """The partition of the keys of host products, which are few."""
    return HOST_KEYS_PREFIX


def host_key_prefix(name: str) -> str:
    """The beginning of the sort keys of all secrets of a key."""
    return f"{name}#"


def host_key_key(name: str, number: int) -> Key:
    """The key of one secret of a host product's key."""
    return Key(host_keys_pk(), f"{host_key_prefix(name)}{number}")


def newest_messages_name(message_group_uuid: str) -> str:
    """The cache's name for a conversation's newest messages."""
    return f"newest/{message_group_uuid}"


def group_name(message_group_uuid: str) -> str:
    """The cache's name for a conversation's title and members."""
    return f"group/{message_group_uuid}"


def inbox_name(user_uuid: str) -> str:
    """The cache's name for the beginning of a user's inbox."""
    return f"inbox/{user_uuid}"


def user_name(user_uuid: str) -> str:
    """The cache's name for a user's profile."""
    return f"user/{user_uuid}"
