// A move is told as other changes of a class are, with the day from which it counts, and what it did to
// classes that had ended by then beside it: verify does the same to what it was told before
// (verify_customers.cpp).
#include "engine/classification/move_classes.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/json.hpp"
#include "engine/archive/put_customers.hpp"
#include "storage/packed_vector.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

// Splits the classes that ended after the day; true when there were any.
bool move_past(storage::CustomerStore& store, const CatalogAxis& axis, Date day, const ClassMove& move) {
  bool is_moved = false;
  for (const storage::PastClassRow& past : store.past(move.customer)) {
    if (past.axis != axis.row.id || past.node != move.from || !(day < past.to)) continue;
    is_moved = true;
    store.remove_past(move.customer, past.axis, past.to);
    if (past.from < day) store.insert_past(move.customer, {past.axis, past.from, day, move.from});
    store.insert_past(move.customer, {past.axis, std::max(past.from, day), past.to, move.to});
  }
  return is_moved;
}

}  // namespace

void move_classes(WriteScope& write, const CatalogAxis& axis, Date day, std::span<const ClassMove> moves) {
  storage::CustomerStore store(write.db());
  storage::VectorWriter vectors(write.db());
  const auto code = [&](NodeId id) { return axis.node(id) ? axis.node(id)->code : std::string(); };
  for (const ClassMove& move : moves) {
    auto row = storage::named(store.find(move.customer), move.customer, "customer");
    Json body = Json::object();
    const Json told = {code(move.from), code(move.to), format_date(day)};
    storage::ClassRow classes = store.classes(move.customer);
    if (classes[axis.slot()] == move.from) {
      const Date from = store.last_change(move.customer, axis.row.id).value_or(row.since);
      if (from < day) store.insert_past(move.customer, {axis.row.id, from, day, move.from});
      classes[axis.slot()] = move.to;
      store.update_classes(move.customer, classes);
      vectors.set(storage::vector_of(axis.row.id), move.customer, axis.numbers.number(move.to));
      body["class:" + axis.row.code] = told;
    }
    if (move_past(store, axis, day, move)) body["class_past:" + axis.row.code] = told;
    row.version = write.journal().next_seq();
    store.update(row);
    write.journal().add(kCustomerUpdated, move.customer, dump_json(body));
  }
  vectors.flush();
}

}  // namespace crmcore::engine
