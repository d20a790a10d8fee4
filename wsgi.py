"""What a WSGI server loads: settings from the environment, which is emptied of them, and the application."""

import os

from phonetree.app import create_app
from phonetree.words.settings import take_settings

app = create_app(take_settings(os.environ), os.environ)
