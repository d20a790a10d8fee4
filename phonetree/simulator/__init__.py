"""Floor 4, a carrier on this machine: it speaks HTTP and signs like Twilio; the product does not know it."""
