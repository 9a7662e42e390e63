// The numbers that a report shows, read from the library through its public interface.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crmcore/database.hpp"

namespace report {

// How many of each are shown at most; the page says so where there are more.
inline constexpr std::size_t kReviewsMax = 4;
inline constexpr std::size_t kMoversMax = 15;
inline constexpr std::size_t kTabRowsMax = 12;
inline constexpr std::size_t kTabColumnsMax = 8;
inline constexpr std::size_t kManagersMax = 30;

struct Request {
  std::string scheme;  // empty: the only one
  std::string as_of;   // empty: the last review
  std::vector<std::string> axes;
};

// What a subject can be: one of the grades, best first, then ungraded, then blocked.
struct State {
  enum class Kind { ranked, ungraded, blocked };
  std::string name;  // empty: ungraded
  Kind kind = Kind::ranked;
};

struct Review {
  std::int64_t id = 0;
  std::string as_of;
  std::int64_t customers = 0;
  std::int64_t warned = 0;
};

// In minor units: a sum over many customers may be beyond 64 bits.
__extension__ using Amount = __int128;

struct Tier {
  std::int64_t customers = 0;
  Amount value = 0;
};

// From one review to the next: a row and a column for each state, and the last ones for who was not there.
struct Step {
  std::vector<std::vector<std::int64_t>> counts;
};

struct Flow {
  std::vector<State> states;
  std::vector<std::string> dates;  // of the reviews, oldest first
  std::vector<Step> steps;         // one less
};

struct Mover {
  std::string code;
  std::string name;
  std::string from;
  std::string to;
  std::string rule;
  double now = 0;  // score, or value in minor units
  std::optional<double> before;
  std::optional<double> needed;  // of those about to fall: what keeps the grade
};

struct Movers {
  std::int64_t count = 0;  // of which `first` are shown
  std::vector<Mover> first;
};

struct CurvePoint {
  std::int64_t customers = 0;
  double y = 0;  // a share of the whole
};

struct Top {
  int per_cent = 0;
  std::int64_t customers = 0;
  double share = 0;
};

struct Large {
  std::string code;
  std::string name;
  std::int64_t value = 0;
  double share = 0;
};

struct Concentration {
  double gini = 0;
  double herfindahl = 0;
  std::vector<CurvePoint> lorenz;  // smallest customers first
  std::vector<CurvePoint> whale;   // largest first; empty when the whole is not above 0
  std::vector<Top> tops;
  std::vector<Large> above_5_per_cent;
};

struct Group {
  std::string name;
  std::optional<State> state;  // when the groups are grades
  bool is_unknown = false;     // without a class
  bool is_rest = false;        // all that are not shown themselves
};

struct CrossTab {
  std::string row_title;
  std::string column_title;  // empty: grades
  std::vector<Group> rows;
  std::vector<Group> columns;
  std::vector<std::vector<std::int64_t>> counts;
  std::int64_t row_count = 0;  // in all; above the limit the last row is the rest
  std::int64_t column_count = 0;
};

struct Manager {
  std::string code;
  std::string name;
  std::string level;
  std::int64_t customers = 0;
  std::int64_t load = 0;
  std::int64_t span = 0;
};

struct Load {
  std::string policy;          // empty: there is none
  std::int64_t count = 0;      // of managers
  std::int64_t over_span = 0;  // of these
  std::int64_t load = 0;       // of all
  std::int64_t span = 0;
  std::vector<Manager> managers;  // the fullest first
};

// What the amounts are.
struct Measure {
  std::string metric;                  // revenue, margin, profit, … ; empty: no amounts
  std::optional<std::int64_t> months;  // of a rolling window
};

struct Facts {
  std::string currency;
  int digits = 0;
  std::string scheme;  // code; empty: there is none
  std::string scheme_name;
  std::string as_of;             // what was asked for
  std::optional<Review> review;  // absent: none until then
  bool is_latest = false;        // classes and managers are known for now only
  Measure measure;
  bool has_scores = false;      // movers stand on a scale of 0 to 100
  bool is_basis_shown = false;  // movers stand where the cut reads, so that `needed` can be compared
  std::vector<State> states;
  std::vector<Tier> tiers;  // one for each state
  Flow flow;
  Movers risers;
  Movers fallers;
  Movers about_to_fall;
  std::optional<Concentration> concentration;
  std::optional<CrossTab> tab;
  Load load;
};

// Throws crmcore::Error when the scheme, the date or an axis cannot be meant.
Facts gather(crmcore::Connection& connection, const Request& request);

// Parts of it.
class Source;
std::optional<CrossTab> read_cross_tab(Source& source, const Facts& facts,
                                       const std::vector<std::string>& axes);
Load read_load(Source& source, const std::string& scheme, const std::string& as_of);

}  // namespace report
