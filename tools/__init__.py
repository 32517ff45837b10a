"""Commands for people who work on Repscope itself; none of this is in the wheel."""
