"""What the outcomes of a load do to the state: it arrives, is lost, corrupted or refused."""
