// The customer's needs against the manager's specialties: credit, deposits, new business.
#include <algorithm>
#include <array>
#include <cassert>

#include "assignment/rules/makers.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"

namespace crmcore::assignment {

// How many of the needs must be met.
enum class SpecialtyMatch : std::uint8_t { any, all };
constexpr std::array<std::string_view, 2> words_of(SpecialtyMatch) noexcept {
  return {"any", "all"};
}

namespace {

constexpr std::int32_t kProficiencyMax = 100;

class Specialty : public Rule {
 public:
  Specialty(bool needs_all, std::int32_t min_proficiency)
      : needs_all_(needs_all), min_proficiency_(min_proficiency) {}

  std::optional<std::uint64_t> key(const CustomerFacts& customer) const override {
    if (concerns(customer)) return std::nullopt;
    return 0;
  }
  bool concerns(const CustomerFacts& customer) const override {
    return customer.ties != nullptr && !customer.ties->needs.empty();
  }
  bool concerns_everyone() const override { return false; }
  Verdict judge(const CustomerFacts& customer, const ManagerFacts& manager) const override {
    assert(concerns(customer));
    const auto& needs = customer.ties->needs;
    const auto is_met = [&](const std::string& need) {
      return std::any_of(manager.skills.begin(), manager.skills.end(), [&](const Skill& skill) {
        return skill.specialty == need && skill.proficiency >= min_proficiency_;
      });
    };
    const bool is_fit = needs_all_ ? std::all_of(needs.begin(), needs.end(), is_met)
                                   : std::any_of(needs.begin(), needs.end(), is_met);
    return {is_fit ? Rejection::none : Rejection::specialty};
  }
  Json parameters() const override {
    return {{"match", word_of(needs_all_ ? SpecialtyMatch::all : SpecialtyMatch::any)},
            {"min_proficiency", min_proficiency_}};
  }

 private:
  bool needs_all_;
  std::int32_t min_proficiency_;
};

}  // namespace

std::unique_ptr<const Rule> make_specialty(ObjectReader& in, Vocabulary&) {
  in.about("how many of the needs must be met");
  const bool needs_all = in.word_or("match", SpecialtyMatch::all) == SpecialtyMatch::all;
  const auto min_proficiency = in.integer_or("min_proficiency", 0, kProficiencyMax, 1);
  return std::make_unique<Specialty>(needs_all, static_cast<std::int32_t>(min_proficiency));
}

}  // namespace crmcore::assignment
