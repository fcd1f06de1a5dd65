"""Calls to addresses that somebody gave, by aiohttp."""
