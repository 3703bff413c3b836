"""Facts of imgurl.tables.columns: which column a field is in."""

import pytest

from imgurl.tables.columns import Matched, known_names, match_columns

FIELDS = ("first_name", "last_name", "full_name", "company_name", "city")


def test_columns_are_found_by_their_letters() -> None:
    """First Name, firstName and FIRST-NAME are first_name; the first of two; what is not there is left out."""
    columns = ("E-Mail", "First Name", "firstName", "COMPANY-NAME", "größe", "")
    matched = match_columns(columns, ("first_name", "company_name", "city", "größe"))
    assert matched == Matched({"first_name": "First Name", "company_name": "COMPANY-NAME", "größe": "größe"})


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("Email Address,First Name,Last Name,Address,OPTIN_TIME", "First Name,Last Name,,,"),
        ("EMAIL,FNAME,LNAME", "FNAME,LNAME,,,"),
        ("Email,First Name,Last Name,Organization,Title,City", "First Name,Last Name,,Organization,City"),
        ("Record ID,First Name,Last Name,Owner,Associated Company", "First Name,Last Name,,Associated Company,"),
        ("Record ID,First Name,Company Name,Associated Company", "First Name,,,Company Name,"),
        ("Salutation,First Name,Last Name,Title,Account Name,Mailing City",
         "First Name,Last Name,,Account Name,Mailing City"),
        ("Customer ID,First Name,Default Address Company,Default Address City",
         "First Name,,,Default Address Company,Default Address City"),
        ("billing_first_name,billing_company,billing_city,shipping_first_name,shipping_company,shipping_city",
         "billing_first_name,,,billing_company,billing_city"),
        ("shipping_first_name,shipping_city", "shipping_first_name,,,,shipping_city"),
        ("id,Email,Name,Created (UTC)", ",,Name,,"),
        ("Given Name,Family Name,Name,Organization 1 - Name,Address 1 - City",
         "Given Name,Family Name,Name,Organization 1 - Name,Address 1 - City"),
        ("First Name,Last Name,Phonetic First Name,Organization Name,Organization Title",
         "First Name,Last Name,,Organization Name,"),
        ("Order #,Order Date,First Name,Surname", "First Name,Surname,,,"),
        ("Attendee first name,Attendee last name", "Attendee first name,Attendee last name,,,"),
        ("Name (Original Name),User Email,Guest", ",,Name (Original Name),,"),
        ("Person - Name,Organization", ",,Person - Name,Organization,"),
        ("Email address - home,First name,City - Home", "First name,,,,City - Home"),
        ("PRENOM;NOM;Société;Ville", "PRENOM,NOM,,Société,Ville"),
        ("Prénom;Nom", "Prénom,Nom,,,"),
        ("Vorname;Nachname;Firma;Ort", "Vorname,Nachname,,Firma,Ort"),
        ("Vorname;Name", "Vorname,Name,,,"),
        ("Förnamn;Efternamn;Namn", "Förnamn,Efternamn,Namn,,"),
        ("Nombre;Apellidos;Empresa;Ciudad", "Nombre,Apellidos,,Empresa,Ciudad"),
        ("Имя;Фамилия;Город", "Имя,Фамилия,,,Город"),
        ("full_name,email", ",,full_name,,"),
        ("What's your name?,Email", ",,What's your name?,,"),
        # Titles, owners and names of things are nobody's.
        ("Title,Owner,Middle Name,Nickname,Event Name,List Name,Company ID", ",,,,"),
        ("Name,Product,Price", ",,,,"),
        ("Event,Name", ",,,,"),
    ],
)  # fmt: skip
def test_columns_of_exports_are_found(columns: str, expected: str) -> None:
    """The columns of forty programs, matched by name and never by place."""
    names = columns.split(";") if ";" in columns else columns.split(",")
    matched = match_columns(names, FIELDS).columns
    assert [matched.get(field, "") for field in FIELDS] == expected.split(",")


def test_two_that_fit_alike_are_not_guessed() -> None:
    """Outlook has two cities; the field has none, and both are named."""
    matched = match_columns(("First Name", "Business City", "Home City"), ("first_name", "city"))
    assert matched.columns == {"first_name": "First Name"}
    assert matched.undecided == {"city": ("Home City", "Business City")}


def test_what_is_found_under_another_name_is_distinguished() -> None:
    """So that it can be said."""
    matched = match_columns(("First Name", "Account Name"), ("first_name", "company_name"))
    assert matched.aliases == {"company_name": "Account Name"}


def test_a_column_of_a_fields_own_name_is_not_the_alias_of_another() -> None:
    """The company of the field account_name is not that of company_name too."""
    matched = match_columns(("account_name",), ("account_name", "company_name"))
    assert matched == Matched({"account_name": "account_name"})


def test_names_of_columns_are_counted() -> None:
    """How a header is distinguished from a title."""
    assert known_names(("Email", "Vorname", "x", "")) == 2
