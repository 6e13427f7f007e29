"""Replays: witnesses of a report, run through the generated codecs of both sides."""
