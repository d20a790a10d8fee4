"""Floor 1, how any conversation moves: pure, and unaware of Flask, Twilio and the database."""
