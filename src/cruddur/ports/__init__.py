"""The ports: what use cases need from stores, caches, buses and clocks. Engines implement them."""
