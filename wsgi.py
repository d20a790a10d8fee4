"""What a WSGI server loads: settings from the environment, which is emptied of them, and the application."""

import os

from phonetree.app import create_app
from phonetree.words.logs import log_what_nobody_catches
from phonetree.words.settings import take_settings

app = create_app(take_settings(os.environ), os.environ)
log_what_nobody_catches()
