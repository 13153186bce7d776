import pytest
from segue_booking.domain.hours import HoursError, OpenTime, WeeklyHours

NINE_TO_FIVE = (OpenTime(540, 1020),)


def test_a_range_of_days_opens_each_of_them():
    hours = WeeklyHours.parse({"mon-fri": "09:00-17:00", "sat": "14:00-16:00, 10:00-13:00"})
    assert [hours.on(day) for day in range(5)] == [NINE_TO_FIVE] * 5
    assert hours.on(5) == (OpenTime(600, 780), OpenTime(840, 960))
    assert hours.on(6) == ()


def test_days_may_run_over_the_end_of_the_week_and_be_listed():
    hours = WeeklyHours.parse({"sat-mon": "09:00-17:00", "Wed,Fri": "9:00-17:00"})
    assert [bool(hours.on(day)) for day in range(7)] == [True, False, True, False, True, True, True]


def test_a_day_can_be_open_until_midnight_or_closed():
    hours = WeeklyHours.parse({"mon": "00:00-24:00", "tue": "closed"})
    assert hours.on(0) == (OpenTime(0, 1440),)
    assert hours.on(1) == ()


@pytest.mark.parametrize(
    ("entry", "value", "reason"),
    [
        ("mon", "9-5", "'9-5' is not HH:MM-HH:MM"),
        ("mon", "", "'' is not HH:MM-HH:MM"),
        ("mon", "09:00-17:60", "not a time of day"),
        ("mon", "09:00-24:01", "not a time of day"),
        ("mon", "22:00-02:00", "ends before it starts"),
        ("mon", "09:00-09:00", "ends before it starts"),
        ("mon", "09:00-12:00,11:00-15:00", "overlap"),
        ("monday", "09:00-17:00", "'monday' is not a day"),
        ("mon-", "09:00-17:00", "'' is not a day"),
        ("mon,mon", "09:00-17:00", "mon is given twice"),
    ],
)
def test_an_unreadable_entry_is_named_with_its_reason(entry, value, reason):
    with pytest.raises(HoursError, match=f"^hours '{entry}': ") as raised:
        WeeklyHours.parse({entry: value})
    assert raised.value.entry == entry
    assert reason in raised.value.reason


def test_a_day_in_two_entries_is_an_error():
    with pytest.raises(HoursError, match="fri is given twice"):
        WeeklyHours.parse({"mon-fri": "09:00-17:00", "fri": "09:00-12:00"})
