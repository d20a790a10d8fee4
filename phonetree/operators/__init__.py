"""Floor 4, what operators and their monitoring ask: figures, findings, and nobody's identity in them."""
