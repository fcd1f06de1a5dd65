"""The use cases of messages, groups and the inbox, one file each, over the ports."""
