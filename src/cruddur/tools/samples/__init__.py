"""Sample users and conversations."""
