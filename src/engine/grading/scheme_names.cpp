// A scheme is refused when it is put, not when it is first reviewed: who wrote the name is still there to
// mend it. What was defined is never taken away, so that a name that was good stays good.
#include "engine/grading/scheme_names.hpp"

#include <string>
#include <utility>
#include <vector>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "grading/scale.hpp"

namespace crmcore::engine {
namespace {

class NameCheck {
 public:
  explicit NameCheck(const Catalog& catalog) : catalog_(catalog) {}

  const CatalogAxis* axis(const std::string& code, std::string path) {
    const CatalogAxis* found = catalog_.axis(std::string_view(code));
    if (found == nullptr) {
      refuse(Code::not_found, std::move(path),
             fmt::format("no axis {}; defined are: {}", text::quoted(code), catalog_.axis_codes()));
    }
    return found;
  }

  void node(const CatalogAxis& axis, const std::string& code, std::string path) {
    if (axis.axis.tree.find(std::string_view(code)) != kNowhere) return;
    refuse(Code::not_found, std::move(path),
           fmt::format("axis '{}' has no node with the code {}", axis.row.code, text::quoted(code)));
  }

  void attribute(const std::string& code, bool has_amounts, std::string path) {
    const auto* row = catalog_.attribute(std::string_view(code));
    if (row == nullptr) {
      refuse(Code::not_found, std::move(path),
             fmt::format("no attribute {}; defined are: {}", text::quoted(code), catalog_.attribute_codes()));
    } else if (row->type == AttributeType::text) {
      refuse(Code::invalid, std::move(path),
             fmt::format("attribute {} is a text, not a number", text::quoted(code)));
    } else if (has_amounts && row->type != AttributeType::money) {
      refuse(Code::invalid, std::move(path),
             fmt::format("attribute {} is of type {}, not money, so that its values are no amounts",
                         text::quoted(code), word_of(row->type)));
    }
  }

  void factor(const grading::Factor& factor, const std::string& path) {
    Json parameters = Json::object();
    factor.metric->write(parameters);
    const std::string_view kind = factor.metric->kind().id;
    if (kind == "attribute") attribute(parameters["name"].text(), factor.has_amounts, path + "/metric/name");
    if (kind != "class") return;
    const CatalogAxis* found = axis(parameters["axis"].text(), path + "/metric/axis");
    if (found == nullptr || !factor.scale) return;
    for (const std::string& code : factor.scale->categories())
      node(*found, code, join_path(path + "/scale/scores", code));
  }

  void finish() { throw_if_any(std::move(found_)); }

 private:
  void refuse(Code code, std::string path, std::string message) {
    if (found_.size() < kViolationsMax) found_.push_back({code, std::move(path), std::move(message)});
  }

  const Catalog& catalog_;
  std::vector<Diagnostic> found_;
};

}  // namespace

void require_scheme_names(const Catalog& catalog, const grading::Scheme& scheme) {
  // The host alone knows what other subjects have.
  if (scheme.subject != "customer") return;
  NameCheck check(catalog);
  const auto& classes = scheme.population.classes;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const std::string path = fmt::format("/population/classes/{}", i);
    const CatalogAxis* axis = check.axis(classes[i].axis, path + "/axis");
    for (std::size_t n = 0; axis != nullptr && n < classes[i].nodes.size(); ++n)
      check.node(*axis, classes[i].nodes[n], fmt::format("{}/nodes/{}", path, n));
  }
  for (std::size_t f = 0; f < scheme.factors.size(); ++f)
    check.factor(scheme.factors[f], fmt::format("/factors/{}", f));
  check.finish();
}

void require_scheme_zone(const Zone& zone, const grading::Scheme& scheme) {
  const std::string& name = scheme.calendar.timezone;
  if (name.empty() || name == zone.name()) return;
  if (!Zone::find(name)) {
    throw Error(Code::invalid, fmt::format("unknown time zone {}", text::quoted(name)), "/calendar/timezone");
  }
  throw Error(
      Code::conflict,
      fmt::format("{} is not the archive's time zone, {}, in which its days are counted; an archive's "
                  "zone is said when it is made",
                  text::quoted(name), zone.name()),
      "/calendar/timezone");
}

namespace {

// What an attribute's values are; nothing of other metrics.
std::optional<AttributeType> attribute_type(const Catalog& catalog, const grading::Factor& factor) {
  if (factor.metric->kind().id != "attribute") return std::nullopt;
  Json parameters = Json::object();
  factor.metric->write(parameters);
  const auto* row = catalog.attribute(std::string_view(parameters["name"].text()));
  return row != nullptr ? std::optional(row->type) : std::nullopt;
}

}  // namespace

grading::Unit unit_of(const Catalog& catalog, const grading::Factor& factor) {
  return attribute_type(catalog, factor) == AttributeType::money ? grading::Unit::money
                                                                 : factor.metric->kind().unit;
}

std::vector<std::int64_t> parts_of(const Catalog& catalog, const grading::Scheme& scheme) {
  std::vector<std::int64_t> parts;
  for (const grading::Factor& factor : scheme.factors) {
    const auto type = attribute_type(catalog, factor);
    const grading::Unit unit = factor.metric->kind().unit;
    const bool is_whole =
        type ? *type != AttributeType::decimal
             : unit == grading::Unit::money || unit == grading::Unit::count || unit == grading::Unit::days;
    parts.push_back(is_whole ? 1 : type ? kDecimalParts : 0);
  }
  return parts;
}

}  // namespace crmcore::engine
