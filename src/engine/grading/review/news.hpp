// Whose facts may differ from what the last review of a scheme saw.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/core/session.hpp"
#include "grading/model.hpp"
#include "storage/review_store.hpp"

namespace crmcore::engine {

// Subjects by id.
class SubjectSet {
 public:
  explicit SubjectSet(SubjectId last) : bits_(place_of(last) + 1) {}

  void add(SubjectId subject) {
    if (place_of(subject) < bits_.size()) bits_[place_of(subject)] = true;
  }
  bool has(SubjectId subject) const { return place_of(subject) < bits_.size() && bits_[place_of(subject)]; }

 private:
  static std::size_t place_of(SubjectId subject) noexcept { return static_cast<std::size_t>(subject.value); }

  std::vector<bool> bits_;
};

struct News {
  SubjectSet subjects;
  SubjectSet moved;  // of these, whose state changed outside of reviews
};

// Nothing where anybody's facts may differ, or so many that it is not worth it. Who was in grace or on the
// blacklist in that review is not among the news and is to be added. Precondition: `model` is of the same
// scheme version and not of an earlier date.
std::optional<News> find_news(Session& session, sqlite::Connection& db, const grading::Model& model,
                              const storage::ReviewRow& last);

}  // namespace crmcore::engine
