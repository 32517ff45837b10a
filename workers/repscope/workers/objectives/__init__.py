"""What encoders are trained for: one objective a file, each a method of kind `encoder`."""
