"""Programs that fetch pictures of mails ahead of their readers, as far as they say who they are."""

# Yahoo's and Gmail's name themselves.
PROXIES = ("YahooMailProxy", "GoogleImageProxy")

# Apple's privacy protection says this and nothing else; Apple Mail itself says on which system it runs.
APPLE = "Mozilla/5.0"


def is_mail_proxy(user_agent: str) -> bool:
    """Say whether a request is from a program that may fetch a picture before anyone opens the mail."""
    return user_agent.strip() == APPLE or any(name in user_agent for name in PROXIES)
