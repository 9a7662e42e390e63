#include "grading/scheme_check.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "base/object_reader.hpp"
#include "grading/bounds.hpp"
#include "grading/cut.hpp"
#include "grading/metric.hpp"
#include "grading/scheme.hpp"

namespace crmcore::grading {
namespace {

bool is_fiscal(const Metric& metric) {
  Json parameters = Json::object();
  metric.write(parameters);
  return parameters.contains("window") && parameters["window"]["kind"] == "fiscal";
}

// A factor that forbids a grade when it is missing leaves nothing for a cap on its absence.
void check_caps(const Scheme& scheme, ObjectReader& in) {
  for (std::size_t c = 0; c < scheme.caps.size(); ++c) {
    const Cap& cap = scheme.caps[c];
    const Factor& factor = scheme.factors[cap.factor];
    if (!cap.when_missing || factor.weight == 0 || factor.missing != Missing::ungraded) continue;
    in.found().push_back({Code::invalid, fmt::format("/caps/{}/when_missing", c),
                          fmt::format("never applies: /factors/{}/missing is ungraded", cap.factor)});
  }
}

// Whether it is not said at all; what was said and refused is told already.
bool lacks_fiscal_month(ObjectReader& in) {
  const Json* calendar = in.raw("calendar");
  if (calendar == nullptr || calendar->is_null()) return true;
  const Json* month = calendar->find("fiscal_month");
  return calendar->is_object() && (month == nullptr || month->is_null());
}

}  // namespace

void check_scheme(const Scheme& scheme, ObjectReader& in) {
  const auto& statuses = scheme.population.statuses;
  const bool has_existing =
      std::find(statuses.begin(), statuses.end(), CustomerStatus::existing) != statuses.end();
  bool reads_ledger = false;
  bool has_fiscal = false;
  for (std::size_t f = 0; f < scheme.factors.size(); ++f) {
    if (!scheme.factors[f].metric) continue;
    const MetricKind& kind = scheme.factors[f].metric->kind();
    const std::string path = fmt::format("/factors/{}/metric/kind", f);
    if (scheme.subject != "customer" && kind.id != "attribute") {
      in.found().push_back(
          {Code::invalid, path,
           fmt::format("{} is about customers, but /subject is {}; only attribute may stand here", kind.id,
                       scheme.subject)});
    }
    if (!kind.reads_ledger) continue;
    reads_ledger = true;
    if (is_fiscal(*scheme.factors[f].metric) && !has_fiscal && lacks_fiscal_month(in)) {
      has_fiscal = true;
      in.found().push_back({Code::invalid, "/calendar/fiscal_month",
                            fmt::format("is required by /factors/{}/metric/window, which is fiscal", f)});
    }
    if (scheme.subject == "customer" && !has_existing) {
      in.found().push_back(
          {Code::invalid, path,
           fmt::format("{} reads the ledger, but /population/status admits only prospects, who "
                       "have no entries",
                       kind.id)});
    }
  }
  if (in.found().empty()) check_caps(scheme, in);
  if (reads_ledger && !in.has("returns")) {
    in.fail(Code::invalid, "returns",
            "is required, because a metric reads the ledger: gross, net_own or net_original");
  }
  if (reads_ledger && !in.has("calendar")) {
    in.fail(Code::invalid, "calendar",
            "is required, because a metric reads the ledger: whose days are counted");
  }
}

void check_missing(const Scheme& scheme, ObjectReader& in) {
  if (!in.found().empty()) return;
  const Json& factors = *in.raw("factors");
  for (std::size_t f = 0; f < scheme.factors.size(); ++f) {
    const Json* missing = factors[f].find("missing");
    if (missing == nullptr || missing->is_null() || is_missing_read(scheme, f)) continue;
    in.found().push_back({Code::invalid, fmt::format("/factors/{}/missing", f),
                          "decides nothing: the factor has no score, and /cut does not read it; what its "
                          "absence means says /caps with when_missing"});
  }
}

}  // namespace crmcore::grading
