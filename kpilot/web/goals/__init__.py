"""Goals: containers of targets with progress, pace and projection; and the notices they send."""
