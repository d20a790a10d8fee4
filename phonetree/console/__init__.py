"""Floor 4, the web pages of leads: they work without scripts, show nobody's number, and let in nobody by mistake."""
