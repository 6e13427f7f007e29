"""A package whose codecs are generated when it is built."""
