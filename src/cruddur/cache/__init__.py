"""What remembers reads: memory, Valkey, Momento, under generations that make old pages unreachable."""
