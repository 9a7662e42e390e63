// Units and managers are put by code, all or nothing; what changes is told in the journal with before and
// after, and what does not change is not written. The units stay a tree: the chain of parents is followed as
// it would be with all of the call in place, so that a parent may come behind its child, and before anything
// is written. tests/engine/assignment_methods_test.cpp.
#include "engine/assignment/put_managers.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "assignment/policy.hpp"
#include "base/diagnostics.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/object_reader.hpp"
#include "base/text.hpp"
#include "engine/assignment/managers.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

using storage::ManagerStore;

constexpr std::size_t kUnitDepthMax = 64;

// Follows the parents of every unit; `path_of(unit)` is where the request names its parent.
template <class PathOf>
void check_unit_tree(std::span<const storage::UnitRow> rows, PathOf path_of, std::vector<Diagnostic>& found) {
  std::map<UnitId, const storage::UnitRow*> by_id;
  for (const auto& row : rows) by_id.emplace(row.id, &row);
  for (const auto& row : rows) {
    std::string chain = row.code;
    std::size_t depth = 1;
    for (UnitId parent = row.parent; parent; parent = storage::named_in(by_id, parent, "unit")->parent) {
      chain += " → " + storage::named_in(by_id, parent, "unit")->code;
      if (parent == row.id) {
        found.push_back(
            {Code::cycle, path_of(row), fmt::format("the chain of parents closes on itself: {}", chain)});
        return;
      }
      if (++depth <= kUnitDepthMax) continue;
      found.push_back({Code::limit, path_of(row),
                       fmt::format("unit '{}' stands more than {} levels deep", row.code, kUnitDepthMax)});
      return;
    }
  }
}

void refuse_twin(std::string_view path, std::size_t first, std::size_t second,
                 std::vector<Diagnostic>& found) {
  found.push_back({Code::conflict, fmt::format("{}/{}/code", path, second),
                   fmt::format("the same code stands at {}/{} already", path, first)});
}

// One manager with everything that is put together with it.
struct ManagerState {
  storage::ManagerRow row;
  std::vector<storage::SegmentRow> segments;
  std::vector<storage::SkillRow> skills;
  std::vector<storage::CertificateRow> certificates;
};

class ManagerPutter {
 public:
  ManagerPutter(Session& session, WriteScope& write)
      : session_(session), write_(write), store_(write.db()), today_(session.today()) {
    for (const auto& unit : store_.units())
      units_.emplace(unit.code, unit.id), unit_codes_.emplace(unit.id, unit.code);
  }

  void put(const ManagerInput& input, const std::string& path, std::vector<Diagnostic>& found,
           PutResult& result) {
    const std::size_t found_before = found.size();
    collect(found, path, "/code", [&] { text::require_code(input.code, {}); });
    if (found.size() != found_before) return;
    const std::string key = text::key_form(input.code);
    const auto known = store_.find(key);
    const ManagerState before = known ? load(*known) : ManagerState{};
    ManagerState after = before;
    if (!known) {
      after.row.code = input.code;
      after.row.level_since = today_;
      after.row.id = ManagerId{store_.last_id().value + 1};
      if (!input.name) found.push_back({Code::invalid, path + "/name", "a new manager needs a name"});
    } else if (known->code != input.code) {
      found.push_back(
          {Code::conflict, path + "/code", "another manager's code differs only in its Unicode form"});
    }
    set_row(input, path, after.row, found);
    set_lists(input, path, after, found);
    if (found.size() != found_before) return;
    save(before, after, known.has_value(), key, result);
    if (known && input.span) given_spans_.push_back(after.row.id);  // who is new serves nobody
  }

  std::span<const ManagerId> given_spans() const noexcept { return given_spans_; }

 private:
  ManagerState load(const storage::ManagerRow& row) {
    return {row, store_.segments(row.id), store_.skills(row.id), store_.certificates(row.id)};
  }

  void set_row(const ManagerInput& input, const std::string& path, storage::ManagerRow& row,
               std::vector<Diagnostic>& found) {
    if (input.name) {
      collect(found, path, "/name", [&] { text::require_name(*input.name, {}); });
      row.name = *input.name;
    }
    if (input.level) {
      collect(found, path, "/level", [&] { text::require_text(*input.level, kCodeBytesMax, {}); });
      if (*input.level != row.level) row.level_since = today_;
      row.level = *input.level;
    }
    if (input.level_since) row.level_since = *input.level_since;
    if (input.phone) {
      collect(found, path, "/phone", [&] { text::require_text(*input.phone, kManagerPhoneBytesMax, {}); });
      row.phone = *input.phone;
    }
    if (input.employment) row.employment = *input.employment;
    if (word_of(row.employment).empty()) {
      found.push_back({Code::invalid, path + "/employment", "unknown employment; 0 to 3 are allowed"});
    }
    if (input.span) row.span = *input.span;
    if (row.span < 0 || row.span > assignment::kSpanMax) {
      found.push_back({Code::range, path + "/span",
                       fmt::format("a span of {}; 0 to {} are allowed", row.span, assignment::kSpanMax)});
    }
    if (input.unit) {
      const auto unit = units_.find(*input.unit);
      if (unit == units_.end() && !input.unit->empty()) {
        found.push_back(
            {Code::not_found, path + "/unit", fmt::format("no unit {}", text::quoted(*input.unit))});
      }
      row.unit = unit == units_.end() ? UnitId{} : unit->second;
    }
  }

  void set_lists(const ManagerInput& input, const std::string& path, ManagerState& state,
                 std::vector<Diagnostic>& found) {
    if (input.segments) set_segments(*input.segments, input.replace, path, state, found);
    if (input.skills) set_skills(*input.skills, input.replace, path, state, found);
    if (input.certificates) set_certificates(*input.certificates, input.replace, path, state, found);
    if (state.skills.size() > kManagerListMax || state.certificates.size() > kManagerListMax ||
        state.segments.size() > kManagerListMax) {
      found.push_back({Code::limit, path, fmt::format("a list of more than {} items", kManagerListMax)});
    }
  }

  static void check_word(const std::string& word, const std::string& path, std::vector<Diagnostic>& found) {
    collect(found, path, {}, [&] {
      text::require_name(word, {});
      text::require_text(word, kCodeBytesMax, {});
    });
  }

  static void set_skills(std::span<const SkillInput> given, bool replaces, const std::string& path,
                         ManagerState& state, std::vector<Diagnostic>& found) {
    std::map<std::string, std::int32_t> skills;
    if (!replaces) {
      for (auto& row : state.skills) skills.emplace(std::move(row.specialty), row.proficiency);
    }
    std::set<std::string> named;
    for (std::size_t i = 0; i < given.size(); ++i) {
      const SkillInput& skill = given[i];
      const std::string at = fmt::format("{}/skills/{}", path, i);
      check_word(skill.specialty, at + "/specialty", found);
      if (skill.proficiency && (*skill.proficiency < 0 || *skill.proficiency > 100)) {
        found.push_back({Code::range, at + "/proficiency", "0 to 100 are allowed"});
      }
      if (!named.insert(skill.specialty).second) {
        found.push_back({Code::conflict, at + "/specialty", "the specialty stands twice"});
      }
      if (skill.remove) {
        skills.erase(skill.specialty);
      } else if (skill.proficiency) {
        skills[skill.specialty] = *skill.proficiency;
      } else if (!skills.contains(skill.specialty)) {
        found.push_back({Code::invalid, at + "/proficiency", "is required: a new skill needs one, 0 to 100"});
      }
    }
    state.skills.clear();
    for (const auto& [specialty, proficiency] : skills)
      state.skills.push_back({state.row.id, specialty, proficiency});
  }

  static void set_certificates(std::span<const CertificateInput> given, bool replaces,
                               const std::string& path, ManagerState& state, std::vector<Diagnostic>& found) {
    std::map<std::string, std::optional<Date>> certificates;
    if (!replaces) {
      for (auto& row : state.certificates) certificates.emplace(std::move(row.certificate), row.expires);
    }
    std::set<std::string> named;
    for (std::size_t i = 0; i < given.size(); ++i) {
      const CertificateInput& held = given[i];
      const std::string at = fmt::format("{}/certificates/{}/certificate", path, i);
      check_word(held.certificate, at, found);
      if (!named.insert(held.certificate).second) {
        found.push_back({Code::conflict, at, "the certificate stands twice"});
      }
      if (held.remove) {
        certificates.erase(held.certificate);
      } else {
        auto& expires = certificates[held.certificate];
        expires = held.expires.value_or(expires);
      }
    }
    state.certificates.clear();
    for (const auto& [code, expires] : certificates)
      state.certificates.push_back({state.row.id, code, expires});
  }

  void set_segments(std::span<const SegmentInput> given, bool replaces, const std::string& path,
                    ManagerState& state, std::vector<Diagnostic>& found) {
    std::set<storage::SegmentRow> segments;
    if (!replaces) segments.insert(state.segments.begin(), state.segments.end());
    for (std::size_t i = 0; i < given.size(); ++i) {
      const std::string at = fmt::format("{}/segments/{}", path, i);
      const CatalogAxis* axis = session_.catalog().axis(std::string_view(given[i].axis));
      if (axis == nullptr) {
        found.push_back({Code::not_found, at + "/axis",
                         fmt::format("no axis {}; defined are: {}", text::quoted(given[i].axis),
                                     session_.catalog().axis_codes())});
        continue;
      }
      if (text::find_invalid_utf8(given[i].node)) {
        found.push_back({Code::utf8, at + "/node", "the text is not valid UTF-8"});
        continue;
      }
      const auto resolution = axis->axis.tree.resolve(given[i].node, today_);
      if (resolution.kind != classification::Resolution::Kind::found) {
        const bool is_unknown = resolution.kind == classification::Resolution::Kind::unknown;
        found.push_back({is_unknown ? Code::not_found : Code::invalid, at + "/node", resolution.reason});
        continue;
      }
      const storage::SegmentRow row{state.row.id, axis->row.id, axis->axis.tree.node(resolution.position).id};
      if (given[i].remove) {
        segments.erase(row);
      } else {
        segments.insert(row);
      }
    }
    state.segments.assign(segments.begin(), segments.end());
  }

  Json json_of(const ManagerState& state) {
    Json segments = Json::array();
    for (const auto& row : state.segments) {
      const CatalogAxis* axis = session_.catalog().axis(row.axis);
      const auto* node = axis == nullptr ? nullptr : axis->node(row.node);
      if (node == nullptr)
        throw Error(Code::corrupt,
                    fmt::format("a manager's segment names node {}, which is not there", row.node.value));
      segments.push_back({axis->row.code, node->code});
    }
    Json skills = Json::object();
    for (const auto& row : state.skills) skills[row.specialty] = row.proficiency;
    Json certificates = Json::object();
    for (const auto& row : state.certificates) {
      certificates[row.certificate] = row.expires ? Json(format_date(*row.expires)) : Json();
    }
    const auto unit = unit_codes_.find(state.row.unit);
    return {{"name", state.row.name},
            {"level", state.row.level},
            {"level_since", format_date(state.row.level_since)},
            {"unit", unit == unit_codes_.end() ? "" : unit->second},
            {"employment", word_of(static_cast<Employment>(state.row.employment))},
            {"phone", state.row.phone},
            {"span", state.row.span},
            {"segments", std::move(segments)},
            {"skills", std::move(skills)},
            {"certificates", std::move(certificates)}};
  }

  void save(const ManagerState& before, const ManagerState& after, bool is_known, const std::string& key,
            PutResult& result) {
    Json body = {{"manager", after.row.code}};
    const Json now = json_of(after);
    if (!is_known) {
      body.update(now);
      store_.insert(after.row, key);
      ++result.created;
    } else {
      const Json then = json_of(before);
      for (const auto& [field, value] : now.items()) {
        if (then[field] != value) body[field] = {then[field], value};
      }
      if (body.size() == 1) {
        ++result.unchanged;
        return;
      }
      store_.update(after.row);
      ++result.updated;
    }
    const ManagerId id = after.row.id;
    if (after.segments != before.segments) {
      store_.remove_segments(id);
      for (const auto& row : after.segments) store_.insert(row);
    }
    if (after.skills != before.skills) {
      store_.remove_skills(id);
      for (const auto& row : after.skills) store_.insert(row);
    }
    if (after.certificates != before.certificates) {
      store_.remove_certificates(id);
      for (const auto& row : after.certificates) store_.insert(row);
    }
    write_.journal().add(kManagerPut, id, dump_json(body));
  }

  Session& session_;
  WriteScope& write_;
  ManagerStore store_;
  Date today_;
  std::map<std::string, UnitId, std::less<>> units_;
  std::map<UnitId, std::string> unit_codes_;
  std::vector<ManagerId> given_spans_;
};

// A parent may stand behind its child: first they all exist, then they get their parents.
void write_units(WriteScope& write, const std::vector<storage::UnitRow>& rows,
                 const std::set<std::size_t>& changed) {
  ManagerStore store(write.db());
  for (const std::size_t at : changed) {
    storage::UnitRow row = rows[at];
    row.parent = {};
    store.put(row);
  }
  for (const std::size_t at : changed) {
    store.put(rows[at]);
    write.journal().add(kUnitPut, rows[at].id, dump_json({{"unit", rows[at].code}, {"name", rows[at].name}}));
  }
}

}  // namespace

PutResult put_units(Session& session, std::span<const UnitInput> units, const std::string& path) {
  WriteScope write(session);
  std::vector<storage::UnitRow> rows = ManagerStore(write.db()).units();
  std::map<std::string, std::size_t, std::less<>> index;
  const auto key_of = [](std::string_view code) {
    return text::find_invalid_utf8(code) ? std::string() : text::key_form(code);
  };
  for (std::size_t i = 0; i < rows.size(); ++i) index.emplace(key_of(rows[i].code), i);
  std::vector<Diagnostic> found;
  PutResult result;
  std::set<std::size_t> changed;
  std::map<std::string_view, std::size_t> places;
  // Codes first, so that a parent may come later in the same call.
  for (std::size_t i = 0; i < units.size(); ++i) {
    const std::string here = fmt::format("{}/{}", path, i);
    collect(found, here, "/code", [&] { text::require_code(units[i].code, {}); });
    const auto [first, is_first] = places.try_emplace(units[i].code, i);
    if (!is_first) refuse_twin(path, first->second, i, found);
    const auto [known, is_new] = index.try_emplace(key_of(units[i].code), rows.size());
    if (!is_new && rows[known->second].code != units[i].code) {
      found.push_back(
          {Code::conflict, here + "/code", "another unit's code differs only in its Unicode form"});
    }
    if (is_new || units[i].name) {
      collect(found, here, "/name", [&] { text::require_name(units[i].name.value_or(""), {}); });
    }
    if (!is_new) continue;
    const UnitId last = rows.empty() ? UnitId{} : rows.back().id;
    rows.push_back({UnitId{last.value + 1}, units[i].code, "", {}, false});
    changed.insert(rows.size() - 1);
    ++result.created;
  }
  for (std::size_t i = 0; i < units.size() && found.empty(); ++i) {
    const std::size_t at = index.find(key_of(units[i].code))->second;
    storage::UnitRow row = rows[at];
    if (units[i].name) row.name = *units[i].name;
    if (units[i].is_confidential) row.is_confidential = *units[i].is_confidential;
    if (const auto& code = units[i].parent) {
      const auto parent = code->empty() ? index.end() : index.find(key_of(*code));
      row.parent = parent == index.end() ? UnitId{} : rows[parent->second].id;
      if (parent == index.end() && !code->empty()) {
        found.push_back({Code::not_found, fmt::format("{}/{}/parent", path, i),
                         fmt::format("no unit {}", text::quoted(*code))});
      }
    }
    const bool is_same = row.name == rows[at].name && row.parent == rows[at].parent &&
                         row.is_confidential == rows[at].is_confidential;
    if (!changed.contains(at)) ++(is_same ? result.unchanged : result.updated);
    if (!is_same) changed.insert(at);
    rows[at] = std::move(row);
  }
  const auto path_of = [&](const storage::UnitRow& row) {
    const auto given =
        std::find_if(units.begin(), units.end(), [&](const auto& unit) { return unit.code == row.code; });
    return given == units.end() ? path : fmt::format("{}/{}/parent", path, given - units.begin());
  };
  if (found.empty()) check_unit_tree(rows, path_of, found);
  throw_if_any(std::move(found));
  write_units(write, rows, changed);
  write.commit();
  return result;
}

ManagersPut put_managers(Session& session, std::span<const ManagerInput> managers, const std::string& path) {
  WriteScope write(session);
  ManagerPutter putter(session, write);
  std::vector<Diagnostic> found;
  ManagersPut result;
  std::map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < managers.size() && found.size() < kViolationsMax; ++i) {
    const auto [first, is_new] = places.try_emplace(managers[i].code, i);
    if (!is_new) refuse_twin(path, first->second, i, found);
    putter.put(managers[i], fmt::format("{}/{}", path, i), found, result.counts);
  }
  throw_if_any(std::move(found));
  result.over_span = mark_over_span(write, session.today(), putter.given_spans());
  write.commit();
  return result;
}

}  // namespace crmcore::engine
