"""The command line: the desk's jobs without a window, over the same services.

One module per command, each with `run(options) -> int`, imported only when it is asked for.
"""
