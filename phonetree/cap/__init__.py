"""Floor 4, the Rapid Response Network's own computers: CAP 1.2 documents over HTTP (OASIS, July 2010)."""
