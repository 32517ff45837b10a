"""Reading files that came from anywhere: each format in a module, bounded before it is believed."""
