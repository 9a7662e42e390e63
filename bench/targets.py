"""The ratios that crmcore has to reach (performance.md), as data for run.py."""
import dataclasses
from typing import Optional

OURS = "crmcore"


@dataclasses.dataclass(frozen=True)
class Target:
    """Compares the time of one of crmcore's jobs, per unit of work, with that of a peer's job.

    At most one of the limits is set; without one the ratio is only told. `at_most`: crmcore's time / the peer's. `at_least`: the peer's time /
    crmcore's. `over_us`: microseconds by which crmcore's may exceed the peer's. `below_ms`: no peer.
    """
    job: str
    peer: Optional[str] = None
    peer_job: Optional[str] = None  # absent: the same job
    at_most: Optional[float] = None
    at_least: Optional[float] = None
    over_us: Optional[float] = None
    below_ms: Optional[float] = None
    whole: bool = False  # below_ms is for all of the job
    without: Optional[tuple] = None  # (peer, job) whose time is first taken off both
    note: str = ""


# In the order in which they run: (job, what it is). A job that a peer does not have is left out for it.
JOBS = (
    ("load", "load customers, all indexes"),
    ("lookup_id", "look-up by id"),
    ("lookup_code", "look-up by code"),
    ("lookup_id_c", "look-up by id, typed C"),
    ("lookup_code_c", "look-up by code, typed C"),
    ("lookup_full", "the same and classes, attributes, contacts"),
    ("lookup_code_gateway", "what lookup_full reads, gateway"),
    ("open", "open an existing file"),
    ("open_read", "the same, connect, read one row, close"),
    ("post_rows", "post in bulk, rows only"),
    ("post", "post in bulk, rows and totals"),
    ("post_by_month", "the same, month leads the key"),
    ("metrics", "review, all metrics, not written"),
    ("review", "full review, written back"),
    ("cutoffs", "cut-offs, percentile and Pareto"),
    ("review_1pct", "review after 1 % changed"),
    ("assign_preview", "first placement by a policy, planned"),
    ("assign", "the same, written with its reasons"),
    ("post_durable", "post one entry durably"),
    ("post_small", "posts of 1, 16, 100 and 2,000 entries"),
    ("view_month", "ledger_month of one customer, by SQL"),
    ("reads_file", "the file that is read below, not compared"),
    ("views", "each view of one customer: the slowest"),
    ("cross_tab", "cross-tab of four dimensions"),
    ("facets", "facets of a region"),
    ("facets_all", "facets of everybody"),
    ("list_axes", "list of 50 by county and ownership"),
    ("list_grade", "list of 50 by grade"),
    ("list_manager", "list of 50 by manager"),
    ("list_name", "list of 50 by name"),
    ("pyramid", "pyramid of a review"),
    ("concentration", "concentration of a review"),
    ("movers", "movers of a review"),
    ("loads", "loads of all managers"),
    ("manager_load", "the view manager_load, all"),
    ("online_retail", "online_retail loaded, graded, assigned"),
)

LISTS = ("list_axes", "list_grade", "list_manager", "list_name")
REPORTS = ("pyramid", "concentration", "movers", "loads", "manager_load")
# One unit of their work is a question that goes through the archive ...
QUESTIONS = ("cross_tab", "facets", "facets_all") + REPORTS
# ... or a call for one customer, one page, one commit.
CALLS = ("lookup_id", "lookup_code", "lookup_full", "lookup_code_gateway", "lookup_id_c", "lookup_code_c", "open",
         "open_read", "post_durable", "view_month", "views") + LISTS
# What the peers are asked, too.
ASKED_OF_ALL = ("cross_tab", "facets", "facets_all", "list_axes", "list_grade", "list_name")

TARGETS = (
    Target("load", "sqlite", at_most=1.15),
    Target("load", "postgres", at_least=1.1),
    Target("load", "duckdb", at_least=1.4),
    Target("load", "python", at_least=1.0, note="no target in performance.md"),
    Target("post", "sqlite", "post_rows", at_most=1.5, note="by wall; 1.2 by CPU"),
    Target("post", "sqlite", at_least=3.5),
    Target("post", "sqlite", "post_by_month", at_least=3.5, note="the layout that posts faster and reviews slower"),
    Target("post", "sqlite", at_least=8.0, without=("sqlite", "post_rows"), note="the totals alone"),
    Target("post", "sqlite", "post_by_month", at_least=8.0, without=("sqlite", "post_rows"), note="the totals alone"),
    Target("post", "postgres", at_least=3.0),
    Target("post", "python", at_least=3.5, note="as for bare SQLite"),
    Target("post", "duckdb", at_least=1.0, note="no target in performance.md; rows only, it keeps no totals"),
    Target("post_durable", "sqlite", at_most=1.15),
    Target("post_durable", "postgres", at_least=1.1),
    Target("post_small", "sqlite", at_most=1.5, note="by each size: us_1, us_16, us_100, us_2000"),
    Target("metrics", "sqlite", at_least=4.0, note="no target in performance.md"),
    Target("metrics", "postgres", at_least=12.0),
    Target("metrics", "duckdb", at_least=3.0),
    Target("review", "sqlite", at_least=4.0),
    Target("review", "postgres", at_least=12.0),
    Target("review", "duckdb", at_least=1.5, note="DuckDB is expected to win the writing back"),
    Target("cutoffs", "sqlite", at_least=120.0),
    Target("cutoffs", "postgres", at_least=50.0),
    Target("cutoffs", "duckdb", at_least=15.0),
    Target("review_1pct", OURS, "review", at_most=0.5),
    Target("assign_preview", below_ms=800.0, whole=True, note="at W"),
    Target("assign", below_ms=1000.0, whole=True, note="at W"),
    Target("lookup_id_c", "sqlite", "lookup_id", at_most=1.3),
    Target("lookup_code_c", "sqlite", "lookup_code", at_most=1.3),
    Target("lookup_id_c", "postgres", "lookup_id", at_least=5.0),
    Target("lookup_code_c", "postgres", "lookup_code", at_least=5.0),
    Target("lookup_id", "sqlite", at_most=1.3, note="through C++; the target is for typed C"),
    Target("lookup_code", "sqlite", at_most=1.3, note="through C++; the target is for typed C"),
    Target("lookup_code_gateway", OURS, "lookup_full", over_us=5.0, note="archive.get against the same through C++"),
    Target("view_month", below_ms=0.5),
    Target("facets", "duckdb", at_least=5.0),
    Target("facets", "postgres", at_least=8.0),
    Target("facets_all", "sqlite", note="no target in performance.md"),
    Target("list_axes", "sqlite", note="no target in performance.md"),
    Target("list_axes", "duckdb", at_least=30.0),
    Target("list_axes", "postgres", at_least=50.0),
    Target("list_name", "duckdb", note="no target in performance.md"),
    Target("cross_tab", "duckdb", at_least=5.0),
    Target("cross_tab", "postgres", at_least=50.0),
    Target("cross_tab", "sqlite", note="no target in performance.md"),
    Target("views", below_ms=0.5),
    Target("cross_tab", below_ms=2.0),
    Target("facets", below_ms=2.0),
    Target("facets_all", below_ms=2.0),
    *(Target(job, below_ms=1.0) for job in LISTS),
    *(Target(job, below_ms=50.0) for job in REPORTS),
    Target("open", below_ms=1.0),
    Target("open_read", "sqlite", note="no limit is set"),
    Target("online_retail", below_ms=3000.0, note="541,909 lines of a real year, read, checked and 397,884 posted"),
    Target("online_retail", "sqlite", note="a bare insert of the accepted rows; no limit is set"),
)

# Limits on what crmcore needs in any job, and on its file against the bare tables' file.
RESIDENT_MB_MAX = 300.0
FILE_RATIO_MAX = 1.1
FILE_JOBS = ("load", "post_rows")  # whose files, added up, are the bare tables and indexes

# Named in performance.md and not measured by this run.
NOT_MEASURED = (
    "look-up by id through the gateway: it names customers by code",
    "Django (load, look-ups) and pandas (review, cut-offs): not installed, left out",
    "look-ups through crmcore's Python binding against Python's sqlite3",
    "search by name and initials, optimal assignment, rows to Arrow: not built yet",
)
