"""Tables fit their column; where a phone is too narrow for one, its first column stays in sight."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]


def test_no_table_is_wider_than_its_column(visits):
    assert {name: v.wide_tables for name, v in visits.items() if v.wide_tables} == {}


def test_on_a_phone_the_first_column_of_a_wide_table_stays(visits):
    wide = [table for visit in visits.values() for table in visit.wide_tables_on_a_phone]
    assert len(wide) <= 8
    assert [table for table in wide if not (table["scrolls"] and table["kept"])] == []
