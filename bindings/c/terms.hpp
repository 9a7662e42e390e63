// Errors in the caller's words: the classes behind the C interface name members, its callers gave parameters.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "crmcore/error.hpp"

#include "guard.hpp"

namespace crmcore::c {

// Where the classes say `member` ("/customer"), the caller said `parameter` ("/customer_id"); what lies below
// it follows. The empty member is the input as a whole.
struct Term {
  std::string_view member;
  std::string_view parameter;
};

std::vector<Diagnostic> renamed(std::vector<Diagnostic> diagnostics, std::span<const Term> terms);

// Gives what `call` gives; what it refuses is refused in the caller's terms.
template <class Call>
auto in_terms(std::span<const Term> terms, Call call) {
  return translate(call, [&](const Error& error) { return Error(renamed(error.diagnostics(), terms)); });
}
template <class Call>
auto in_terms(std::initializer_list<Term> terms, Call call) {
  return in_terms(std::span(terms.begin(), terms.size()), std::move(call));
}

// The parameters that typed functions name otherwise.
inline constexpr Term kTyped[] = {
    {"/customer", "/customer_id"}, {"/as_of", "/as_of_day"}, {"/from", "/from_day"}, {"/to", "/to_day"}};

}  // namespace crmcore::c
