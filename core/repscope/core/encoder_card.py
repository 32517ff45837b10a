"""Where an encoder's file says what it is, for whoever writes one and whoever reads it."""

#: Key of the card in the header of a safetensors file (`__metadata__`), JSON text.
CARD = "repscope"
#: The file of a network's weights in its artifact.
WEIGHTS = "weights.safetensors"
