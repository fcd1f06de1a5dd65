"""Which tails this process remembers: the ones used last, and all that are in use."""

from cruddur.messaging.tails import REMEMBERED_CONVERSATIONS, Tails


def use(tails: Tails, count: int) -> None:
    for number in range(count):
        tails.of(f"other {number}").taken_seq = 1


def test_the_tail_used_longest_ago_makes_room() -> None:
    tails = Tails()
    tails.of("first").last_seq = 7
    use(tails, REMEMBERED_CONVERSATIONS - 1)
    assert tails.last_seq("first") == 7
    tails.of("first")
    use(tails, REMEMBERED_CONVERSATIONS - 1)
    assert tails.last_seq("first") == 7
    use(tails, REMEMBERED_CONVERSATIONS)
    assert tails.last_seq("first") == 0


def test_a_tail_in_use_is_the_only_one_of_its_conversation() -> None:
    """Two tails of a conversation would try the same number at once."""
    tails = Tails()
    tail = tails.of("first")
    tail.is_busy = True
    use(tails, REMEMBERED_CONVERSATIONS + 1)
    assert tails.of("first") is tail
