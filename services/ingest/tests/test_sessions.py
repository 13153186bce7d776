"""Nobody gets into a chat with a token that we haven't signed for it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st
from segue_ingest.domain.sessions import Session, seal, unseal

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
SECRET = b"a-secret-of-the-tests"
SESSION = Session(
    tenant="acme", visitor=uuid4(), conversation_id=uuid4(), expires_at=NOW + timedelta(days=1)
)


def test_a_token_gives_its_session_back() -> None:
    assert unseal(seal(SESSION, SECRET), SECRET, tenant="acme", now=NOW) == SESSION


def test_a_token_of_another_secret_tenant_or_time_gives_nothing() -> None:
    token = seal(SESSION, SECRET)
    assert unseal(token, b"another-secret!!", tenant="acme", now=NOW) is None
    assert unseal(token, SECRET, tenant="other", now=NOW) is None
    assert unseal(token, SECRET, tenant="acme", now=NOW + timedelta(days=1)) is None


@given(st.text(max_size=200))
def test_no_other_text_is_a_token(text: str) -> None:
    assert unseal(text, SECRET, tenant="acme", now=NOW) is None


@given(st.data())
def test_a_changed_token_is_no_token(data: st.DataObject) -> None:
    token = seal(SESSION, SECRET)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.characters())
    changed = token[:place] + letter + token[place + 1 :]
    # The last character of a signature has bits that mean nothing.
    assert changed == token or unseal(changed, SECRET, tenant="acme", now=NOW) in (None, SESSION)
    if place < len(token) - 1 and changed != token:
        assert unseal(changed, SECRET, tenant="acme", now=NOW) is None
