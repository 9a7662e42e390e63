// What a customer was when it was made: what it is now, without the changes since. Contents are a JSON object
// with a member for each thing that a host gave: "code", "name", "kind", "short_name", "since",
// "class:<axis>", "attribute:<code>", "contact:<number>", "identifier:<kind>", and of details
// "<kind>:<key>".
// tests/archive/contents_test.cpp undoes random lives.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crmcore::archive {

// The order of the members beside the fields: axes and attributes as they were defined, contacts by number,
// identifiers by kind, details by kind and key.
struct ContentsOrder {
  std::vector<std::string_view> axes;
  std::vector<std::string_view> attributes;
};

// Takes back `updates`, oldest first: bodies of customer.updated, whose members are [before, after, …] with
// "" or null for what was not there; members "class_past:…" are of classes that had ended. Throws
// Error(corrupt) for bodies that are none, and where an update says another value after it than what is
// there: somebody changed it beside the library.
std::string undo_updates(std::string_view contents, std::span<const std::string> updates,
                         const ContentsOrder& order);

}  // namespace crmcore::archive
