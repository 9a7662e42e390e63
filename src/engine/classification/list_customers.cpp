// A page begins behind the customer that the page before ended with (keyset), so that each costs the same. In
// the order of ids the filters are passed over from there on until there are enough. There is no index of
// names, which would make loading customers dearer by a half: in their order the names of all who are chosen
// are read, one by one where they are few, and the first ones are kept. tests/engine/packed_vector_test.cpp
// compares pages with SQL over the views.
#include "engine/classification/list_customers.hpp"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "base/format.hpp"
#include "engine/classification/customer_filter.hpp"
#include "storage/customer_store.hpp"
#include "storage/sqlite/transaction.hpp"

namespace crmcore::engine {
namespace {

// So many are looked up one by one; of more all names are read.
constexpr std::size_t kLookedUpMax = 4096;

// Keeps the first ones by name and id.
class FirstByName {
 public:
  explicit FirstByName(std::size_t wanted) : wanted_(wanted) {}

  void add(const storage::NamedRow& row) {
    const auto is_before = [](const auto& a, const auto& b) {
      return std::tie(a.name, a.id) < std::tie(b.name, b.id);
    };
    if (first_.size() == wanted_) {
      if (std::tuple(row.name, row.id) >=
          std::tuple(std::string_view(first_.front().name), first_.front().id))
        return;
      std::pop_heap(first_.begin(), first_.end(), is_before);
      first_.pop_back();
    }
    first_.push_back({row.id, std::string(row.code), std::string(row.name)});
    std::push_heap(first_.begin(), first_.end(), is_before);
  }
  std::vector<ListedCustomer> take() {
    std::sort(first_.begin(), first_.end(),
              [](const auto& a, const auto& b) { return std::tie(a.name, a.id) < std::tie(b.name, b.id); });
    return std::move(first_);
  }

 private:
  std::size_t wanted_;
  std::vector<ListedCustomer> first_;  // a heap, the last one in front
};

class Lister {
 public:
  Lister(Session& session, const ListRequest& request)
      : session_(session), request_(request), store_(session.db()), last_(store_.last_id()) {}

  CustomerList run() {
    const std::size_t wanted =
        static_cast<std::size_t>(request_.limit) + 1;  // one more: is there a next page
    std::vector<ListedCustomer> found = request_.order == ListOrder::id ? by_id(wanted) : by_name(wanted);
    CustomerList list;
    list.has_more = found.size() == wanted;
    if (list.has_more) found.pop_back();
    list.customers = std::move(found);
    return list;
  }

 private:
  // Calls `visit(customer)` for those chosen behind `after`, by id, until it returns false.
  template <class Visit>
  void visit_chosen(CustomerId after, Visit visit) {
    const CustomerId from{std::clamp<std::int64_t>(after.value, 0, last_.value) + 1};  // behind all: nobody
    FilterColumns filters = columns_of(session_, request_.filters, from, request_.as_of);
    std::vector<std::uint8_t> chosen;
    filters.pass.run(from, last_, [&](CustomerId first, std::span<const std::int32_t> cells) {
      chosen.assign(cells.size(), 0);
      for (std::size_t i = 0; i < cells.size(); ++i) chosen[i] = cells[i] >= 0 ? 1 : 0;
      filters.keep_of_manager(first, chosen);
      for (std::size_t i = 0; i < chosen.size(); ++i) {
        if (chosen[i] == 0) continue;
        if (!visit(CustomerId{first.value + static_cast<std::int64_t>(i)})) return false;
      }
      return true;
    });
  }

  ListedCustomer told(CustomerId id) {
    auto row = store_.find(id);
    if (!row) return {id, {}, {}};
    return {id, std::move(row->code), std::move(row->name)};
  }

  std::vector<ListedCustomer> by_id(std::size_t wanted) {
    std::vector<ListedCustomer> found;
    visit_chosen(request_.after_id, [&](CustomerId id) {
      found.push_back(told(id));
      return found.size() < wanted;
    });
    return found;
  }

  bool is_behind(const ListedCustomer& one) const {
    return std::tie(one.name, one.id) > std::tie(request_.after_name, request_.after_id);
  }

  std::vector<ListedCustomer> by_name(std::size_t wanted) {
    std::vector<std::uint8_t> chosen;
    std::vector<CustomerId> few;
    if (!request_.filters.empty() || request_.as_of) {
      chosen.resize(static_cast<std::size_t>(last_.value) + 1);
      visit_chosen({}, [&](CustomerId id) {
        chosen[static_cast<std::size_t>(id.value)] = 1;
        if (few.size() <= kLookedUpMax) few.push_back(id);
        return true;
      });
    }
    FirstByName first(wanted);
    if (!chosen.empty() && few.size() <= kLookedUpMax) {
      for (const CustomerId id : few) {
        const ListedCustomer one = told(id);
        if (is_behind(one)) first.add({id, one.code, one.name});
      }
      return first.take();
    }
    store_.names_behind(request_.after_name, request_.after_id, [&](const storage::NamedRow& row) {
      const auto at = static_cast<std::size_t>(row.id.value);
      if (chosen.empty() || (at < chosen.size() && chosen[at] != 0)) first.add(row);
    });
    return first.take();
  }

  Session& session_;
  const ListRequest& request_;
  storage::CustomerStore store_;
  CustomerId last_;
};

}  // namespace

CustomerList list_customers(Session& session, const ListRequest& request) {
  if (request.limit < 1 || request.limit > kListMax) {
    throw Error(Code::range, fmt::format("{} customers; 1 to {} are allowed", request.limit, kListMax),
                "/limit");
  }
  sqlite::ReadTransaction snapshot(session.db());
  return Lister(session, request).run();
}

}  // namespace crmcore::engine
