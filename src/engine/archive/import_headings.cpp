#include "engine/archive/import_headings.hpp"

#include "crmcore/error.hpp"

#include "base/format.hpp"
#include "base/text.hpp"

namespace crmcore::engine {
namespace {

struct UnitOfAmount {
  std::string_view words;  // behind a heading, in parentheses
  int power_of_ten;
};
constexpr UnitOfAmount kUnitsOfAmount[] = {
    {"(元)", 0}, {"(千元)", 3}, {"(万元)", 4}, {"(百万元)", 6}, {"(亿元)", 8},
};

}  // namespace

std::string heading_form(std::string_view heading) {
  std::string form = text::fold(heading);
  std::erase_if(form, [](char c) { return c == ' ' || c == '_'; });
  return form;
}

int take_unit(std::string& form) {
  for (const UnitOfAmount& unit : kUnitsOfAmount) {
    if (!form.ends_with(unit.words)) continue;
    form.erase(form.size() - unit.words.size());
    return unit.power_of_ten;
  }
  return 0;
}

void require_divided(std::string_view heading, char separator) {
  for (const char other : {';', '\t', '|', ','}) {
    if (other == separator || heading.find(other) == std::string_view::npos) continue;
    const std::string said = other == '\t' ? "\\t" : std::string(1, other);
    throw Error(
        Code::invalid,
        fmt::format("the header is one column, '{}'; if '{}' stands between columns, say so: separator, "
                    "on the command line --separator '{}'",
                    heading, said, said),
        "/lines/1");
  }
}

}  // namespace crmcore::engine
