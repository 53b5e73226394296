"""What tests stand on: databases, applications, a mail server, a browser, factories."""
