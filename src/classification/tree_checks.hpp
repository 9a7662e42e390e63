// What makes rows a forest, each check on its own.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "classification/tree.hpp"

namespace crmcore::classification {

using Row = std::int32_t;
inline constexpr Row kNoRow = -1;

// Rows by the key form of their code; the first row where a code stands twice.
using CodeIndex = std::unordered_map<std::string, Row>;
// Rows by folded name and alias, each row once per text.
using NameIndex = std::unordered_map<std::string, std::vector<Row>>;

// Texts, intervals and the uniqueness of codes.
CodeIndex check_rows(std::span<const NodeRow> rows, std::vector<Diagnostic>& found);

// Looks up parents; kNoRow for roots and unknown parents.
std::vector<Row> check_parents(std::span<const NodeRow> rows, const CodeIndex& codes,
                               std::vector<Diagnostic>& found);

// Cycles. Afterwards, when nothing was found, every chain of parents ends.
void check_cycles(std::span<const NodeRow> rows, std::span<const Row> parents,
                  std::vector<Diagnostic>& found);

// Depth, and that a node is valid only while its parent is: as long as it had the parents that it has on
// `date` (absent: the present ones). Precondition: no cycles.
void check_descent(std::span<const NodeRow> rows, std::span<const Row> parents, std::optional<Date> date,
                   std::vector<Diagnostic>& found);

// Parents, cycles, depth and validity of every tree of before. Precondition: check_rows() found nothing.
void check_past(std::span<const NodeRow> rows, std::span<const Row> parents, const CodeIndex& codes,
                std::vector<Diagnostic>& found);

// That an alias names one node at any date.
NameIndex check_names(std::span<const NodeRow> rows, const CodeIndex& codes, std::vector<Diagnostic>& found);

}  // namespace crmcore::classification
