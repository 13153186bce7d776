"""Who has to wait: the law of shares."""

from hypothesis import given
from hypothesis import strategies as st
from segue_ingest.domain.fairness import HALF_LIFE_SECONDS, Shares

SENT = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 10_000), min_size=1)


@given(SENT)
def test_of_those_who_send_there_is_always_one_who_has_to_wait(sent: dict[str, int]) -> None:
    shares = Shares()
    for tenant, messages in sent.items():
        shares.add(tenant, messages, 1.0)
    assert any(shares.is_above_fair(tenant, 1.0) for tenant in sent)


@given(SENT)
def test_a_newcomer_never_has_to_wait(sent: dict[str, int]) -> None:
    shares = Shares()
    for tenant, messages in sent.items():
        shares.add(tenant, messages, 1.0)
    assert not shares.is_above_fair("newcomer", 1.0)


def test_a_quiet_tenant_is_let_in_beside_a_flood() -> None:
    shares = Shares()
    for second in range(30):
        shares.add("flood", 500, second)
        shares.add("quiet", 1, second)
        assert shares.is_above_fair("flood", second)
        assert not shares.is_above_fair("quiet", second)


def test_what_was_long_ago_no_longer_counts() -> None:
    shares = Shares()
    shares.add("earlier", 10_000, 0.0)
    later = HALF_LIFE_SECONDS * 20
    shares.add("now", 10, later)
    assert not shares.is_above_fair("earlier", later)
    assert shares.is_above_fair("now", later)
