"""How a message's item holds reactions: a list of short texts, so that 50 people with 12 emoji each fit.

The first text has the different emoji, with spaces between them. Each other one has a person's uuid and,
as letters, which of the emoji that person has: `a` is the first. A list keeps its order on every engine,
which a map of DynamoDB does not. All of it has at most 3.1 KB.
"""

from string import ascii_lowercase
from typing import Any

from cruddur.domain.item import Item
from cruddur.domain.reactions import Reactions, emoji_of

ATTRIBUTE = "reactions"


def with_reaction_texts(item: dict[str, Any], reactions: Reactions | None) -> dict[str, Any]:
    """Returns a message's item with the texts that hold these reactions; as it is if there are none."""
    if reactions is None:
        return item
    emoji = emoji_of(reactions)
    letters = dict(zip(emoji, ascii_lowercase, strict=False))
    people = [
        f"{user_uuid} {''.join(letters[one] for one in each)}"
        for user_uuid, each in reactions.items()
    ]
    return {**item, ATTRIBUTE: [" ".join(emoji), *people]}


def read_reactions(item: Item) -> dict[str, Any]:
    """Returns the attribute of a message's item as the message has it; nothing if the item has none.

    Raises LookupError, ValueError or TypeError for what another program wrote.
    """
    if ATTRIBUTE not in item:
        return {}
    texts = [_checked(text).split(" ") for text in item[ATTRIBUTE]]
    (emoji, *people) = texts
    return {
        ATTRIBUTE: {
            user_uuid: tuple(emoji[ascii_lowercase.index(letter)] for letter in letters)
            for user_uuid, letters in people
        }
    }


def _checked(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError("its reactions are no list of texts")
    return text
