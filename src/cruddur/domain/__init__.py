"""The domain: users, message groups, messages, inbox rows, and their rules. Imports no other room."""
