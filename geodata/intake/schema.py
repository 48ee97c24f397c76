"""The one schema of a case: every variable, its codes, and what IC-TIP, HTCDS and CTDC call it.

HTCDS: IOM's Human Trafficking Case Data Standard, field reference at github.com/UNMigration/HTCDS
(prefixes org_, prs_, vic_, per_, hte_, cas_ are its tables). CTDC: column names of the Counter-Trafficking
Data Collaborative's Global Dataset and Global Synthetic Dataset. IC-TIP: International Classification for
Administrative Data on Trafficking in Persons (UN Statistical Commission, 2025); it records events, victims,
perpetrators and reporting entities, and that part is named here. Its code numbers are not cited: only its
summary page (unstats.un.org/unsd/classifications/Family/Detail/2099) could be read.
"""

from __future__ import annotations

from dataclasses import dataclass

from geodata.values import Form, Nature, Role

UNKNOWN = "unknown"
SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Code:
    """One value of a code list; the last three name its counterpart, "" where there is none."""

    code: str
    label: str
    htcds: str = ""
    ctdc: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of the schema.

    codes:    the closed code list; empty when the values are an outside list (``values`` says which).
    multiple: a case may hold several codes, sorted and joined by ``;``.
    """

    name: str
    label: str
    description: str
    ictip: str
    htcds: str
    ctdc: str
    values: str = ""
    codes: tuple[Code, ...] = ()
    multiple: bool = False

    def code_names(self) -> tuple[str, ...]:
        """Return the codes in order."""
        return tuple(code.code for code in self.codes)


_UNKNOWN = Code(UNKNOWN, "not stated, or stated as unknown", "Unknown", "(empty, -99)")

SEX = (
    Code("female", "female", "Female", "Woman, Female"),
    Code("male", "male", "Male", "Man, Male"),
    Code("other", "another gender", "Transgender/NonConforming", "Trans/Transgender/NonConforming"),
    _UNKNOWN,
)

AGE_BANDS = ((0, 8), (9, 17), (18, 20), (21, 23), (24, 26), (27, 29), (30, 38), (39, 47), (48, 120))
"""Inclusive ages of CTDC's ``ageBroad``; every band lies on one side of 18."""


def band_name(first: int, last: int) -> str:
    """Return ``9-17`` or, for the open band, ``48+``."""
    return f"{first}+" if first == AGE_BANDS[-1][0] else f"{first}-{last}"


AGE_GROUP = (
    *(
        Code(band_name(*band), f"{band_name(*band)} years", "", band_name(*band).replace("-", "--"))
        for band in AGE_BANDS
    ),
    Code("minor", "under 18, no closer", "", "majorityStatus = Minor"),
    Code("adult", "18 or over, no closer", "", "majorityStatus = Adult"),
    _UNKNOWN,
)

_FORM_WORDS: dict[Form, tuple[str, str, str]] = {
    Form.SMUGGLING_TRANSIT: ("moved or hidden in transit (smuggling)", "", ""),
    Form.CHILD_TRAFFICKING: ("child trafficking, no closer; includes sale of children", "IllegalAdoption", ""),
    Form.RECRUITMENT_ABROAD: ("deceptive recruitment for work abroad", "", ""),
    Form.SEXUAL_EXPLOITATION: ("sexual exploitation", "SexualExploitation", "isSexualExploit"),
    Form.FORCED_MARRIAGE: ("forced or child marriage", "ForcedMarriage", "isForcedMarriage"),
    Form.DOMESTIC_SERVITUDE: ("domestic servitude", "DomesticWork", "typeOfLabourDomesticWork"),
    Form.FORCED_BEGGING: ("forced begging", "ForcedBegging", "typeOfLabourBegging"),
    Form.ONLINE_SCAM: (
        "forced online scam work, other forced crime",
        "IllicitActivities",
        "typeOfLabourIllicitActivities",
    ),
    Form.FORCED_LABOUR: ("forced labour", "ForcedLabour", "isForcedLabour"),
    Form.ORGAN_REMOVAL: ("organ removal", "OrganRemoval", "isOrganRemoval"),
    Form.DEBT_BONDAGE: ("debt bondage as the form itself", "", ""),
    Form.SLAVERY: ("slavery and similar practices", "", "isSlaveryAndPractices"),
    Form.UNSPECIFIED: ("not stated", "Other", "isOtherExploit"),
}
FORM = tuple(Code(form.value, *_FORM_WORDS[form]) for form in Form)

_NATURE_WORDS = {
    Nature.TRAFFICKING: "trafficking in persons as reported",
    Nature.SMUGGLING: "smuggling of migrants",
    Nature.MIXED: "both in one case",
    Nature.UNCLEAR: "not stated or not decided",
}
NATURE = tuple(Code(nature.value, _NATURE_WORDS[nature]) for nature in Nature)

_ROLE_TYPES = {
    Role.SOURCE: ("the person was recruited or taken here", "hte_Type = Recruitment"),
    Role.TRANSIT: ("the person was moved through here", "hte_Type = Transit"),
    Role.DESTINATION: ("the person was exploited here", "hte_Type = Exploitation"),
}
ROLE = (*(Code(role.value, *_ROLE_TYPES[role]) for role in Role), _UNKNOWN)

MEANS = (
    Code("debt_bondage", "debt bondage", "DebtBondage", "meansOfControlDebtBondage"),
    Code("takes_earnings", "takes earnings", "TakesEarnings", "meansOfControlTakesEarnings"),
    Code("debt_bondage_or_earnings", "debt bondage or takes earnings, no closer", "", "meansDebtBondageEarnings"),
    Code("restricts_financial_access", "restricts access to money", "RestrictsFinancialAccess",
         "meansOfControlRestrictsFinancialAccess"),
    Code("threats", "threats", "Threats", "meansThreats, meansOfControlThreats"),
    Code("threat_of_law_enforcement", "threat of police or deportation", "ThreatOfLawEnforcement",
         "meansOfControlThreatOfLawEnforcement"),
    Code("abuse", "abuse, kind not stated", "", "meansAbusePsyPhySex"),
    Code("psychological_abuse", "psychological abuse", "PsychologicalAbuse", "meansOfControlPsychologicalAbuse"),
    Code("physical_abuse", "physical abuse", "PhysicalAbuse", "meansOfControlPhysicalAbuse"),
    Code("sexual_abuse", "sexual abuse", "SexualAbuse", "meansOfControlSexualAbuse"),
    Code("false_promises", "false promises, deception", "FalsePromises", "meansFalsePromises"),
    Code("psychoactive_substances", "drugs or alcohol", "PsychoactiveSubstances", "meansDrugsAlcohol"),
    Code("restricts_movement", "restricts movement", "RestrictsMovement", "meansOfControlRestrictsMovement"),
    Code("restricts_medical_care", "restricts medical care", "RestrictsMedicalCare",
         "meansOfControlRestrictsMedicalCare"),
    Code("withholds_necessities", "withholds food, water, shelter", "WithholdsNecessities", "meansDenyBasicNeeds"),
    Code("withholds_documents", "withholds documents", "WithholdsDocuments", "meansWithholdDocs"),
    Code("excessive_working_hours", "excessive working hours", "ExcessiveWorkingHours", "meansExcessiveWorkHours"),
    Code("uses_children", "uses the person's children", "UsesChildren", "meansOfControlUsesChildren"),
    Code("other", "another means", "Other", "meansOfControlOther"),
    _UNKNOWN,
)  # fmt: skip

RECRUITER = (
    Code("family", "family or relative", "vic_MethodOfRecruitment = Familial", "recruiterRelationFamily"),
    Code("intimate_partner", "intimate partner", "vic_MethodOfRecruitment = Intimate partner",
         "recruiterRelationIntimatePartner"),
    Code("friend", "friend, neighbour, acquaintance", "", "recruiterRelationFriend"),
    Code("other", "agent, employer, stranger, other", "", "recruiterRelationOther"),
    Code(SEVERAL, "more than one of these"),
    _UNKNOWN,
)  # fmt: skip

TRANSPORT = (
    Code("road", "bus, lorry, car, motorcycle"),
    Code("rail", "train"),
    Code("air", "aircraft"),
    Code("water", "boat, ship"),
    Code("foot", "on foot"),
    Code(SEVERAL, "more than one of these"),
    Code("other", "another way"),
    _UNKNOWN,
)

NATIONALITY_GROUPS: dict[str, tuple[str, ...]] = {
    "kenya": ("KEN",),
    "ethiopia": ("ETH",),
    "eritrea": ("ERI",),
    "somalia": ("SOM",),
    "uganda": ("UGA",),
    "tanzania": ("TZA",),
    "south_sudan": ("SSD",),
    "great_lakes": ("BDI", "COD", "RWA"),
    "other_africa": (
        "AGO", "BEN", "BFA", "BWA", "CAF", "CIV", "CMR", "COG", "COM", "CPV", "DJI", "DZA", "EGY", "ESH", "GAB",
        "GHA", "GIN", "GMB", "GNB", "GNQ", "LBR", "LBY", "LSO", "MAR", "MDG", "MLI", "MOZ", "MRT", "MUS", "MWI",
        "NAM", "NER", "NGA", "SDN", "SEN", "SLE", "STP", "SWZ", "SYC", "TCD", "TGO", "TUN", "ZAF", "ZMB", "ZWE",
    ),
    "asia": (
        "AFG", "BGD", "BTN", "CHN", "IDN", "IND", "JPN", "KHM", "KOR", "LAO", "LKA", "MDV", "MMR", "MNG", "MYS",
        "NPL", "PAK", "PHL", "PRK", "SGP", "THA", "TLS", "TWN", "VNM",
    ),
}  # fmt: skip
"""Group → ISO 3166-1 alpha-3. Groups follow the nationalities that recur in the public record; a country
in none of them is ``other``."""


def nationality_group(iso3: str) -> str:
    """Return the group a nationality is published in; ``unknown`` stays ``unknown``."""
    if iso3 == UNKNOWN:
        return UNKNOWN
    return next((group for group, members in NATIONALITY_GROUPS.items() if iso3 in members), "other")


_GROUP_CODES = (
    *(Code(group, ", ".join(members)) for group, members in NATIONALITY_GROUPS.items()),
    Code("other", "any other country"),
    _UNKNOWN,
)
_COUNTY_VALUES = "P-code KE001 … KE047, or unknown"
_EVENT, _VICTIM, _ENTITY = "TIP event", "Victim", "Reporting entity"

VARIABLES: tuple[Variable, ...] = (
    Variable("case_id", "Case", "Keyed hash (BLAKE2b, 128 bits) of the file's own case "
             "number. The key stays on the user's machine.", _VICTIM, "key of the Person record",
             "not published", values="32 hexadecimal digits"),
    Variable("county_exploitation", "County of exploitation", "Where the person was exploited.", _EVENT,
             "vic_LocationOfExploitation; hte_State where hte_Type = Exploitation",
             "CountryOfExploitation (country only)", values=_COUNTY_VALUES),
    Variable("county_identification", "County of identification", "Where the person was found, registered or "
             "first helped. A file that names one county without saying which is read so.", _EVENT,
             "—", "—", values=_COUNTY_VALUES),
    Variable("county_origin", "County of origin", "Where the person came from or was recruited.", _EVENT,
             "vic_LocationOfRecruitment; hte_State where hte_Type = Recruitment; prs_MailingState",
             "citizenship (country only)", values=_COUNTY_VALUES),
    Variable("county", "County", "The county that is counted: of exploitation, else of identification, else of "
             "origin.", _EVENT, "derived", "derived", values=_COUNTY_VALUES),
    Variable("month", "Month", "year × 12 + (month − 1) of the event, or of registration where the event is not "
             "dated; 0 when unknown.", _EVENT, "hte_Date; cas_IncomingReferralDate", "yearOfRegistration",
             values="integer"),
    Variable("date_precision", "Date precision", "How exactly the file dates the case.", _EVENT, "—", "—",
             codes=(Code("day", "day"), Code("month", "month"), Code("year", "year only; month is January"), _UNKNOWN)),
    Variable("role", "Role of the county", "What the county was in this case.", _EVENT, "hte_Type", "—", codes=ROLE),
    Variable("nationality", "Nationality", "Country of citizenship.", _VICTIM, "prs_Nationality (two letters)",
             "citizenship", values="ISO 3166-1 alpha-3, or unknown"),
    Variable("nationality_group", "Nationality group", "The group a nationality is published in.", _VICTIM,
             "derived", "derived", codes=_GROUP_CODES),
    Variable("sex", "Sex", "Sex or gender as the file states it.", _VICTIM, "prs_Gender", "gender", codes=SEX),
    Variable("age_group", "Age group", "CTDC's age groups, from an age, a date of birth (which is then dropped) "
             "or a stated group.", _VICTIM, "prs_Birthdate", "ageBroad; majorityStatus", codes=AGE_GROUP),
    Variable("forms", "Forms of exploitation", "All forms the file names.", _EVENT,
             "vic_TypeOfExploitation, vic_TypeOfLabourExploitation, vic_TypeOfSexExploitation",
             "is…Exploit, typeOfLabour…, typeOfExploitConcatenated", codes=FORM, multiple=True),
    Variable("form", "Form", "The one form that is counted; several when there is more than one.", _EVENT,
             "derived", "derived", codes=(*FORM, Code(SEVERAL, "more than one form"))),
    Variable("nature", "Nature", "Trafficking or smuggling. Stated by the file, else it follows from the forms "
             "(smuggling in transit is smuggling, no form is unclear, all else trafficking).", _EVENT, "—", "—",
             codes=NATURE),
    Variable("means", "Means of control", "All means the file names.", _EVENT, "vic_MethodsOfControl",
             "means…, meansOfControl…", codes=MEANS, multiple=True),
    Variable("recruiter_relation", "Relation to the recruiter", "Who recruited the person.", "Perpetrator",
             "vic_MethodOfRecruitment (in part)", "recruiterRelation…, RecruiterRelationship", codes=RECRUITER),
    Variable("transport", "Transport", "How the person was moved.", _EVENT, "—", "—", codes=TRANSPORT),
    Variable("corridor", "Corridor", "A corridor of the public record, where the file names one.", _EVENT, "—", "—",
             values="corridor id C01 …, or unknown"),
    Variable("reporting_source", "Reporting organisation", "Who reports the case. An organisation that is on no "
             "list is kept as a keyed mark (org-…), so that a person's name in this column cannot pass.",
             _ENTITY, "cas_ReferringOrganisation, org_Name", "Datasource",
             values="short name of a known organisation, org-…, or unknown"),
)  # fmt: skip
BY_NAME = {variable.name: variable for variable in VARIABLES}
