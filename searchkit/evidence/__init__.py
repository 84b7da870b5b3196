"""The pages behind the links: fetching them safely, checking, preserving and proving copies."""
