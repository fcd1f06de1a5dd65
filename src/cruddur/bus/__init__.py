"""How an event reaches the people who are connected."""
