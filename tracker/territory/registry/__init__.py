"""The registry: municipalities by hand, associations and their members, workshops and who came."""
