"""Floor 3, the application: conversations, effects, broadcasts, delivery and receipts."""
