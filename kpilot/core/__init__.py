"""Pure definitions: no engine, no web, no clock, no files."""
