#include "engine/classification/customer_filter.hpp"

#include <algorithm>
#include <utility>

#include "base/format.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "storage/assignment_store.hpp"
#include "storage/manager_store.hpp"
#include "storage/scheme_store.hpp"

namespace crmcore::engine {
namespace {

// Which numbers are of the node's subtree; without a node those without a class.
std::vector<std::int64_t> parts_below(const AxisOn& axis, const CustomerFilter& filter,
                                      const std::string& path) {
  const storage::NodeNumbers& numbers = axis.axis().numbers;
  std::vector<std::int64_t> parts(numbers.size() + 1, kOutside);
  if (filter.value.empty()) {
    parts[0] = 0;
    return parts;
  }
  const auto& tree = axis.tree();
  const auto resolution = tree.resolve(filter.value, axis.date());
  if (resolution.kind != classification::Resolution::Kind::found) {
    const bool is_unknown = resolution.kind == classification::Resolution::Kind::unknown;
    throw Error(is_unknown ? Code::not_found : Code::invalid, resolution.reason, path + "/node");
  }
  const PositionRange below = tree.subtree(resolution.position);
  for (Position at = below.begin; at < below.end; ++at) parts[numbers.number(tree.node(at).id)] = 0;
  return parts;
}

std::vector<std::int64_t> parts_of_grade(const SchemeGrades& scheme, const CustomerFilter& filter,
                                         const std::string& path) {
  const auto wanted = std::find(scheme.labels.begin(), scheme.labels.end(), filter.value);
  if (wanted == scheme.labels.end()) {
    throw Error(Code::not_found,
                fmt::format("scheme '{}' has no grade {}", filter.code, text::quoted(filter.value)),
                path + "/name");
  }
  std::vector<std::int64_t> parts(scheme.by_number.size(), kOutside);
  for (std::size_t number = 0; number < parts.size(); ++number) {
    if (scheme.by_number[number] == wanted - scheme.labels.begin()) parts[number] = 0;
  }
  return parts;
}

}  // namespace

DimensionGroups groups_of(const AxisOn& axis, const Dimension& dimension, const std::string& path) {
  const auto& tree = axis.tree();
  const storage::NodeNumbers& numbers = axis.axis().numbers;
  Position root = kNowhere;
  if (!dimension.under.empty()) {
    const auto resolution = tree.resolve(dimension.under, axis.date());
    if (resolution.kind != classification::Resolution::Kind::found) {
      throw Error(Code::not_found, resolution.reason, path + "/under");
    }
    root = resolution.position;
  }
  const bool has_root = root != kNowhere;
  const int level = dimension.level.value_or(has_root ? tree.level(root) + 1 : classification::kDepthMax);
  if (has_root && level < tree.level(root)) {
    throw Error(Code::invalid,
                fmt::format("level {} lies above {}, which has level {}", level,
                            text::quoted(dimension.under), tree.level(root)),
                path + "/level");
  }
  DimensionGroups groups;
  groups.by_number.resize(numbers.size() + 1, kOutside);
  std::vector<std::int64_t> shown(tree.size(), kOutside);
  for (Position at = 0; at < static_cast<Position>(tree.size()); ++at) {
    if (has_root && !tree.subtree(root).contains(at)) continue;
    auto& group = shown[static_cast<std::size_t>(at)];
    if (tree.level(at) <= level) {
      group = static_cast<std::int64_t>(groups.labels.size());
      groups.labels.push_back(tree.node(at).code);
    } else {
      group = shown[static_cast<std::size_t>(tree.parent(at))];
    }
    groups.by_number[numbers.number(tree.node(at).id)] = group;
  }
  groups.labels.emplace_back();
  groups.by_number[0] = has_root ? kOutside : static_cast<std::int64_t>(groups.labels.size()) - 1;
  return groups;
}

SchemeGrades grades_of_scheme(sqlite::Connection& db, const std::string& code, const std::string& path) {
  storage::SchemeStore store(db);
  const bool is_text = !text::find_invalid_utf8(code);
  const auto scheme = is_text ? store.find(text::key_form(code)) : std::nullopt;
  if (!scheme) throw Error(Code::not_found, fmt::format("no scheme {}", text::quoted(code)), path);
  SchemeGrades grades;
  grades.id = scheme->id;
  std::string blocked;
  for (const auto& row : store.grades(scheme->id)) {
    if (row.grade >= 0)
      grades.labels.push_back(row.name);
    else
      blocked = row.name;
  }
  const std::int64_t count = std::ssize(grades.labels);
  grades.labels.push_back(blocked);
  grades.labels.emplace_back();
  grades.by_number.assign(storage::number_of_grade(0), count + 1);
  grades.by_number[storage::number_of_grade(-2)] = count;
  for (std::int64_t grade = 0; grade < count; ++grade) grades.by_number.push_back(grade);
  return grades;
}

void FilterColumns::keep_of_manager(CustomerId first, std::span<std::uint8_t> chosen) const {
  if (!has_manager) return;
  auto next = std::lower_bound(of_manager.begin(), of_manager.end(), first);
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const CustomerId customer{first.value + static_cast<std::int64_t>(i)};
    const bool is_of_manager = next != of_manager.end() && *next == customer;
    if (is_of_manager) {
      ++next;
    } else {
      chosen[i] = 0;
    }
  }
}

FilterColumns columns_of(Session& session, std::span<const CustomerFilter> filters, CustomerId from,
                         std::optional<Date> as_of) {
  if (filters.size() > kFiltersMax) {
    throw Error(Code::limit, fmt::format("{} filters; at most {} are allowed", filters.size(), kFiltersMax),
                "/filters");
  }
  sqlite::Connection& db = session.db();
  FilterColumns columns(db);
  if (as_of) columns.pass.add(column_of_customers(db, *as_of), {kOutside, 0});
  for (std::size_t i = 0; i < filters.size(); ++i) {
    const CustomerFilter& filter = filters[i];
    const std::string path = fmt::format("/filters/{}", i);
    if (filter.kind == CustomerFilter::Kind::axis) {
      const AxisOn axis(require_axis(session.catalog(), filter.code, path + "/axis"), as_of);
      columns.pass.add(axis.column(db, from), parts_below(axis, filter, path));
    } else if (as_of) {
      refuse_as_of(path);
    } else if (filter.kind == CustomerFilter::Kind::grade) {
      const SchemeGrades scheme = grades_of_scheme(db, filter.code, path + "/grade");
      columns.pass.add(NumberColumn(db, storage::vector_of(scheme.id), from),
                       parts_of_grade(scheme, filter, path));
    } else {
      if (columns.has_manager) throw Error(Code::invalid, "a second manager", path + "/manager");
      const bool is_text = !text::find_invalid_utf8(filter.code);
      const auto manager =
          is_text ? storage::ManagerStore(db).find(text::key_form(filter.code)) : std::nullopt;
      if (!manager) {
        throw Error(Code::not_found, fmt::format("no manager {}", text::quoted(filter.code)),
                    path + "/manager");
      }
      columns.has_manager = true;
      columns.of_manager = storage::AssignmentStore(db).customers_of(manager->id);
      columns.of_manager.erase(columns.of_manager.begin(),
                               std::lower_bound(columns.of_manager.begin(), columns.of_manager.end(), from));
    }
  }
  return columns;
}

CustomerFilter read_filter(ObjectReader& in) {
  const auto axis = in.text("axis", kCodeBytesMax);
  const auto node = in.about("code, name or alias; the node and all below it; absent: without a class")
                        .text("node", kTextBytesMax);
  const auto grade = in.about("code of the scheme").text("grade", kCodeBytesMax);
  const auto name = in.about("of the grade in force; absent: ungraded").text("name", kNameBytesMax);
  const auto manager = in.about("code of the primary").text("manager", kCodeBytesMax);
  if ((axis ? 1 : 0) + (grade ? 1 : 0) + (manager ? 1 : 0) != 1) {
    in.fail(Code::invalid, "axis", "exactly one of axis, grade (a scheme) and manager is needed");
  }
  if (node && !axis) in.fail(Code::invalid, "node", "only an axis has nodes");
  if (name && !grade) in.fail(Code::invalid, "name", "only a scheme has grades");
  CustomerFilter filter;
  filter.kind = axis    ? CustomerFilter::Kind::axis
                : grade ? CustomerFilter::Kind::grade
                        : CustomerFilter::Kind::manager;
  filter.code = axis ? *axis : grade ? *grade : manager.value_or("");
  filter.value = axis ? node.value_or("") : name.value_or("");
  return filter;
}

}  // namespace crmcore::engine
