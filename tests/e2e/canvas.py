"""What is painted on a canvas."""

#: The pixels of the canvas in a part of the page, as text.
PIXELS = """part => {
  const canvas = part.querySelector("canvas");
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.join();
}"""
