"""Floor 4, what wakes the workers. The ledger is the truth: what the engine loses, the rounds find again."""
