#include "engine/grading/analysis/rule_words.hpp"

#include <array>

#include "crmcore/date.hpp"

#include "base/format.hpp"

namespace crmcore::engine {
namespace {

// By Rule.
constexpr std::array<Phrases, 17> kRuleWords = {{
    {"", ""},
    {"on the blacklist: the blocked grade, at once", "在黑名单中：立即冻结级别"},
    {"an override names the grade", "人工定级指定了级别"},
    {"held: too little is known of the customer", "维持：对该客户所知太少"},
    {"held: in grace, because it is new, converted or merged", "维持：新客户、转化或合并后的宽限期内"},
    {"the first grade, by the plain cut", "首次定级，按分界线"},
    {"held: between the line to keep the grade and the line to rise, where nothing moves",
     "维持：介于保级线与升级线之间，不变动"},
    {"reached the line of a better grade", "达到更高级别的升级线"},
    {"fell under the line of its own grade", "低于本级的保级线"},
    {"held: not yet for enough scheduled reviews", "维持：连续的定期评级次数还不够"},
    {"held: the grade changed too recently", "维持：距上次变动的时间太短"},
    {"moved by an urgent trigger, without lines, streak and dwell", "紧急评级：不看分界线、连续次数与停留期"},
    {"moved, but by fewer grades than the target asks for", "变动，但少于目标所要求的级数"},
    {"an override lifts the grade to its floor", "人工规定的最低级别把它抬高"},
    {"an override caps the grade at its ceiling", "人工规定的最高级别把它压低"},
    {"an override or the blacklist ended: back to the computed grade",
     "人工定级或黑名单解除：恢复为计算级别"},
    {"no longer of the population", "不再属于评级范围"},
}};

constexpr Phrases kSameSegment = {
    "nothing moves: the segment that the classes fall into has the grade that the customer has",
    "不变动：各要素所落入的分段，其级别就是该客户的现有级别"};

}  // namespace

std::string_view words_of_rule(grading::Rule rule, bool is_by_segments, Language language) noexcept {
  const bool is_same_segment = is_by_segments && rule == grading::Rule::band;
  return in_language(is_same_segment ? kSameSegment : kRuleWords[static_cast<std::size_t>(rule)], language);
}

std::string words_of_override(const storage::OverrideRow& row, std::string_view grade, Language language) {
  const bool is_english = language == Language::en;
  constexpr std::array<Phrases, 3> kKinds = {
      {{"pinned to", "人工定级"}, {"at least", "最低级别"}, {"at most", "最高级别"}}};
  const std::string_view kind = in_language(kKinds[static_cast<std::size_t>(row.kind)], language);
  std::string until;
  if (row.until) until = (is_english ? " until " : " 至 ") + format_date(*row.until);
  std::string told = is_english ? fmt::format("{} {} from {}{}, set by {}: {}", kind, grade,
                                              format_date(row.from), until, row.actor, row.reason)
                                : fmt::format("{} {}，自 {}{}，由 {} 设定：{}", kind, grade,
                                              format_date(row.from), until, row.actor, row.reason);
  if (row.status == OverrideStatus::proposed) told += is_english ? "; waits for approval" : "；待批";
  if (row.status == OverrideStatus::declined)
    told += (is_english ? "; declined by " : "；未批准，审批人 ") + row.decided_by;
  if (row.status == OverrideStatus::in_force && !row.decided_by.empty())
    told += (is_english ? "; approved by " : "；批准人 ") + row.decided_by;
  if (row.lifted) told += (is_english ? "; lifted on " : "；解除于 ") + format_date(*row.lifted);
  return told;
}

std::string words_of_blacklisting(const storage::BlacklistRow& row, Language language) {
  const bool is_english = language == Language::en;
  std::string until;
  if (row.to) until = (is_english ? " until " : " 至 ") + format_date(*row.to);
  return is_english ? fmt::format("on the blacklist from {}{}, put there by {}: {}", format_date(row.from),
                                  until, row.actor, row.reason)
                    : fmt::format("自 {}{} 在黑名单中，由 {} 列入：{}", format_date(row.from), until,
                                  row.actor, row.reason);
}

}  // namespace crmcore::engine
