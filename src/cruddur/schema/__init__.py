"""The single table: every key, index name and item codec."""
