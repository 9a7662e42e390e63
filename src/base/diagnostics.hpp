// What a part refuses, told by the whole: the part knows only paths inside itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crmcore/error.hpp"

namespace crmcore {

// Runs `check`; what it refuses is added to `found`, at `path` and `field` and its own path after them. They
// are put together only then: a bulk load has a million customers without violations.
template <class Check>
void collect(std::vector<Diagnostic>& found, std::string_view path, std::string_view field, Check check) {
  try {
    check();
  } catch (const Error& error) {
    for (const Diagnostic& one : error.diagnostics()) {
      found.push_back({one.code, std::string(path).append(field).append(one.path), one.message});
    }
  }
}

// Gives what `call` gives; what it refuses is refused at `path` and its own path after it.
template <class Call>
auto at_path(std::string_view path, Call call) {
  try {
    return call();
  } catch (const Error& error) {
    std::vector<Diagnostic> found = error.diagnostics();
    for (Diagnostic& one : found) one.path.insert(0, path);
    throw Error(std::move(found));
  }
}

}  // namespace crmcore
