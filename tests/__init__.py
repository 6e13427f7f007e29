"""The tests of vmsdl."""
