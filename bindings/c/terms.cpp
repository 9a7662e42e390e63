#include "terms.hpp"

#include <string>

namespace crmcore::c {
namespace {

// A file that is busy is no fault of the input's.
bool is_about_input(Code code) noexcept {
  return code == Code::invalid || code == Code::utf8 || code == Code::range || code == Code::limit ||
         code == Code::denied;
}

bool is_meant(const Diagnostic& one, std::string_view member) {
  if (member.empty()) return one.path.empty() && is_about_input(one.code);
  return one.path.starts_with(member) && (one.path.size() == member.size() || one.path[member.size()] == '/');
}

}  // namespace

std::vector<Diagnostic> renamed(std::vector<Diagnostic> diagnostics, std::span<const Term> terms) {
  for (Diagnostic& one : diagnostics) {
    for (const Term& term : terms) {
      if (!is_meant(one, term.member)) continue;
      one.path.replace(0, term.member.size(), term.parameter);
      break;
    }
  }
  return diagnostics;
}

}  // namespace crmcore::c
