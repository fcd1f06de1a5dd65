"""Event buses: within a process, and between processes over sockets, Valkey or Momento."""
