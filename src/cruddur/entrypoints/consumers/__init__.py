"""The service's own consumers of the change feed, one a file. Each file's `consumers` is found here.

A file defines `NAMES`, with which the names of its consumers begin, and `consumers(application)`, which
returns what says at any time which of them are wanted.
"""
