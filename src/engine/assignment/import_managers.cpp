// These lists are short and refer to themselves (a unit may stand before the one above it), so that they are
// read whole and put by the use case that puts them anyway. What it refuses are rows of the file, by their
// places in the list: they are reported and the rest is put again, until nothing is refused.
// tests/examples/exchange.py.
#include "engine/assignment/import_managers.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/format.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/import_table.hpp"
#include "engine/archive/imports.hpp"
#include "engine/assignment/managers.hpp"
#include "engine/assignment/put_managers.hpp"
#include "engine/assignment/unknown_levels.hpp"
#include "storage/manager_store.hpp"

namespace crmcore::engine {
namespace {

using Form = ImportField::Form;
constexpr std::string_view kYesNo = "是=true|否=false|yes=true|no=false";

// The place in "/<place>/<field>/…", and the field.
struct PlaceInList {
  std::size_t place;
  std::string field;
};

std::optional<PlaceInList> place_in_list(std::string_view path) {
  PlaceInList found{};
  if (path.empty()) return std::nullopt;
  path.remove_prefix(1);
  const auto [end, failure] = std::from_chars(path.data(), path.data() + path.size(), found.place);
  if (failure != std::errc()) return std::nullopt;
  path.remove_prefix(static_cast<std::size_t>(end - path.data()));
  if (path.starts_with('/')) path.remove_prefix(1);
  found.field = path.substr(0, path.find('/'));
  return found;
}

// A list that is read from a file and put as a whole by `put(inputs)`, which refuses at "/<place>/<field>".
template <class Input, class Put>
class WholeImport {
 public:
  WholeImport(ImportTable& table, const ImportOptions& options, Put put)
      : table_(table),
        is_once_(options.on_repeat == OnRepeat::fail),
        has_rows_(options.on_row_failure != nullptr),
        put_(std::move(put)) {}

  // Takes the table's current row; `key` is what names a row once.
  void add(Input input, std::string key) {
    const auto [before, is_new] = lines_.try_emplace(std::move(key), table_.line());
    if (!is_new && is_once_ && table_.faults.empty()) {
      table_.refuse(0, Code::conflict, fmt::format("line {} names it already", before->second),
                    "named by more than one row");
    }
    if (!table_.faults.empty()) return table_.report.fail(table_.line(), table_.faults);
    if (!is_new) put_all();
    inputs_.push_back(std::move(input));
    places_.push_back(table_.line());
    if (has_rows_) rows_.push_back(table_.report.row());
  }

  ImportResult finish() {
    put_all();
    return table_.finish();
  }

 private:
  void put_all() {
    while (!inputs_.empty()) {
      std::map<std::size_t, std::vector<RowFault>> refused;
      try {
        const PutResult result = put_(inputs_);
        table_.report.result.created += result.created;
        table_.report.result.updated += result.updated;
        table_.report.result.unchanged += result.unchanged;
        inputs_.clear();
      } catch (const Error& error) {
        for (const Diagnostic& one : error.diagnostics()) {
          const auto at = place_in_list(one.path);
          if (!at || at->place >= inputs_.size()) throw;
          refused[at->place].push_back({table_.heading_of(at->field), one.code, one.message, {}});
        }
      }
      for (const auto& [place, faults] : refused) fail(place, faults);
      for (auto one = refused.rbegin(); one != refused.rend(); ++one) {
        const auto place = static_cast<std::ptrdiff_t>(one->first);
        inputs_.erase(inputs_.begin() + place);
        places_.erase(places_.begin() + place);
        if (has_rows_) rows_.erase(rows_.begin() + place);
      }
    }
    places_.clear();
    rows_.clear();
  }

  // Of a row that was read before the current one.
  void fail(std::size_t place, const std::vector<RowFault>& faults) {
    if (!has_rows_) return table_.report.fail(places_[place], faults);
    const auto current = std::exchange(table_.report.row, [&] { return rows_[place]; });
    table_.report.fail(places_[place], faults);
    table_.report.row = current;
  }

  ImportTable& table_;
  bool is_once_;
  bool has_rows_;  // are asked for
  Put put_;
  std::vector<Input> inputs_;
  std::vector<std::int64_t> places_;  // lines of the inputs
  std::vector<std::vector<std::pair<std::string, std::string>>> rows_;
  std::unordered_map<std::string, std::int64_t> lines_;
};

// Calls `take` for the parts of "a;b；c".
template <class Take>
void each_listed(std::string_view list, Take take) {
  constexpr std::string_view kWide = "；";
  while (!list.empty()) {
    const std::size_t narrow = list.find(';');
    const std::size_t wide = list.find(kWide);
    const std::size_t end = std::min({narrow, wide, list.size()});
    if (end > 0) take(list.substr(0, end));
    list.remove_prefix(std::min(end + (end == wide ? kWide.size() : 1), list.size()));
  }
}

template <class Enum>
void read_enum(ImportTable& table, std::size_t field, auto& to) {
  const std::string_view text = table.text(field);
  if (text.empty()) return;
  if (const auto value = enum_of<Enum>(text)) {
    to = *value;
  } else {
    table.refuse_form(field, text::alternatives(words_of(Enum{})));
  }
}

void read_flag(ImportTable& table, std::size_t field, auto& to) {
  const std::string_view text = table.text(field);
  if (text.empty()) return;
  if (text != "true" && text != "false" && text != "1" && text != "0")
    return table.refuse_form(field, "true or false");
  to = text == "true" || text == "1";
}

void read_name(const ImportTable& table, std::size_t field, auto& to) {
  if (!table.text(field).empty()) to = std::string(table.text(field));
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  const auto value = parse_money(text, 0);
  return value ? std::optional(value->minor) : std::nullopt;
}

std::vector<ImportField> manager_fields() {
  return {{"code", "客户经理编号|经理编号|工号|manager code", Form::code, {}},
          {"name", "姓名|经理姓名|客户经理|manager name", Form::text, {}},
          {"level", "级别|经理级别", Form::text, {}},
          {"level_since", "级别日期", Form::date, {}},
          {"unit", "部门|部门编号", Form::text, {}},
          {"employment", "用工方式", Form::text,
           "兼职=part_time|专职=dedicated|代理=agent|代理商=agent|驻场=on_site"},
          {"phone", "电话|手机|联系电话", Form::text, {}},
          {"span", "管理幅度", Form::number, {}},
          {"segments", "服务范围", Form::text, {}},
          {"skills", "专长", Form::text, {}},
          {"certificates", "证书", Form::text, {}},
          {"replace", "替换|全量替换", Form::text, kYesNo}};
}

// What a row adds to is not taken away by it: that is told.
void tell_kept_segments(Session& session, ImportTable& table, const ManagerInput& manager) {
  constexpr std::size_t kField = 8;
  if (!manager.segments || manager.replace) return;
  storage::ManagerStore store(session.db());
  const auto known = store.find(text::key_form(manager.code));
  if (!known) return;
  std::string kept;
  for (const auto& row : store.segments(known->id)) {
    const CatalogAxis* axis = session.catalog().axis(row.axis);
    const auto* node = axis == nullptr ? nullptr : axis->node(row.node);
    if (node == nullptr) continue;
    const auto is_same = [&](const SegmentInput& one) {
      if (one.axis != axis->row.code) return false;
      const auto found = axis->axis.tree.resolve(one.node, session.today());
      return found.kind == classification::Resolution::Kind::found &&
             axis->axis.tree.node(found.position).id == node->id;
    };
    if (std::any_of(manager.segments->begin(), manager.segments->end(), is_same)) continue;
    kept += fmt::format("{}{}:{}", kept.empty() ? "" : ";", axis->row.code, node->code);
  }
  if (kept.empty()) return;
  table.warn(
      kField,
      fmt::format("manager {} keeps {}, which the row does not name: a row adds, unless its column "
                  "replace (替换) says yes",
                  manager.code, kept),
      "segments that the row does not name are kept: a row adds, unless its column replace (替换) says yes");
}

void read_segments(ImportTable& table, ManagerInput& manager) {
  constexpr std::size_t kField = 8;
  if (table.text(kField).empty()) return;
  std::vector<SegmentInput> segments;
  each_listed(table.text(kField), [&](std::string_view one) {
    const std::size_t colon = one.find(':');
    if (colon == std::string_view::npos) return table.refuse_form(kField, "axis:node;axis:node");
    segments.push_back({std::string(one.substr(0, colon)), std::string(one.substr(colon + 1))});
  });
  manager.segments = std::move(segments);
}

void read_skills(ImportTable& table, ManagerInput& manager) {
  constexpr std::size_t kField = 9;
  if (table.text(kField).empty()) return;
  std::vector<SkillInput> skills;
  each_listed(table.text(kField), [&](std::string_view one) {
    const std::size_t colon = one.rfind(':');
    const auto number = colon == std::string_view::npos ? std::nullopt : whole_number(one.substr(colon + 1));
    if (!number || *number < 0 || *number > 100)
      return table.refuse_form(kField, "specialty:0 to 100;specialty:…");
    skills.push_back({std::string(one.substr(0, colon)), static_cast<std::int32_t>(*number)});
  });
  manager.skills = std::move(skills);
}

void read_certificates(ImportTable& table, ManagerInput& manager) {
  constexpr std::size_t kField = 10;
  if (table.text(kField).empty()) return;
  std::vector<CertificateInput> certificates;
  each_listed(table.text(kField), [&](std::string_view one) {
    const std::size_t colon = one.rfind(':');
    CertificateInput held{std::string(one.substr(0, colon)), {}};
    if (colon != std::string_view::npos) {
      const auto expires = parse_date(one.substr(colon + 1));
      if (!expires) return table.refuse_form(kField, "certificate:YYYY-MM-DD;certificate");
      held.expires = expires;
    }
    certificates.push_back(std::move(held));
  });
  manager.certificates = std::move(certificates);
}

ManagerInput read_manager_row(ImportTable& table) {
  ManagerInput manager;
  manager.code = table.text(0);
  read_name(table, 1, manager.name);
  read_name(table, 2, manager.level);
  if (!table.text(3).empty()) {
    manager.level_since = parse_date(table.text(3));
    if (!manager.level_since) table.refuse_form(3, "a date YYYY-MM-DD");
  }
  read_name(table, 4, manager.unit);
  read_enum<Employment>(table, 5, manager.employment);
  read_name(table, 6, manager.phone);
  if (!table.text(7).empty()) {
    manager.span = whole_number(table.text(7));
    if (!manager.span) table.refuse_form(7, "a whole number");
  }
  read_segments(table, manager);
  read_skills(table, manager);
  read_certificates(table, manager);
  read_flag(table, 11, manager.replace);
  return manager;
}

}  // namespace

ImportResult import_units(Session& session, const ByteSource& source, const ImportOptions& options) {
  WriteScope write(session);
  ImportNumber number(write, storage::ImportOf::units);
  ImportTable table(session, source, options,
                    {{"code", "部门编号|部门编码|unit code", Form::text, {}},
                     {"name", "部门名称|部门|unit name", Form::text, {}},
                     {"parent", "上级部门|上级部门编号", Form::text, {}},
                     {"is_confidential", "保密", Form::text, kYesNo}},
                    true);
  table.require(0);
  const auto put = [&](const std::vector<UnitInput>& units) { return put_units(session, units); };
  WholeImport<UnitInput, decltype(put)> import(table, options, put);
  while (table.next()) {
    UnitInput unit;
    unit.code = table.text(0);
    read_name(table, 1, unit.name);
    read_name(table, 2, unit.parent);
    read_flag(table, 3, unit.is_confidential);
    import.add(unit, unit.code);
  }
  ImportResult result = import.finish();
  if (options.is_dry_run) return result;
  number.tell(result);
  write.commit();
  return result;
}

ImportResult import_managers(Session& session, const ByteSource& source, const ImportOptions& options) {
  WriteScope write(session);
  ImportNumber number(write, storage::ImportOf::managers);
  ImportTable table(session, source, options, manager_fields(), true);
  table.require(0);
  const auto put = [&](const std::vector<ManagerInput>& managers) {
    return put_managers(session, managers).counts;
  };
  WholeImport<ManagerInput, decltype(put)> import(table, options, put);
  const std::vector<std::string> levels = known_levels(session.db());
  while (table.next()) {
    ManagerInput manager = read_manager_row(table);
    if (const std::string unknown = what_is_known_instead(levels, manager.level.value_or(""));
        !unknown.empty())
      table.warn(2, unknown, {});
    if (table.faults.empty()) tell_kept_segments(session, table, manager);
    std::string key = manager.code;
    import.add(std::move(manager), std::move(key));
  }
  ImportResult result = import.finish();
  if (options.is_dry_run) return result;
  number.tell(result);
  write.commit();
  return result;
}

ImportResult import_relationships(Session& session, const ByteSource& source, const ImportOptions& options) {
  WriteScope write(session);
  ImportNumber number(write, storage::ImportOf::relationships);
  ImportTable table(
      session, source, options,
      {{"customer", "customer code|客户编号|客户编码|客户代码|客户号", Form::text, {}},
       {"manager", "manager code|客户经理|客户经理编号|经理编号|工号", Form::text, {}},
       {"kind", "关系类型|关系", Form::text,
        "开发=developed|亲属=family|亲戚=family|朋友=friendship|友谊=friendship|介绍=referral|推荐=referral"},
       {"strength", "强度|关系强度", Form::number, {}},
       {"remove", "删除", Form::text, kYesNo}},
      true);
  table.require(0);
  table.require(1);
  const auto put = [&](const std::vector<RelationshipInput>& ties) {
    const std::int64_t changed = put_relationships(session, ties);
    return PutResult{0, changed, static_cast<std::int64_t>(ties.size()) - changed};
  };
  WholeImport<RelationshipInput, decltype(put)> import(table, options, put);
  while (table.next()) {
    RelationshipInput tie;
    tie.customer = find_customer_id(session, table.text(0)).value_or(CustomerId{});
    if (!tie.customer) table.refuse(0, Code::not_found, fmt::format("no customer '{}'", table.text(0)));
    tie.manager = table.text(1);
    read_enum<RelationshipKind>(table, 2, tie.kind);
    if (!table.text(3).empty()) {
      const auto strength = whole_number(table.text(3));
      if (!strength || *strength < 0 || *strength > 100) table.refuse_form(3, "a whole number from 0 to 100");
      tie.strength = static_cast<std::int32_t>(strength.value_or(0));
    }
    read_flag(table, 4, tie.remove);
    import.add(tie, fmt::format("{}\n{}\n{}", tie.customer.value, tie.manager, word_of(tie.kind)));
  }
  ImportResult result = import.finish();
  if (options.is_dry_run) return result;
  number.tell(result);
  write.commit();
  return result;
}

}  // namespace crmcore::engine
