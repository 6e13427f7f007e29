"""What bytes a schema puts on the wire, independent of any target language."""
