"""Reading TwiML: the verbs that a call or a message reply may contain."""

from dataclasses import dataclass, field
from typing import Literal
from xml.etree import ElementTree


class BadTwiml(Exception):
    """The document isn't TwiML that the carrier can follow (Twilio error 12100)."""


@dataclass(frozen=True)
class Speak:
    text: str


@dataclass(frozen=True)
class Pause:
    seconds: float


@dataclass(frozen=True)
class Hangup:
    pass


@dataclass(frozen=True)
class Reject:
    reason: Literal["rejected", "busy"]


@dataclass(frozen=True)
class Redirect:
    url: str
    method: str


@dataclass(frozen=True)
class Relay:
    """`<Connect action><ConversationRelay ...>`; `attributes` are the noun's own."""

    url: str
    action: str | None
    action_method: str
    attributes: dict[str, str]
    parameters: dict[str, str] = field(default_factory=dict)

    def flag(self, name: str, default: bool) -> bool:
        value = self.attributes.get(name)
        return default if value is None else value.lower() in {"true", "any", "speech"}


Verb = Speak | Pause | Hangup | Reject | Redirect | Relay


def verbs_of(document: str) -> list[Verb]:
    """The verbs of a voice response, in order."""
    return [_verb(element) for element in _response(document)]


def replies_of(document: str) -> list[str]:
    """The texts of a messaging response's `<Message>` verbs."""
    if not document.strip():
        return []
    messages = [element for element in _response(document) if element.tag == "Message"]
    return ["".join(message.itertext()).strip() for message in messages]


def _response(document: str) -> ElementTree.Element:
    try:
        # The simulator reads only the documents of the system under test.
        root = ElementTree.fromstring(document)  # noqa: S314
    except ElementTree.ParseError as error:
        raise BadTwiml(str(error)) from None
    if root.tag != "Response":
        raise BadTwiml(f"the root is <{root.tag}>, not <Response>")
    return root


def _verb(element: ElementTree.Element) -> Verb:
    text = (element.text or "").strip()
    match element.tag:
        case "Say":
            return Speak("".join(element.itertext()).strip())
        case "Play":
            return Speak(f"[plays {text}]")
        case "Pause":
            return Pause(float(element.get("length", "1")))
        case "Hangup":
            return Hangup()
        case "Reject":
            return Reject("busy" if element.get("reason") == "busy" else "rejected")
        case "Redirect":
            return Redirect(text, element.get("method", "POST"))
        case "Connect":
            return _relay(element)
        case other:
            raise BadTwiml(f"<{other}> isn't simulated")


def _relay(connect: ElementTree.Element) -> Relay:
    noun = connect.find("ConversationRelay")
    url = "" if noun is None else noun.get("url", "")
    if noun is None or not url.startswith(("wss://", "ws://127.0.0.1", "ws://localhost")):
        raise BadTwiml("<Connect> needs a <ConversationRelay> with a wss:// url")
    return Relay(
        url=url,
        action=connect.get("action"),
        action_method=connect.get("method", "POST"),
        attributes=dict(noun.attrib),
        parameters={p.get("name", ""): p.get("value", "") for p in noun.findall("Parameter")},
    )
