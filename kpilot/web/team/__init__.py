"""Views of a team that help its people and shame nobody."""
