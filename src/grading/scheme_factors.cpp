// Factors, cut-off and caps: what a scheme makes of the numbers.
#include "grading/scheme_factors.hpp"

#include <algorithm>
#include <cmath>

#include "base/format.hpp"
#include "base/limits.hpp"
#include "base/object_reader.hpp"
#include "base/text.hpp"
#include "grading/bounds.hpp"
#include "grading/cut.hpp"
#include "grading/metric.hpp"
#include "grading/registry.hpp"
#include "grading/scale.hpp"
#include "grading/scheme.hpp"
#include "grading/scoring.hpp"
#include "grading/values.hpp"

namespace crmcore::grading {
namespace {

constexpr double kWeightMax = 1000;
constexpr std::int64_t kKindVersionMax = 1'000'000;

// Reads {"kind": ..., "version": ...} and finds its row in a registry; the other members are read by `make`.
template <class Kind>
const Kind* read_kind(ObjectReader& in, std::span<const Kind* const> known) {
  const std::string id = in.require_text("kind", kCodeBytesMax);
  const auto version = in.integer("version", 1, kKindVersionMax);
  if (!in.has("kind")) return nullptr;
  std::vector<std::string_view> ids;
  for (const Kind* kind : known) {
    ids.push_back(kind->id);
    if (kind->id != id) continue;
    if (version && *version != kind->version) {
      in.fail(Code::unsupported, "version",
              fmt::format("{} is known in version {}, not {}", id, kind->version, *version));
    }
    return kind;
  }
  in.fail(Code::unsupported, "kind",
          fmt::format("{} is unknown; this library knows {}", text::quoted(id), fmt::join(ids, ", ")));
  return nullptr;
}

void read_metric(ObjectReader& in, Factor& factor) {
  const Json* json = in.raw("metric");
  if (json == nullptr || json->is_null()) {
    in.fail(Code::invalid, "metric", "is required: what is measured");
    return;
  }
  ObjectReader metric(*json, in.path_of("metric"), in.found());
  const MetricKind* kind = read_kind(metric, metric_kinds());
  if (kind == nullptr) return;
  factor.metric = kind->make(metric);
  metric.finish();
}

void read_scale(ObjectReader& in, Factor& factor, std::int32_t money_digits) {
  const Json* json = in.raw("scale");
  if (json == nullptr || json->is_null()) return;
  ObjectReader scale(*json, in.path_of("scale"), in.found());
  const ScaleKind* kind = read_kind(scale, scale_kinds());
  if (kind == nullptr) return;
  ValueReader values = values_of(factor, money_digits);
  factor.scale = kind->make(scale, factor.is_higher_better, values);
  factor.has_amounts = values.has_amount;
  scale.finish();
}

void read_weight(ObjectReader& in, Factor& factor) {
  const auto weight = in.number("weight", 0, kWeightMax);
  if (!weight) return;
  factor.weight = static_cast<std::int32_t>(std::lround(*weight * kWeightOne));
  if (*weight == 0) {
    in.fail(Code::invalid, "weight",
            "must be above 0; a factor that is only measured has no weight and no scale");
  } else if (factor.weight == 0) {
    in.fail(Code::invalid, "weight", "must be at least 0.0001");
  }
}

// Scored factors take every policy, those that are only measured the two that a cut can follow.
void read_missing(ObjectReader& in, Factor& factor, bool is_scored) {
  const auto policy = in.word<Missing>("missing");
  factor.missing = policy.value_or(is_scored ? Missing::reweight : Missing::ungraded);
  if (!is_scored && (factor.missing == Missing::reweight || factor.missing == Missing::fixed)) {
    in.fail(Code::invalid, "missing",
            fmt::format("needs {}: the factor has no score; worst or ungraded may stand here",
                        in.path_of("scale")));
  }
  const auto score = in.number("missing_score", 0, 100);
  if (factor.missing == Missing::fixed && !score) {
    in.fail(Code::invalid, "missing_score", fmt::format("is required by {}, fixed", in.path_of("missing")));
  }
  if (factor.missing != Missing::fixed && score) {
    in.fail(Code::invalid, "missing_score",
            fmt::format("contradicts {}: only `fixed` takes a score", in.path_of("missing")));
  }
  factor.missing_score = to_points(score.value_or(0));
}

void check_factor(ObjectReader& in, const Factor& factor) {
  if (in.has("weight") != in.has("scale")) {
    const std::string_view absent = in.has("weight") ? "scale" : "weight";
    const std::string_view present = in.has("weight") ? "weight" : "scale";
    in.fail(Code::invalid, absent,
            fmt::format("is required by {}: a factor has both or neither", in.path_of(present)));
  }
  if (!factor.metric) return;
  const MetricKind& metric = factor.metric->kind();
  const bool is_category = metric.unit == Unit::category;
  if (factor.scale && factor.scale->kind().takes_categories != is_category) {
    in.fail(Code::invalid, "scale",
            is_category ? fmt::format("must be a table: {}/kind is {}, which has no order",
                                      in.path_of("metric"), metric.id)
                        : fmt::format("table scores classes, but {}/kind is {}, a number",
                                      in.path_of("metric"), metric.id));
  }
  if (is_category && in.has("direction")) {
    in.fail(Code::invalid, "direction",
            fmt::format("contradicts {}/kind: a class has no order", in.path_of("metric")));
  }
  if (is_category && !factor.scale && !in.has("scale")) {
    in.fail(Code::invalid, "scale",
            fmt::format("is required: {}/kind is {}, which says nothing without a table",
                        in.path_of("metric"), metric.id));
  }
}

void read_factor_at(ObjectReader& in, Scheme& scheme) {
  Factor factor;
  factor.code = in.require_text("code", kCodeBytesMax);
  if (in.has("code") && text::is_blank(factor.code)) in.fail(Code::invalid, "code", "must not be blank");
  if (const auto twin = scheme.factor_named(factor.code); twin && !factor.code.empty()) {
    in.fail(Code::invalid, "code",
            fmt::format("{} is the code of /factors/{} already", text::quoted(factor.code), *twin));
  }
  factor.is_higher_better = in.word("direction", {"higher", "lower"}).value_or(0) == 0;
  read_metric(in, factor);
  read_weight(in, factor);
  read_scale(in, factor, scheme.money_digits);
  read_missing(in, factor, in.has("scale"));
  check_factor(in, factor);
  in.finish();
  scheme.factors.push_back(std::move(factor));
}

}  // namespace

// Whether an attribute is one of money is the archive's to say.
ValueReader values_of(const Factor& factor, std::int32_t money_digits) {
  const MetricKind* kind = factor.metric ? &factor.metric->kind() : nullptr;
  return {kind != nullptr && (kind->unit == Unit::money || kind->id == "attribute"), money_digits};
}

void read_factors(ObjectReader& document, Scheme& scheme) {
  document.each("factors", kFactorsMax, [&](const Json& json, const std::string& path) {
    ObjectReader in(json, path, document.found());
    read_factor_at(in, scheme);
  });
  if (!document.has("factors") || (document.raw("factors")->is_array() && scheme.factors.empty())) {
    document.fail(Code::invalid, "factors", "needs at least one factor");
  }
}

void read_cut(ObjectReader& document, Scheme& scheme) {
  const Json* json = document.raw("cut");
  if (json == nullptr || json->is_null()) {
    document.fail(Code::invalid, "cut", "is required: how scores or values become grades");
    return;
  }
  ObjectReader in(*json, document.path_of("cut"), document.found());
  const CutKind* kind = read_kind(in, cut_kinds());
  if (kind == nullptr) return;
  scheme.cut = kind->make(in, scheme);
  in.finish();
}

void read_caps(ObjectReader& document, Scheme& scheme) {
  document.each("caps", kCapsMax, [&](const Json& json, const std::string& path) {
    ObjectReader in(json, path, document.found());
    Cap cap;
    if (!in.has("factor")) in.fail(Code::invalid, "factor", "is required: a factor's code");
    const auto factor = read_factor(in, "factor", scheme);
    cap.factor = factor.value_or(0);
    Factor none;
    Factor& capped = factor ? scheme.factors[*factor] : none;
    ValueReader values = values_of(capped, scheme.money_digits);
    cap.below = values.read(in, "below");
    cap.above = values.read(in, "above");
    capped.has_amounts = capped.has_amounts || values.has_amount;
    cap.when_missing = in.boolean("when_missing").value_or(false);
    const std::string name = in.require_text("grade", kGradeNameBytesMax);
    const auto grade = scheme.grade_named(name);
    if (in.has("grade") && (!grade || !is_ranked(*grade))) {
      in.fail(Code::invalid, "grade", fmt::format("{} is not one of /grades/order", text::quoted(name)));
    } else if (grade == Grade{0}) {
      in.fail(Code::invalid, "grade",
              fmt::format("{} is the best of /grades/order: no cap", text::quoted(name)));
    }
    cap.grade = grade.value_or(0);
    if (!cap.below && !cap.above && !cap.when_missing) {
      in.fail(Code::invalid, "below", "one of below, above and when_missing is required");
    }
    if (cap.below && cap.above && *cap.below > *cap.above) {
      in.fail(Code::invalid, "below",
              fmt::format("{} and {}, {}, leave no value without the cap", *cap.below, in.path_of("above"),
                          *cap.above));
    }
    const bool is_number = in.has("below") || in.has("above");
    if (factor && is_number && scheme.factors[*factor].metric &&
        scheme.factors[*factor].metric->kind().unit == Unit::category) {
      in.fail(
          Code::invalid, "factor",
          fmt::format("/factors/{}/metric is a class, which is neither below nor above a number", *factor));
    }
    in.finish();
    scheme.caps.push_back(cap);
  });
}

}  // namespace crmcore::grading
