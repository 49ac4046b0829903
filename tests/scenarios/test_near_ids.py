import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.near_ids import one_near, proposals

KNOWN = ["u001", "u002", "u013", "U-7", "school-a", "school-b", "caoping", "2152000123"]


@pytest.mark.parametrize(("found", "meant"), [
    ("u01", "u001"),  # zeros in front
    ("U001", "u001"),  # capitals
    ("ｕ００１", "u001"),  # full width
    ("u-013", "u013"),  # separators
    ("u0l3", "u013"),  # l for 1
    ("uO13", "u013"),  # O for 0
    ("u7", "U-7"),
    ("scholo-a", "school-a"),  # neighbours changed places
    ("scool-b", "school-b"),  # a letter left out
    ("caoqing", "caoping"),  # a wrong letter
    ("2152000132", "2152000123"),  # swapped digits of a code
])  # fmt: skip
def test_one_id_can_be_meant(found: str, meant: str) -> None:
    assert one_near(found, KNOWN) == meant


@pytest.mark.parametrize(("found", "why"), [
    ("u014", "another number"),
    ("u031", "a short number with swapped digits is another number"),
    ("u0013x", "too far"),
    ("school", "school-a or school-b"),
    ("2152000124", "another code"),
    ("xx", "nothing like it"),
])  # fmt: skip
def test_nothing_is_proposed(found: str, why: str) -> None:
    assert one_near(found, KNOWN) == "", why


def test_short_ids_are_never_changed_by_a_letter() -> None:
    assert one_near("b", ["a"]) == ""
    assert one_near("ab", ["aa"]) == ""


def test_two_texts_for_one_id_are_left_to_the_planner() -> None:
    assert proposals({"u01", "U001", "u002", "scool-b"}, KNOWN) == {"scool-b": "school-b"}


@given(st.text(min_size=1, max_size=12), st.lists(st.text(min_size=1, max_size=12), max_size=8))
def test_only_a_known_id_is_ever_proposed_and_never_the_text_itself(found: str, known: list[str]) -> None:
    meant = one_near(found, known)
    assert meant in {*known, ""}
    assert meant != found


@given(st.integers(0, 999), st.integers(0, 999))
def test_a_number_is_never_another_number(one: int, other: int) -> None:
    meant = one_near(f"u{one}", [f"u{other}"])
    assert meant == "" or one == other
