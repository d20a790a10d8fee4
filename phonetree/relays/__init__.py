"""Floor 4, group chats: Signal through signal-cli's REST service, and whatever else Apprise speaks."""
