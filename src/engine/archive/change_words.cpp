// Each kind of change has a phrase in each language, into which the members of its body are put: {member} as
// it is, {@member} the name of a manager; what stands in [ ] is left out when a member in it is absent or
// empty. What a customer was made with, and what an update changed, is told member by member. A kind without
// a phrase is told by its name and its body. tests/engine/history_test.cpp.
#include "engine/archive/change_words.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "crmcore/archive.hpp"
#include "crmcore/money.hpp"

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "storage/manager_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

struct Phrase {
  std::string_view kind;
  Phrases text;
};

constexpr Phrase kPhrases[] = {
    {"customer.became_existing",
     {"existing since the first entry of {first_entry}", "{first_entry} 首笔往来，成为已有客户"}},
    {"customer.lost", {"marked as lost", "标记为流失客户"}},
    {"customer.regained", {"no longer lost[: bought again on {date}]", "不再是流失客户[：{date} 再次购买]"}},
    {"customer.blacklisted", {"put on the blacklist: {reason}", "列入黑名单：{reason}"}},
    {"customer.unblacklisted", {"taken off the blacklist: {reason}", "移出黑名单：{reason}"}},
    {"customer.merged", {"merged into {into}: {reason}", "并入 {into}：{reason}"}},
    {"customer.absorbed", {"{from} was merged into it: {reason}", "{from} 并入本客户：{reason}"}},
    {"customer.unmerged", {"no longer merged into {from}: {reason}", "撤销并入 {from}：{reason}"}},
    {"customer.released",
     {"{customer} is a customer of its own again: {reason}", "{customer} 恢复为独立客户：{reason}"}},
    {"customer.withdrawn", {"taken back with import {import}", "随导入 {import} 撤销"}},
    {"customer.assigned",
     {"given to {@to}[, before {@from}][ as {role}][ (run {run})][: {reason}]",
      "分配给 {@to}[，原为 {@from}][，角色 {role}][（分配批次 {run}）][：{reason}]"}},
    {"customer.unassigned",
     {"no longer served by {@from}[ (run {run})][: {reason}]",
      "不再由 {@from} 服务[（分配批次 {run}）][：{reason}]"}},
    {"customer.tie_put",
     {"[tie to {@manager}: {kind}][, removed: {is_removed}][needs: {needs}]",
      "[与 {@manager} 的关系：{kind}][，已删除：{is_removed}][所需专业：{needs}]"}},
    {"assignment.locked",
     {"lock to {@manager}: {is_locked}[: {reason}]", "锁定给 {@manager}：{is_locked}[：{reason}]"}},
    {"class.overridden", {"{axis}: {node} by hand: {reason}", "{axis}：人工定为 {node}：{reason}"}},
    {"class.override_lifted",
     {"{axis}: {node} by hand lifted: {reason}", "{axis}：解除人工定为 {node}：{reason}"}},
    {"ledger.voided",
     {"entries[ of {source} {document}][ of import {import}] voided: {reason}",
      "作废往来[：{source} {document}][：导入 {import}]：{reason}"}},
    {"grade.placed",
     {"{scheme}: first grade {to} as of {as_of} (review {review})",
      "{scheme}：{as_of} 首次定级 {to}（评级 {review}）"}},
    {"grade.promoted",
     {"{scheme}: promoted from {from} to {to} as of {as_of}[ (review {review})]",
      "{scheme}：{as_of} 由 {from} 升为 {to}[（评级 {review}）]"}},
    {"grade.demoted",
     {"{scheme}: demoted from {from} to {to} as of {as_of}[ (review {review})]",
      "{scheme}：{as_of} 由 {from} 降为 {to}[（评级 {review}）]"}},
    {"grade.warned",
     {"{scheme}: {grade} will fall to {next}[ on {due}] unless it recovers",
      "{scheme}：若不回升，{grade} [将于 {due} ]降为 {next}"}},
    {"grade.blocked", {"{scheme}: {from} blocked as of {as_of}", "{scheme}：{as_of} 冻结 {from}"}},
    {"grade.unblocked", {"{scheme}: {to} again as of {as_of}", "{scheme}：{as_of} 恢复为 {to}"}},
    {"grade.left",
     {"{scheme}: left the population, {from} ended as of {as_of}",
      "{scheme}：{as_of} 退出评级范围，{from} 终止"}},
    {"grade.reverted",
     {"{scheme}: review {review} taken back, {to} again: {reason}",
      "{scheme}：撤销评级 {review}，恢复为 {to}：{reason}"}},
    {"grade.override_put",
     {"{scheme}: {kind} {grade} from {from}[ until {to}]: {reason}",
      "{scheme}：{from} 起[至 {to} ]{kind} {grade}：{reason}"}},
    {"grade.override_lifted",
     {"{scheme}: {kind} {grade} lifted: {reason}", "{scheme}：解除 {kind} {grade}：{reason}"}},
    {"grade.override_decided",
     {"{scheme}: {kind} {grade} proposed by {proposed_by}, approved: {is_approved}",
      "{scheme}：{proposed_by} 提议的 {kind} {grade}，批准：{is_approved}"}},
    {"grade.triggered", {"{scheme}: urgent review asked for: {reason}", "{scheme}：要求紧急评级：{reason}"}},
};

struct Word {
  std::string_view en;
  std::string_view zh;
};

// Words that stand in bodies.
constexpr Word kWords[] = {
    {"true", "是"},
    {"false", "否"},
    {"pin", "人工定级"},
    {"floor", "最低级别"},
    {"ceiling", "最高级别"},
    {"primary", "主责"},
    {"backup", "备岗"},
    {"team", "团队"},
    {"on_site", "驻场"},
    {"company", "公司"},
    {"household", "家庭"},
    {"person", "个人"},
    {"developed", "开发"},
    {"family", "亲属"},
    {"friendship", "朋友"},
    {"referral", "引荐"},
    {"exclusion", "回避"},
    {"shareholder", "股东层"},
    {"executive", "管理层"},
    {"operational", "业务操作层"},
    {"name", "名称"},
    {"kind", "类别"},
    {"short_name", "简称"},
    {"since", "建档日"},
    {"class_past", "此前分类"},
    {"code", "编号"},
    {"contact", "联系人"},
    {"created", "建档"},
    {"alias", "别名"},
    {"former", "曾用名"},
    {"trade", "商号"},
    {"foreign", "外文名"},
    {"address", "地址"},
    {"registered", "注册"},
    {"office", "办公"},
    {"delivery", "收货"},
    {"billing", "账单"},
    {"home", "住宅"},
    {"consent", "同意"},
    {"given", "同意"},
    {"refused", "拒绝"},
    {"withdrawn", "撤回"},
    {"note", "备注"},
    {"holding", "持有"},
    {"preference", "偏好"},
    {"evidence", "依据"},
    {"hearsay", "传闻"},
    {"told", "自述"},
    {"document", "文件"},
    {"verified", "已核实"},
    {"uscc", "统一社会信用代码"},
    {"tax_number", "税号"},
    {"phone", "电话"},
    {"email", "邮箱"},
    {"nothing", "无"},
    {"full", "额满"},
    {"absent", "不在岗"},
    {"certificate_expired", "资格到期"},
    {"barred", "回避"},
    {"no_match", "无合适人选"},
};

class Teller {
 public:
  Teller(Session& session, Language language) : session_(session), language_(language) {}

  std::string tell(const Change& change) {
    const Json body = storage::read_stored("a change", [&] { return parse_json(change.body); });
    if (change.kind == "customer.created") return word("created") + colon() + members(body, false);
    if (change.kind == "customer.updated") return members(body, true);
    for (const Phrase& phrase : kPhrases) {
      if (phrase.kind != change.kind) continue;
      std::string told = fill(in_language(phrase.text, language_), body);
      if (!told.empty()) return told;
    }
    const std::string told = plain(body);
    return told.empty() ? change.kind : change.kind + " " + told;
  }

 private:
  std::string word(std::string_view text) const {
    if (language_ == Language::en) return std::string(text);
    const auto* known =
        std::find_if(std::begin(kWords), std::end(kWords), [&](const Word& one) { return one.en == text; });
    return std::string(known == std::end(kWords) ? text : known->zh);
  }
  std::string colon() const { return language_ == Language::en ? ": " : "："; }
  std::string comma() const { return language_ == Language::en ? "; " : "；"; }

  // Lists and objects are told part by part; what is null is not told.
  std::string plain(const Json& value) const {
    if (value.is_null()) return {};
    if (value.is_string()) return value.text();
    if (!value.is_object() && !value.is_array()) return dump_json(value);
    std::string told;
    const auto add = [&](const std::string& part) {
      if (!part.empty()) told += (told.empty() ? "" : ", ") + part;
    };
    if (value.is_array()) {
      for (const Json& one : value) add(plain(one));
      return told;
    }
    for (const auto& [name, one] : value.items()) {
      if (const std::string part = plain(one); !part.empty()) add(word(name) + " " + word(part));
    }
    return told;
  }

  // What a name in braces stands for; nothing when its member is absent or empty.
  std::optional<std::string> member(std::string_view name, const Json& body) {
    const bool is_manager = name.starts_with('@');
    if (is_manager) name.remove_prefix(1);
    if (!body.contains(name)) return std::nullopt;
    const std::string text = plain(body[name]);
    if (text.empty()) return std::nullopt;
    return is_manager ? manager(text) : word(text);
  }

  std::string manager(const std::string& code) {
    const auto row = storage::ManagerStore(session_.db()).find(text::key_form(code));
    return row ? fmt::format("{} ({})", row->name, code) : code;
  }

  std::string fill(std::string_view pattern, const Json& body) {
    std::string told;
    std::size_t part = std::string::npos;  // where the [ ] began
    bool is_complete = true;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
      if (pattern[at] == '[') {
        part = told.size();
        is_complete = true;
      } else if (pattern[at] == ']') {
        if (!is_complete) told.resize(part);
        part = std::string::npos;
      } else if (pattern[at] == '{') {
        const std::size_t end = pattern.find('}', at);
        const auto value = member(pattern.substr(at + 1, end - at - 1), body);
        told += value.value_or("–");
        is_complete = is_complete && value.has_value();
        at = end;
      } else {
        told += pattern[at];
      }
    }
    return told;
  }

  // Contents of a customer, or [before, after, …] of each member that changed.
  std::string members(const Json& body, bool is_update) {
    std::string told;
    for (const auto& [name, value] : body.items()) {
      if (!told.empty()) told += comma();
      told += title(name) + " ";
      if (is_update && value.is_array() && value.size() >= 2) {
        told += shown(name, value[0]) + " → " + shown(name, value[1]);
      } else {
        told += shown(name, value);
      }
    }
    return told;
  }

  static std::string_view behind(std::string_view name, std::string_view prefix) {
    return name.starts_with(prefix) ? name.substr(prefix.size()) : std::string_view();
  }

  std::string title(std::string_view name) {
    if (const auto code = behind(name, "class:"); !code.empty()) {
      const CatalogAxis* axis = session_.catalog().axis(code);
      return axis ? axis->row.name : std::string(code);
    }
    if (const auto code = behind(name, "class_past:"); !code.empty())
      return word("class_past") + " " + title(fmt::format("class:{}", code));
    if (const auto code = behind(name, "attribute:"); !code.empty()) {
      const auto* attribute = session_.catalog().attribute(code);
      return attribute ? attribute->name : std::string(code);
    }
    if (const auto kind = behind(name, "identifier:"); !kind.empty()) return word(kind);
    if (const auto kind = archive::detail_kind_of(name)) {
      const std::string_view key = behind(name, std::string(word_of(*kind)) + ":");
      return word(word_of(*kind)) + " " + std::string(*kind == DetailKind::note ? number_in(key) : key);
    }
    if (const auto number = behind(name, "contact:"); !number.empty())
      return word("contact") + " " + std::string(number);
    return word(name);
  }

  std::string shown(std::string_view name, const Json& value) {
    if (value.is_null() || (value.is_string() && value.text().empty())) return word("nothing");
    if (const auto code = behind(name, "class:"); !code.empty()) return node(code, plain(value));
    if (const auto code = behind(name, "class_past:"); !code.empty()) return node(code, plain(value));
    if (const auto code = behind(name, "attribute:"); !code.empty()) return attribute(code, value);
    if (name.starts_with("contact:") && value.is_object()) return contact(value);
    if (name.starts_with("identifier:") && value.is_object()) return plain(value["value"]);
    if (archive::detail_kind_of(name) && value.is_object()) return detail(value);
    return word(plain(value));
  }

  // All that is said of it, in the order of its fields.
  std::string detail(const Json& value) {
    std::string told;
    for (const auto& [field, of] : value.items())
      told.append(told.empty() ? "" : ", ").append(word(plain(of)));
    return told;
  }

  // Without the zeros by which it is put in order.
  static std::string_view number_in(std::string_view key) {
    return key.substr(std::min(key.find_first_not_of('0'), key.size() - 1));
  }

  std::string node(std::string_view axis_code, const std::string& code) {
    const CatalogAxis* axis = session_.catalog().axis(axis_code);
    const Position position = axis ? axis->axis.tree.find(code) : kNowhere;
    return position == kNowhere ? code : axis->axis.tree.node(position).name;
  }

  // In the unit that people read: money in the currency, decimals with their point, dates as dates.
  std::string attribute(std::string_view code, const Json& dated) {
    const Json& value = dated.is_object() && dated.contains("value") ? dated["value"] : dated;
    const auto* definition = session_.catalog().attribute(code);
    if (definition == nullptr || !value.is_number_integer()) return plain(value);
    switch (definition->type) {
      case AttributeType::money:
        return format_money(Money{value.get<std::int64_t>()}, session_.file().facts().currency_digits);
      case AttributeType::decimal:
        return format_money(Money{value.get<std::int64_t>()}, kDecimalDigits);
      case AttributeType::boolean:
        return word(value == 0 ? "false" : "true");
      case AttributeType::date:
        return format_date(Date{static_cast<std::int32_t>(value.get<std::int64_t>())});
      default:
        return plain(value);
    }
  }

  std::string contact(const Json& value) {
    std::string told;
    for (const char* part : {"name", "title", "level", "phone", "email"}) {
      const auto text = member(part, value);
      if (text) told += (told.empty() ? "" : ", ") + *text;
    }
    return told;
  }

  static constexpr int kDecimalDigits = 6;

  Session& session_;
  Language language_;
};

}  // namespace

std::string change_words(Session& session, const Change& change, Language language) {
  return Teller(session, language).tell(change);
}

}  // namespace crmcore::engine
