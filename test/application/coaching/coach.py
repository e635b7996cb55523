"""The coach: POST {"prompt": "…"} with a bearer token, answered with {"text": "…"}."""

import json
import logging
from dataclasses import dataclass
from http.client import HTTPException
from urllib.request import Request, urlopen

from django.conf import settings

TIMEOUT_SECONDS = 3
LONGEST_ANSWER_BYTES = 64 * 1024

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    text: str
    available: bool


def ask(prompt):
    """The coach's answer, or why there is none. Never raises: pages have to work without it."""
    if not (settings.COACH_API_KEY and settings.COACH_API_URL):
        return Answer("The coach is unavailable: it is not set up here.", available=False)
    try:
        return Answer(_post(prompt), available=True)
    except (OSError, HTTPException, ValueError, LookupError, TypeError, RecursionError) as error:
        logger.warning("The coach API did not answer: %s", error)
        return Answer("The coach is unavailable: it cannot be reached now.", available=False)


def _post(prompt):
    request = Request(
        settings.COACH_API_URL,
        data=json.dumps({"prompt": prompt}).encode(),
        headers={
            "Authorization": f"Bearer {settings.COACH_API_KEY}",
            "Content-Type": "application/json",
        },
    )
    with urlopen(request, timeout=TIMEOUT_SECONDS) as response:
        text = str(json.loads(response.read(LONGEST_ANSWER_BYTES))["text"])
    # PostgreSQL takes neither half a surrogate pair nor a NUL, and JSON can hold both.
    return text.encode("utf-8", "replace").decode().replace("\0", "")
