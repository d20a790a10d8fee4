"""Floor 4, what operators and their monitoring ask over HTTP: figures, and nobody's identity in them."""
