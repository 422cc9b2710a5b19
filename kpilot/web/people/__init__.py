"""Who may come in, as whom, and what that lets them do."""
