"""What people do with messages: one file a use case, over the ports of `ports.py`."""
