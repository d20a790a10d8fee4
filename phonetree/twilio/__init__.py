"""Floor 4, the provider: webhooks, signature, TwiML, statuses, errors and the client. Provider words stop here."""
