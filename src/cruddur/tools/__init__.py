"""Functions behind the commands: capacity, samples, migration."""
