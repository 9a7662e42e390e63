// The main job of crmcore on a small invented business, step by step. Each step is a file of its own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/database.hpp"

namespace demo {

// A promotion or demotion, told at the review that decided it.
struct Move {
  std::string date;
  std::string customer;
  std::string name;
  std::string from;
  std::string to;
  std::string why;
  std::int64_t revenue = 0;  // of the scheme's window, minor units
  bool is_up = false;
};

// Customers with their classes, the organisation, schemes and policy.
void load_archive(crmcore::Connection& connection);
// How many there are of each region and asset band.
void show_classes(crmcore::Connection& connection);

// Eighteen months: what billing delivers, a review and an assignment run each. Returns all moves, oldest
// first.
std::vector<Move> live_through(crmcore::Connection& connection);

// Grades after the last review.
void show_pyramid(crmcore::Connection& connection);
void show_grades_by_region(crmcore::Connection& connection);
void show_migration(crmcore::Connection& connection);
void show_moves(crmcore::Connection& connection, const std::vector<Move>& moves);
void show_explanation(crmcore::Connection& connection);

// Account managers. The first one hands over what a manager who leaves had.
void show_handover(crmcore::Connection& connection);
void show_loads(crmcore::Connection& connection);
void show_service(crmcore::Connection& connection);

}  // namespace demo
