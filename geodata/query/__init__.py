"""The only door through which `layers` and `dashboard` get data: it opens releases and facts, never the vault.

`world` opens everything once · `indicators` counts and rates · `profiles` one county, corridor or
the country · `ledger` which figures rest on which source · `search` finds sources · `method` what
the rules give on the data at hand · `changes` two windows of years, marks in time, national series ·
`lens` who was looking, and the response gap.
"""

from geodata.analysis.change import Change, change_of
from geodata.analysis.effort import KINDS as WATCHER_KINDS
from geodata.analysis.effort import Effort, Watcher
from geodata.analysis.gap import MEASURES as EXPOSURES
from geodata.analysis.gap import RESPONSES, Gap, Gaps
from geodata.analysis.trends import SeriesPoint, YearMark, windows
from geodata.corrections import Approved, Correction, Refused
from geodata.network.ways import Filter as NetworkFilter
from geodata.query.caseload import crossed, further, supported
from geodata.query.changes import (
    AreaChange,
    Changes,
    Looking,
    Window,
    changes,
    exact_change,
    looking,
    national_series,
    provinces,
    year_marks,
)
from geodata.query.compared import PRESETS, TO, Comparison, Side, Unit, Values, compared, units
from geodata.query.corrections import (
    CORRECTION_LIMITS,
    Item,
    QueueFull,
    approved_corrections,
    correctable,
    correction_queue,
    read_correction,
)
from geodata.query.cube import NATURES, POOLED, Cube, Filters, Totals
from geodata.query.find import Standing, find_county, spellings
from geodata.query.frozen import figures_of, inputs_of, world_at
from geodata.query.indicators import cube, indicator_rows, poisson_interval, rate_interval, watched_since
from geodata.query.ledger import USES, Use, uses
from geodata.query.lens import (
    RATE_MEASURES,
    Between,
    Detection,
    Line,
    Rate,
    Span,
    clusters,
    county_legs,
    detection,
    effort_between,
    held_roles,
    response_gap,
)
from geodata.query.method import (
    RuleResult,
    form_table,
    mark_counts,
    record_facts,
    rule_changes,
    rule_results,
    why_withheld,
)
from geodata.query.nearby import Nearby, NearbyCounty, nearby
from geodata.query.network import (
    chokepoints,
    closable,
    corridor_desk,
    corridor_ends,
    corridor_exposure,
    cuts_between,
    ground_rings,
    legs_of,
    network_file,
    what_if,
)
from geodata.query.profiles import (
    CorridorProfile,
    CountryProfile,
    CountyProfile,
    Figure,
    Passing,
    corridor_profile,
    country_profile,
    county_profile,
    events,
    shared_total,
)
from geodata.query.releases import (
    Archived,
    CountyChanges,
    archive,
    changes_for_county,
    open_release,
    release_before,
    release_changes,
)
from geodata.query.search import SORTS, Entry, SourceFilter, find_sources
from geodata.query.segments import Segment, county_segments
from geodata.query.standing import withdrawn
from geodata.query.world import World, open_world, stamp
from geodata.release.changes import ReleaseChanges
from geodata.release.reader import NotAnswerable, Release
from geodata.snapshots import Snapshot, snapshots_of

__all__ = [
    "CORRECTION_LIMITS",
    "EXPOSURES",
    "NATURES",
    "POOLED",
    "PRESETS",
    "RATE_MEASURES",
    "RESPONSES",
    "SORTS",
    "TO",
    "USES",
    "WATCHER_KINDS",
    "Approved",
    "Archived",
    "AreaChange",
    "Between",
    "Change",
    "Changes",
    "Comparison",
    "Correction",
    "CorridorProfile",
    "CountryProfile",
    "CountyChanges",
    "CountyProfile",
    "Cube",
    "Detection",
    "Effort",
    "Entry",
    "Figure",
    "Filters",
    "Gap",
    "Gaps",
    "Item",
    "Line",
    "Looking",
    "Nearby",
    "NearbyCounty",
    "NetworkFilter",
    "NotAnswerable",
    "Passing",
    "QueueFull",
    "Rate",
    "Refused",
    "Release",
    "ReleaseChanges",
    "RuleResult",
    "Segment",
    "SeriesPoint",
    "Side",
    "Snapshot",
    "SourceFilter",
    "Span",
    "Standing",
    "Totals",
    "Unit",
    "Use",
    "Values",
    "Watcher",
    "Window",
    "World",
    "YearMark",
    "approved_corrections",
    "archive",
    "change_of",
    "changes",
    "changes_for_county",
    "chokepoints",
    "closable",
    "clusters",
    "compared",
    "correctable",
    "correction_queue",
    "corridor_desk",
    "corridor_ends",
    "corridor_exposure",
    "corridor_profile",
    "country_profile",
    "county_legs",
    "county_profile",
    "county_segments",
    "crossed",
    "cube",
    "cuts_between",
    "detection",
    "effort_between",
    "events",
    "exact_change",
    "figures_of",
    "find_county",
    "find_sources",
    "form_table",
    "further",
    "ground_rings",
    "held_roles",
    "indicator_rows",
    "inputs_of",
    "legs_of",
    "looking",
    "mark_counts",
    "national_series",
    "nearby",
    "network_file",
    "open_release",
    "open_world",
    "poisson_interval",
    "provinces",
    "rate_interval",
    "read_correction",
    "record_facts",
    "release_before",
    "release_changes",
    "response_gap",
    "rule_changes",
    "rule_results",
    "shared_total",
    "snapshots_of",
    "spellings",
    "stamp",
    "supported",
    "units",
    "uses",
    "watched_since",
    "what_if",
    "why_withheld",
    "windows",
    "withdrawn",
    "world_at",
    "year_marks",
]
