"""What the diff says, tried: witness states through the generated codecs of both sides."""
