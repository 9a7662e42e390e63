// The gateway's methods on what a scheme's owner asks.
#include "engine/core/request.hpp"
#include "engine/core/room.hpp"
#include "engine/grading/analysis/purchases.hpp"
#include "engine/grading/analysis/questions.hpp"
#include "engine/grading/analysis/worth.hpp"
#include "engine/grading/answer.hpp"

namespace crmcore::engine {
namespace {

Json compare(Session& session, const Json& json) {
  Request request(json);
  const std::string scheme = request.text("scheme");
  const Json* candidate = request->raw("candidate");
  if (candidate == nullptr) request->fail(Code::invalid, "candidate", "is required: a scheme document");
  const std::int64_t limit = request->integer("limit", 1, kCustomersMax).value_or(kCustomersDefault);
  request.finish();
  return what_if(session, scheme, *candidate, limit);
}

Json stability(Session& session, const Json& json) {
  Request request(json);
  const std::string scheme = request.text("scheme");
  request.finish();
  return stability_of(session, scheme);
}

Json concentration(Session& session, const Json& json) {
  Request request(json);
  const std::string scheme = request.text("scheme");
  const auto review = request.review();
  request.finish();
  return concentration_of(session, scheme, review);
}

Json problems(Session& session, const Json& json) {
  Request request(json);
  const std::string scheme = request.text("scheme");
  const std::int64_t limit = request->integer("limit", 1, kCustomersMax).value_or(kCustomersDefault);
  request.finish();
  return problems_of(session, scheme, limit);
}

Json worth(Session& session, const Json& json) {
  Request request(json);
  const Date as_of = request->date("as_of").value_or(session.today());
  const auto span = request->integer("span", 0, kIntegerMax);
  request.finish();
  return worth_of(session, as_of, span);
}

Json purchases(Session& session, const Json& json) {
  Request request(json);
  PurchaseSample sample;
  sample.as_of = request->date("as_of").value_or(session.today());
  sample.returns =
      static_cast<grading::Returns>(request->require_word("returns", {"gross", "net_own", "net_original"}));
  sample.first_purchase.from = request->date("from").value_or(kDateMin);
  sample.first_purchase.to = request->date("to").value_or(sample.as_of);
  request.finish();
  return fit_purchases(session, sample);
}

constexpr OldMethod kMethods[] = {
    {"grading.what_if", 1, "Compares the last review with what another scheme would give on its date.",
     R"({"type":"object","properties":{"scheme":{"type":"string"},"candidate":{"type":"object","description":"a scheme document"},"limit":{"type":"integer","minimum":1,"maximum":10000,"default":50}},"required":["scheme","candidate"],"additionalProperties":false})",
     R"({"type":"object","properties":{"from_states":{"type":"array"},"to_states":{"type":"array"},"customers":{"type":"array"},"value":{"type":"array"},"changed":{"type":"integer"},"value_up":{"type":["integer","null"]},"value_down":{"type":["integer","null"]},"differences":{"type":"array"}}})",
     compare},
    {"grading.stability", 1, "Measures how stable a scheme was over its reviews.", kSchemeRequest,
     R"({"type":"object","properties":{"reviews":{"type":"integer"},"decisions":{"type":"integer"},"changes":{"type":"integer"},"change_rate":{"type":["number","null"]},"two_step_rate":{"type":["number","null"]},"reversals":{"type":"integer"},"reversal_rate":{"type":["number","null"]},"states":{"type":"array"},"cohort":{"type":"array"},"intensity_per_year":{"type":"array"},"one_year":{"type":"array"},"mobility":{"type":"number"},"score_stability":{"type":["number","null"]}}})",
     stability},
    {"grading.concentration", 1, "Measures how concentrated the business is on few customers.",
     kOfReviewRequest,
     R"({"type":"object","properties":{"gini":{"type":"number"},"herfindahl":{"type":"number"},"top_shares":{"type":"array"},"above_5_per_cent":{"type":"array"},"whale_curve":{"type":"array"},"lorenz_curve":{"type":"array"}}})",
     concentration},
    {"grading.problems", 1,
     "Lists customers whom the last review could not grade well, or who bring nothing.",
     R"({"type":"object","properties":{"scheme":{"type":"string"},"limit":{"type":"integer","minimum":1,"maximum":10000,"default":50}},"required":["scheme"],"additionalProperties":false})",
     R"({"type":"object","properties":{"blacklisted":{"type":"object"},"ungraded":{"type":"object"},"too_little_known":{"type":"object"},"loss":{"type":"object"},"without_value":{"type":"object"}}})",
     problems},
    {"grading.worth", 1,
     "Checks whether grading is worth it: number of customers, repeat customers, differences.",
     R"({"type":"object","properties":{"as_of":{"type":"string","format":"date"},"span":{"type":"integer","minimum":0,"description":"customers that can be managed; the managers' spans when absent"}},"additionalProperties":false})",
     R"({"type":"object","properties":{"customers_over_span":{"type":"object"},"repeat_share":{"type":"object"},"top_fifth_share":{"type":"object"},"is_worth_it":{"type":"boolean"}}})",
     worth},
    {"grading.fit_purchases", 1,
     "Finds the parameters of the metrics that expect purchases (BG/NBD, Gamma-Gamma) from the ledger.",
     R"({"type":"object","properties":{"as_of":{"type":"string","format":"date","description":"entries before it count; today when absent"},"returns":{"enum":["gross","net_own","net_original"]},"from":{"type":"string","format":"date","description":"customers whose first purchase is on this day or later"},"to":{"type":"string","format":"date","description":"and before this one"}},"required":["returns"],"additionalProperties":false})",
     R"({"type":"object","properties":{"as_of":{"type":"string"},"customers":{"type":"integer"},"returning":{"type":"integer"},"repeat_purchases":{"type":"integer"},"bg_nbd":{"type":"object"},"gamma_gamma":{"type":["object","null"]}}})",
     purchases},
};

}  // namespace

Room analysis_room() noexcept {
  return {{}, {}, {}, kMethods};
}

}  // namespace crmcore::engine
