"""For every test: what they share (``phone``) lies beside this file, and is imported from here by its own name."""
