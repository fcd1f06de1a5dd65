"""Who people are: accounts, passwords and tokens."""
