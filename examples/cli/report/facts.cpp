#include "report/facts.hpp"

#include <algorithm>
#include <cmath>

#include "crmcore/error.hpp"

#include "report/source.hpp"

namespace report {
namespace {

using crmcore::Code;
using crmcore::Error;

std::optional<double> number(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional(json.get<double>());
}

// A sum over many customers: beyond 2^53 - 1 its digits stand beside it.
Amount sum(const Json& json, const std::string& member) {
  if (!json.at(member).is_null()) return json.at(member).get<std::int64_t>();
  Amount found = 0;
  bool is_negative = false;
  for (const char c : json.at(member + "_text").get<std::string>()) {
    if (c == '-') {
      is_negative = true;
    } else {
      found = 10 * found + (c - '0');
    }
  }
  return is_negative ? -found : found;
}

// The scheme asked for, or the only one.
std::string choose_scheme(Source& source, const std::string& asked) {
  std::vector<std::string> codes;
  const Json answer = source.call("grading.list_schemes", Json::object());
  for (const Json& scheme : answer.at("schemes")) {
    if (scheme.at("subject") == "customer") codes.push_back(scheme.at("scheme").get<std::string>());
  }
  std::string list;
  for (const std::string& code : codes) list += (list.empty() ? "" : ", ") + code;
  if (asked.empty()) {
    if (codes.size() > 1)
      throw Error(Code::invalid, "there are several schemes, name one of " + list, "--scheme");
    return codes.empty() ? "" : codes.front();
  }
  if (std::find(codes.begin(), codes.end(), asked) == codes.end()) {
    const std::string known = codes.empty() ? "there is none" : "known are " + list;
    throw Error(Code::not_found, "no scheme '" + asked + "'; " + known, "--scheme");
  }
  return asked;
}

// All reviews that moved grades, until the date.
std::vector<Review> reviews_until(Source& source, const std::string& scheme, const std::string& as_of,
                                  bool& is_latest) {
  std::vector<Review> found;
  is_latest = true;
  const Json answer = source.call("grading.list_reviews", {{"scheme", scheme}});
  for (const Json& review : answer.at("reviews")) {
    if (review.at("kind") == "correction") continue;
    const auto date = review.at("as_of").get<std::string>();
    if (!as_of.empty() && date > as_of) {
      is_latest = false;
      break;
    }
    found.push_back({review.at("review").get<std::int64_t>(), date, review.at("subjects").get<std::int64_t>(),
                     review.at("warned").get<std::int64_t>()});
  }
  return found;
}

void read_tiers(Source& source, Facts& facts) {
  const Json answer =
      source.call("grading.pyramid", {{"scheme", facts.scheme}, {"review", facts.review->id}});
  const Json& tiers = answer.at("tiers");
  for (std::size_t i = 0; i < tiers.size(); ++i) {
    const State::Kind kind = i + 1 == tiers.size()   ? State::Kind::blocked
                             : i + 2 == tiers.size() ? State::Kind::ungraded
                                                     : State::Kind::ranked;
    facts.states.push_back({tiers[i].at("grade").get<std::string>(), kind});
    facts.tiers.push_back({tiers[i].at("count").get<std::int64_t>(), sum(tiers[i], "value")});
  }
}

Flow read_flow(Source& source, const std::string& scheme, const std::vector<Review>& reviews) {
  Flow flow;
  const std::size_t count = std::min(reviews.size(), kReviewsMax);
  const auto first = reviews.end() - static_cast<std::ptrdiff_t>(count);
  for (auto review = first; review != reviews.end(); ++review) {
    flow.dates.push_back(review->as_of);
    if (review == first) continue;
    const Json answer =
        source.call("grading.migration",
                    {{"scheme", scheme}, {"from_review", (review - 1)->id}, {"to_review", review->id}});
    flow.steps.push_back({answer.at("counts").get<std::vector<std::vector<std::int64_t>>>()});
    const Json& states = answer.at("states");
    flow.states.clear();
    for (std::size_t i = 0; i + 1 < states.size(); ++i) {
      const bool is_blocked = i + 2 == states.size();
      const bool is_ungraded = i + 3 == states.size();
      flow.states.push_back(
          {is_ungraded ? "" : states[i].get<std::string>(), is_blocked    ? State::Kind::blocked
                                                            : is_ungraded ? State::Kind::ungraded
                                                                          : State::Kind::ranked});
    }
  }
  return flow;
}

Movers read_movers(const Json& json, bool has_scores) {
  const char* now = has_scores ? "score" : "value";
  const char* before = has_scores ? "score_before" : "value_before";
  Movers movers{json.at("count").get<std::int64_t>(), {}};
  for (const Json& one : json.at("customers")) {
    movers.first.push_back({one.at("customer").get<std::string>(), one.at("name").get<std::string>(),
                            one.at("from").get<std::string>(), one.at("to").get<std::string>(),
                            one.at("rule").get<std::string>(), number(one.at(now)).value_or(0),
                            number(one.at(before)),
                            one.contains("needed") ? number(one.at("needed")) : std::nullopt});
  }
  return movers;
}

template <class Share>
std::vector<CurvePoint> curve(const Json& points, Share share_of) {
  std::vector<CurvePoint> curve{{0, 0}};
  for (const Json& point : points) {
    curve.push_back({point.at("customers").get<std::int64_t>(), share_of(point)});
  }
  return curve;
}

// Nothing when there is no amount to share out.
std::optional<Concentration> read_concentration(const Json& answer) {
  if (!answer.contains("gini")) return std::nullopt;
  Concentration found;
  found.gini = answer.at("gini").get<double>();
  found.herfindahl = answer.at("herfindahl").get<double>();
  found.lorenz =
      curve(answer.at("lorenz_curve"), [](const Json& point) { return point.at("share").get<double>(); });
  const Json& whale = answer.at("whale_curve");
  const auto whole = static_cast<double>(sum(whale.back(), "value"));
  if (whole > 0) {
    found.whale =
        curve(whale, [&](const Json& point) { return static_cast<double>(sum(point, "value")) / whole; });
  }
  for (const Json& top : answer.at("top_shares")) {
    found.tops.push_back({top.at("per_cent").get<int>(), top.at("customers").get<std::int64_t>(),
                          top.at("share").get<double>()});
  }
  for (const Json& one : answer.at("above_5_per_cent")) {
    found.above_5_per_cent.push_back({one.at("customer").get<std::string>(),
                                      one.at("name").get<std::string>(), one.at("value").get<std::int64_t>(),
                                      one.at("share").get<double>()});
  }
  return found;
}

Measure measure_of(const Json& scheme, const std::string& factor) {
  for (const Json& one : scheme.at("factors")) {
    if (one.at("code") != factor) continue;
    const Json& metric = one.at("metric");
    Measure measure{metric.at("kind").get<std::string>(), {}};
    if (metric.contains("window") && metric["window"].contains("months")) {
      measure.months = metric["window"]["months"].get<std::int64_t>();
    }
    return measure;
  }
  return {};
}

// Concentration is refused where a scheme measures no amount of money.
void read_amounts(Source& source, Facts& facts, const Json& scheme) {
  try {
    const Json answer =
        source.call("grading.concentration", {{"scheme", facts.scheme}, {"review", facts.review->id}});
    facts.measure = measure_of(scheme, answer.at("factor").get<std::string>());
    facts.concentration = read_concentration(answer);
  } catch (const Error& error) {
    if (error.code() != Code::invalid) throw;
  }
}

void read_moves(Source& source, Facts& facts, const Json& scheme) {
  const Json answer = source.call(
      "grading.movers", {{"scheme", facts.scheme}, {"review", facts.review->id}, {"limit", kMoversMax}});
  const Json& cut = scheme.at("cut");
  const bool is_on_score = !cut.contains("on");
  facts.has_scores = is_on_score && cut.at("kind") != "segments";
  facts.is_basis_shown =
      facts.has_scores || (cut.contains("on") && !facts.measure.metric.empty() &&
                           measure_of(scheme, cut["on"].get<std::string>()).metric == facts.measure.metric);
  facts.risers = read_movers(answer.at("risers"), facts.has_scores);
  facts.fallers = read_movers(answer.at("fallers"), facts.has_scores);
  facts.about_to_fall = read_movers(answer.at("about_to_fall"), facts.has_scores);
}

}  // namespace

Facts gather(crmcore::Connection& connection, const Request& request) {
  Source source(connection);
  Facts facts;
  if (!request.as_of.empty() && !crmcore::parse_date(request.as_of)) {
    throw Error(Code::invalid, "'" + request.as_of + "' is no date YYYY-MM-DD", "--as-of");
  }
  const Json info = source.call("database.info", Json::object());
  facts.currency = info.at("base_currency").get<std::string>();
  facts.digits = info.at("currency_digits").get<int>();
  facts.as_of = request.as_of;
  facts.scheme = choose_scheme(source, request.scheme);
  if (facts.scheme.empty()) return facts;
  const auto reviews = reviews_until(source, facts.scheme, request.as_of, facts.is_latest);
  const Json newest = source.call("grading.get_scheme", {{"scheme", facts.scheme}}).at("document");
  facts.scheme_name = newest.value("name", "");
  if (!reviews.empty()) {
    facts.review = reviews.back();
    read_tiers(source, facts);
    facts.flow = read_flow(source, facts.scheme, reviews);
    const Json versions =
        source.query("SELECT version FROM review_run WHERE review = ?1", {facts.review->id});
    const Json scheme =
        source.call("grading.get_scheme", {{"scheme", facts.scheme}, {"version", versions[0]["version"]}})
            .at("document");
    read_amounts(source, facts, scheme);
    read_moves(source, facts, scheme);
  }
  if (facts.is_latest) {
    if (facts.review) facts.tab = read_cross_tab(source, facts, request.axes);
    facts.load = read_load(source, facts.scheme, facts.review ? facts.review->as_of : facts.as_of);
  }
  return facts;
}

}  // namespace report
