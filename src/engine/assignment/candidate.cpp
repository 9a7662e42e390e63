#include "engine/assignment/candidate.hpp"

#include <utility>

#include "base/diagnostics.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "engine/grading/analysis/what_if.hpp"
#include "engine/grading/review/last.hpp"

namespace crmcore::engine {
namespace {

// What is wrong with what was found for a document that is tried is wrong with the document.
template <class Call>
auto blamed_on(const char* path, Call call) {
  try {
    return call();
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("the candidate: {}", error.message()), path);
  }
}

std::vector<GivenGrade> grades_under(Session& session, const assignment::Policy& policy,
                                     const Json& document) {
  if (policy.scheme.empty())
    throw Error(Code::conflict, fmt::format("policy {} reads no grades", policy.code), "/candidate_scheme");
  const LastReview last =
      blamed_on("/candidate_scheme", [&] { return require_last_review(session.db(), policy.scheme); });
  const CandidateGrades graded = candidate_grades(session, last, document, "/candidate_scheme");
  if (graded.scheme.grades != policy.grades) {
    throw Error(
        Code::conflict,
        fmt::format("the scheme gives {}, but policy {} reads {}", fmt::join(graded.scheme.grades, ", "),
                    policy.code, fmt::join(policy.grades, ", ")),
        "/candidate_scheme/grades");
  }
  std::vector<GivenGrade> grades;
  grades.reserve(graded.subjects.size());
  for (std::size_t i = 0; i < graded.subjects.size(); ++i)
    grades.push_back({customer_of(graded.subjects[i]), graded.grades[i]});
  return grades;
}

}  // namespace

CandidateRequest read_candidate_request(ObjectReader& in) {
  const auto document = [&](std::string_view key, std::string_view about, std::string_view kind) {
    const Json* json = in.value(key, schema::about(about, schema::reference(kind)));
    if (json == nullptr || json->is_null()) return static_cast<const Json*>(nullptr);
    if (!json->is_object()) in.fail(Code::invalid, key, "must be an object");
    return json;
  };
  CandidateRequest request;
  request.policy = in.about("in force; may be empty when there is one").text_or("policy", kCodeBytesMax, "");
  request.candidate = document("candidate", "a policy document in its place; absent: the same", "policy");
  request.candidate_scheme = document(
      "candidate_scheme", "a scheme document that gives the grades; absent: those in force", "scheme");
  request.as_of = in.about("absent: today").date("as_of");
  return request;
}

PolicyInQuestion policy_in_force(Session& session, const CandidateRequest& request, Date as_of) {
  auto loaded = load_policy_or_only(session.db(), request.policy);
  if (!loaded) throw Error(Code::not_found, "there is no policy", "/policy");
  AssignmentFacts facts = load_assignment_facts(session, *loaded, as_of, {});
  return {*std::move(loaded), std::move(facts)};
}

PolicyInQuestion policy_that_is_tried(Session& session, const CandidateRequest& request,
                                      const LoadedPolicy& in_force, Date as_of) {
  LoadedPolicy loaded = request.candidate == nullptr ? in_force : at_path("/candidate", [&] {
    return policy_to_try(session, *request.candidate, in_force.id);
  });
  std::optional<std::vector<GivenGrade>> grades;
  if (request.candidate_scheme != nullptr)
    grades = grades_under(session, loaded.policy, *request.candidate_scheme);
  const auto load = [&] { return load_assignment_facts(session, loaded, as_of, {}, grades); };
  AssignmentFacts facts = request.candidate == nullptr ? load() : blamed_on("/candidate/levels", load);
  return {std::move(loaded), std::move(facts)};
}

}  // namespace crmcore::engine
