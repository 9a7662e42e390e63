// The fields that every customer has: what is given and what is there make what is to be.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crmcore/archive.hpp"

namespace crmcore::archive {

// Appends what no customer may have, with paths below `path`.
void check_fields(const CustomerInput& given, const std::string& path, std::vector<Diagnostic>& found);

// Returns the customer as it is to be: what is given, else as `known` has it. Nothing, and why in `found`,
// when the two contradict each other. `known` is nullptr for a new customer, who comes on `today` and has
// neither id nor version yet. Precondition: check_fields() found nothing, and the code names `known`, now or
// before.
std::optional<Customer> merge_fields(const Customer* known, const CustomerInput& given, Date today,
                                     const std::string& path, std::vector<Diagnostic>& found);

// Tells whether two states of a customer differ in what a host can give.
bool has_same_fields(const Customer& a, const Customer& b) noexcept;

}  // namespace crmcore::archive
