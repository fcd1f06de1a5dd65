"""What a capacity unit costs."""

REGION = "us-east-1"
AS_OF = "on the price list in force since November 2024"
WRITE_MILLION_DOLLARS = 0.625
READ_MILLION_DOLLARS = 0.125


def dollars_per_million(write: float, read: float) -> float:
    """Returns the price of a million calls with these units on demand, in US dollars."""
    return write * WRITE_MILLION_DOLLARS + read * READ_MILLION_DOLLARS
