"""The story of the phone tree, played against the carrier on this machine and checked step by step."""
