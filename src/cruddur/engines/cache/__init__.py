"""Caches in memory, on Valkey and on Momento. Generations make outdated entries unreachable."""
