"""The cache: which reads go through it, and which writes make it outdated."""
