"""What to write into the carriers' forms, and what to know before: plain English, for who fills them in.

Facts of November 2026; the codes of refusals are the provider's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from phonetree.desk.real_texts import RealTexts
from phonetree.school.choices import JoinMode
from phonetree.school.schema import School
from phonetree.words.languages import LANGUAGES

LEGAL_NAME = "[LEGAL NAME]"
ADDRESS = "https://[YOUR-ADDRESS]"
Pairs = tuple[tuple[str, str], ...]


class Body(StrEnum):
    """What stands behind the program by law."""

    CHARITY = "charity"
    DISTRICT = "district"
    OTHER = "other"


WHO: Mapping[Body, tuple[str, ...]] = {
    Body.CHARITY: (
        "A parents' committee cannot register by itself: the form asks for a legal body with a tax number (EIN).",
        (
            "Ask a 501(c)(3) to sponsor you: the school's PTA or PTO if the IRS lists it, a booster club, a "
            "foundation, a community organization. It must agree in writing, for it answers for what is sent."
        ),
        "Legal name and EIN must be letter for letter those on its IRS letter.",
        "It must have a website of its own that shows that name. An address of e-mail at that site helps.",
    ),
    Body.DISTRICT: (
        "The school district registers, not the school: a public school has no tax number of its own as a rule.",
        "Somebody who may sign for the district must agree; ask its communications or technology office first.",
        (
            "A district often has a brand with the provider already. Then this program is one more campaign of "
            "that brand."
        ),
        "site.run_by must then not say that the district has nothing to do with it.",
    ),
    Body.OTHER: (
        (
            "Any body with a tax number (EIN) can register: an association, a church, a company. Without one "
            "there is only the sole proprietor, who is a private person: one text a second, 1,000 segments a "
            "day at T-Mobile, and that person's name on file. Do not do that to anybody: look for a sponsor."
        ),
        "Legal name and EIN must be letter for letter those on its IRS letter.",
    ),
}
ABOUT_BODY: Pairs = (
    ("Tax number (EIN)", "[EIN]"),
    ("Address", "[STREET, CITY, STATE, ZIP: as the IRS has it]"),
    ("Website", "[WEBSITE OF THAT BODY, which shows its legal name]"),
    ("Who answers for it", "[NAME, TITLE, E-MAIL, PHONE of somebody who may sign for that body]"),
)
BRAND = (
    (
        "In the provider's console: Trust Hub, customer profile first, then the brand. Choose the standard "
        "brand, not the low-volume one: only that gets what charities and governments are given."
    ),
)
BRAND_FIELDS: Mapping[Body, Pairs] = {
    Body.CHARITY: (
        ("Business type", "Non-profit Corporation"),
        ("Business industry", "Not for profit"),
        ("Company type", "US Non Profit"),
        ("Brand type", "Standard"),
    ),
    Body.DISTRICT: (
        ("Business type", "Non-profit Corporation"),
        ("Business industry", "Government"),
        ("Company type", "Government"),
        ("Brand type", "Standard"),
    ),
    Body.OTHER: (
        ("Business type", "[WHAT IT IS BY LAW]"),
        ("Business industry", "Education"),
        ("Company type", "[PRIVATE, or US Non Profit where it is another kind of 501(c)]"),
        ("Brand type", "Standard"),
    ),
}
CODES: Mapping[Body, str] = {
    Body.CHARITY: "CHARITY",
    Body.DISTRICT: "HIGHER_EDUCATION",
    Body.OTHER: "LOW_VOLUME",
}
USE_CASE: Mapping[Body, tuple[str, ...]] = {
    Body.CHARITY: ("Choose CHARITY: it is for 501(c)(3) bodies and needs no second approval.",),
    Body.DISTRICT: (
        (
            "Choose HIGHER_EDUCATION: by its own description it is for school districts too, and it needs no "
            "second approval. K12_EDUCATION fits by its name, but each carrier approves it afterwards; choose "
            "it if you can wait."
        ),
    ),
    Body.OTHER: (
        (
            "Choose LOW_VOLUME: any body may. It sends about 4 segments a second, and 2,000 segments a day at "
            "T-Mobile: enough for some 300 families and a few alerts, not for a large school."
        ),
    ),
}
USE_CASES = (
    "CHARITY: accepted for 501(c)(3) bodies; not for religious ones. No second approval.",
    "HIGHER_EDUCATION: accepted for school districts. No second approval.",
    "PUBLIC_SERVICE_ANNOUNCEMENT and LOW_VOLUME: accepted for most bodies. No second approval.",
    "K12_EDUCATION: for platforms that serve schools. Carriers approve it afterwards, one by one.",
    "EMERGENCY: for public safety bodies. Carriers approve it afterwards; a committee is refused.",
    "SOLE_PROPRIETOR: a private person. Too slow, and it puts that person's name on file.",
    "The provider shows the list for your brand once the brand is approved; what is not on it you cannot choose.",
)
PROGRAM = (
    (
        "Copy each field as it is. What is true of the program must be true in the form: carriers compare what "
        "is sent with the samples, and block what differs (30007)."
    ),
    (
        "Do not call it an emergency or public safety service, and do not write of evacuations or weather: "
        "that is refused unless the use case is EMERGENCY (30929). It is a school's notices to families who "
        "asked for them."
    ),
    "Do not leave out the alert to look harmless, and do not soften it: the sample is what you will send.",
    "Do not write of politics, of elections, of asking for donations, or of marketing: the program sends none.",
    "No text of the program holds a link. Phone numbers are in some: that box is ticked.",
)
BOXES: Pairs = (
    ("HasEmbeddedLinks", "false"),
    ("HasEmbeddedPhone", "true"),
    ("AgeGated", "false"),
    ("DirectLending", "false"),
    ("SubscriberOptIn", "true"),
)
OPT_OUT = (
    (
        "To HELP and STOP the provider answers, never the tree: else families would read two answers. So put "
        "these answers on its page: Messaging Service, Opt-Out Management, Advanced Opt-Out. It has no other "
        "way in."
    ),
    (
        "STOP, START and HELP are there already and cannot be taken away. Take YES out of the opt-in words if "
        "you can: who answers YES to something has not asked to come back."
    ),
    "The words of other languages are optional. Without them the tree itself understands them, and answers.",
)
IS_TOLL_FREE = "The school's number is toll-free: parts 1 and 6 are all you need; there is no brand and no campaign."
TOLL_FREE = (
    (
        "Numbers that begin with 800, 833, 844, 855, 866, 877 or 888 have no brand and no campaign: they are "
        "verified by this form instead, and until then nothing is delivered (30032). It is often the faster "
        "way for one school."
    ),
    "The answer to STOP is the toll-free network's own, in English, and nobody can change it.",
    "A toll-free number begins with 3 segments a second.",
)
TOLL_FREE_FIELDS: Mapping[Body, Pairs] = {
    body: (
        ("BusinessType", kind),
        ("BusinessRegistrationNumber", "[EIN]"),
        ("BusinessRegistrationAuthority", "EIN"),
        ("BusinessRegistrationCountry", "US"),
        ("BusinessWebsite", "[WEBSITE OF THAT BODY, which shows its legal name]"),
        ("NotificationEmail", "[E-MAIL that somebody reads every day]"),
        ("UseCaseCategories", category),
    )
    for body, kind, category in (
        (Body.CHARITY, "NON_PROFIT", "CHARITY_NONPROFIT"),
        (Body.DISTRICT, "GOVERNMENT", "K12"),
        (Body.OTHER, "[PRIVATE_PROFIT, or NON_PROFIT]", "K12"),
    )
}
HOW_LONG = (
    "Customer profile and brand: a few days, if name and EIN match.",
    (
        "Campaign: 10 to 15 business days. Begin on the first day, before anything else: all the rest fits "
        "into the wait."
    ),
    "Toll-free verification: 3 to 5 business days. If it is refused, you have 7 days to mend it and go to the front.",
    (
        "Until then texts to families are blocked (30034; toll-free 30032). Calls need the customer profile "
        "alone (21216), so train with calls meanwhile."
    ),
)
REFUSED = (
    "Legal name and EIN do not match: the brand fails. Copy both from the IRS letter.",
    "The form describes emergency alerts under another use case (30929). Use the words above.",
    "Samples do not fit the description, or none names the program and STOP (30893). Use the samples above.",
    (
        "The page that asks people to join cannot be opened, or does not show what they agree to (30841, "
        "30842). Open the addresses above on a phone that is not on your network before you send the form."
    ),
    (
        "The privacy page does not say that numbers are not shared or sold for marketing. Yours does; do not "
        "edit it out."
    ),
    (
        "The answer to HELP names no program or no way to reach a person (30936). Yours names both; "
        "site.contact must be answered by somebody."
    ),
    "A use case that your brand may not have (30900). Choose one from the provider's list.",
    "If it is refused, mend the field that is named and send the form again. Never register a second time beside it.",
)
AFTERWARDS = (
    "Attach the number to the Messaging Service of that campaign, and set TWILIO_MESSAGING_SERVICE_SID.",
    (
        "Leave the provider's quiet hours (Compliance Toolkit) off for that service: an alert at night must "
        "not wait (30610)."
    ),
    "Put the speed that the provider shows into [sender] segments_per_second, and load the school file again.",
    "Then `phonetree doctor`. It says LIVE when families can be reached.",
)


def description(school: School, legal_name: str) -> str:
    """What the program is: true, whole, and without a word that names another use case."""
    site = school.site
    return (
        f"{site.program} sends school notices to families of {site.name} who asked for them. It is run by "
        f"{site.run_by}, and registered by {legal_name}. Parents and guardians who join get: notices of what school "
        "staff see at or near the school, such as immigration agents, whether it is confirmed, and when it is over; "
        "changes of the place of pick-up; and practice drills that say so. They can text in to ask for news, to reach "
        "a person, to read their rights, to read the school's safety plan, and to ask for help such as food or a ride "
        f"to school. About {site.messages_per_month} messages a month, in {_languages(school)}. Texts to families "
        f'begin with "{site.short}" or with the name of the program. No marketing, no donations, no politics, no '
        "links, nothing for adults only. Numbers are not shared or sold to third parties or affiliates for marketing."
    )


def summary(school: School, legal_name: str) -> str:
    """The same in short."""
    site = school.site
    return (
        f"{site.program}, run by {site.run_by}, registered by {legal_name}: school notices to families of {site.name} "
        "who joined by text, by call or on paper; practice drills; answers to what they ask. About "
        f"{site.messages_per_month} messages a month. No marketing, no links. Numbers are not shared or sold."
    )


def message_flow(school: School, public_url: str, others: Sequence[str], texts: RealTexts) -> str:
    """How somebody comes onto the list, with the words that they read. *others*: JOIN, in other languages."""
    site = school.site
    number = site.number.national()
    own = f" (in other languages {', '.join(others)} for JOIN)" if others else ""
    held = "A person at the school looks at each request first. " if school.join.mode is JoinMode.HOLD else ""
    return (
        "Families join by themselves, in one of three ways. There is no web form, and nobody is added from a bought or "
        f"shared list. (1) By text: posters and cards at the school, and {public_url}/join/{site.code}, ask them to "
        f"text JOIN {site.code}{own} to {number}. They get: "
        f'"{_line(texts.offer)}" Only who answers 1 is on the list, and gets: "{_line(texts.joined)}" '
        f"(2) By call: they call {number}, choose a language, press 6, then 1. The program calls that phone back and "
        "says the same; only who presses 1 in that call is on the list. (3) On paper, dated and kept by the school. "
        f'The first text to them is: "{_line(texts.welcome)}" Every poster and card says who runs '
        "the program, what is sent and how often, that message and data rates may apply, how STOP and HELP work, and "
        f"names that page, with its terms ({public_url}/terms) and privacy ({public_url}/privacy). {held}Joining is no "
        "condition of anything at the school."
    )


def not_translated(languages: Sequence[str]) -> str:
    return f"Nobody has translated these texts into {', '.join(languages)} yet: leave those out for now."


def _line(text: str) -> str:
    return " ".join(text.split())


def _languages(school: School) -> str:
    *first, last = [LANGUAGES[code].english_name for code in school.site.languages]
    return f"{', '.join(first)} and {last}" if first else last
