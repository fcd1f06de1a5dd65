"""The single table: its keys, its items, its schema, and the engines that hold it."""
