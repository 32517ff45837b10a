"""The commands of `repscope`, one a module.

Each has `add`, which describes it to the parser, and `run`. What `run` needs is imported there, so
that `repscope --help` answers at once.
"""
