"""What the arguments of commands name: files, folders, revisions, dumps and streams."""
