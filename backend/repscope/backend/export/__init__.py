"""Tables of maps and values, for programs that know nothing of Repscope."""
