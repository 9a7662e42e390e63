// What people say against the rules is kept beside the computed grade and never instead of it: an override
// and a trigger wait for the next review of any kind, the blacklist acts at once. Invariants: of one customer
// under one scheme at most one override of a kind holds on a day, and a floor is never above a ceiling; who
// proposed does not decide; everything has a reason and an actor, and nothing is ever deleted, only lifted.
// tests/engine/grading_people_test.cpp proves them.
#include "engine/grading/overrides.hpp"

#include <array>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/object_reader.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "engine/archive/customers.hpp"
#include "engine/core/naming.hpp"
#include "engine/core/room.hpp"
#include "engine/grading/method_parts.hpp"
#include "engine/grading/review/facts.hpp"
#include "engine/grading/review/pass.hpp"
#include "engine/grading/review/population.hpp"
#include "engine/grading/schemes.hpp"
#include "grading/bounds.hpp"
#include "grading/scheme.hpp"
#include "storage/ledger_block.hpp"
#include "storage/override_store.hpp"
#include "storage/review_store.hpp"
#include "storage/scheme_store.hpp"

namespace crmcore::engine {
namespace {

using storage::OverrideRow;
using storage::OverrideStore;

void require_known(Session& session, CustomerId customer) {
  if (find_customer(session, customer)) return;
  throw_no_customer(session.db(), customer, "/customer");
}

bool overlap(const OverrideRow& a, const OverrideRow& b) {
  const auto ends_before = [](const OverrideRow& one, Date date) {
    return (one.until && *one.until <= date) || (one.lifted && *one.lifted <= date);
  };
  return !ends_before(a, b.from) && !ends_before(b, a.from);
}

// Whether an override that is put again says what one that holds says already.
bool says_the_same(const OverrideRow& known, const OverrideRow& row, bool is_any_start) {
  const bool is_approved = row.status == OverrideStatus::proposed && known.status == OverrideStatus::in_force;
  return !known.lifted && (known.status == row.status || is_approved) && known.kind == row.kind &&
         known.grade == row.grade && known.until == row.until && known.reason == row.reason &&
         (known.from == row.from || (is_any_start && known.covers(row.from)));
}

// Two overrides of one kind at a time, or a floor above a ceiling, would contradict each other.
void require_no_contradiction(const std::vector<OverrideRow>& others, const OverrideRow& row,
                              const grading::Scheme& scheme) {
  for (const OverrideRow& other : others) {
    if (other.status == OverrideStatus::declined || !overlap(other, row)) continue;
    const auto named = [&](const OverrideRow& one) {
      return fmt::format("{} {}", word_of(one.kind),
                         scheme.grade_name(static_cast<grading::Grade>(one.grade)));
    };
    if (other.kind == row.kind) {
      throw Error(Code::conflict,
                  fmt::format("override {}, {} from {}, holds at the same time; lift it first",
                              other.override_no.value, named(other), format_date(other.from)),
                  "/kind");
    }
    const bool is_floor = row.kind == OverrideKind::floor;
    const OverrideRow& floor = is_floor ? row : other;
    const OverrideRow& ceiling = is_floor ? other : row;
    if (floor.kind == OverrideKind::floor && ceiling.kind == OverrideKind::ceiling &&
        floor.grade < ceiling.grade) {
      throw Error(Code::conflict,
                  fmt::format("{} and {} of override {} leave no grade", named(row), named(other),
                              other.override_no.value),
                  "/grade");
    }
  }
}

OverrideRow require_override(sqlite::Connection& db, SchemeId scheme, CustomerId customer,
                             OverrideNo number) {
  for (auto& row : OverrideStore(db).of_subject(scheme, subject_of(customer))) {
    if (row.override_no == number) return row;
  }
  throw Error(Code::not_found,
              fmt::format("customer {} has no override {}", told_customer(db, customer), number.value),
              "/override");
}

Json override_json(const grading::Scheme& scheme, const OverrideRow& row) {
  return {{"scheme", scheme.code},
          {"override", row.override_no.value},
          {"kind", word_of(row.kind)},
          {"grade", scheme.grade_name(static_cast<grading::Grade>(row.grade))},
          {"reason", row.reason}};
}

// Whether the customer belongs to the population of a scheme that has reviewed it, or could have.
bool is_reviewed(Session& session, sqlite::Connection& db, const LoadedScheme& loaded, CustomerId customer,
                 Date today) {
  if (!storage::ReviewStore(db).last(loaded.id)) return false;
  const grading::Model model(loaded.scheme, today);
  const std::array<SubjectId, 1> wanted{subject_of(customer)};
  ReviewFacts facts;
  facts.reserve(model.factor_count(), wanted.size());
  FactsReader(db, session.catalog(), model).read(customer.value / storage::kBlockCustomers, wanted, facts);
  return facts.size() > 0;
}

// Moves the customer's grades as the blacklist asks, under every scheme whose grades it has or would have.
void move_all(Session& session, WriteScope& write, CustomerId customer, Date today, bool is_blacklisted) {
  storage::ReviewStore reviews(write.db());
  storage::SchemeStore schemes(write.db());
  for (const auto& row : schemes.all()) {
    const auto stored = reviews.state(row.id, subject_of(customer));
    if (row.subject != "customer") continue;
    const LoadedScheme loaded = load_scheme(write.db(), row.id);
    const grading::Scheme& scheme = loaded.scheme;
    const bool is_graded =
        stored && (stored->grade != grading::kUngraded || stored->computed != grading::kUngraded);
    if (!is_graded && (!is_blacklisted || !is_reviewed(session, write.db(), loaded, customer, today)))
      continue;
    grading::Circumstances circumstances;
    circumstances.scheme_version = scheme.version;
    circumstances.scheduled = false;
    circumstances.blacklisted = is_blacklisted;
    for (const auto& override : OverrideStore(write.db()).of_subject(row.id, subject_of(customer))) {
      if (override.status != OverrideStatus::in_force || !override.covers(today)) continue;
      grade_by(circumstances, override.kind) = static_cast<grading::Grade>(override.grade);
    }
    // Without a target nothing but blacklist and overrides can move it.
    const grading::State before = stored ? state_of(*stored) : grading::State{};
    const grading::Decision decision = grading::move(scheme.movement, before, {}, circumstances, today);
    if (decision.next != before) save_state(write, row.id, subject_of(customer), decision.next, today);
    if (decision.event) save_move(write, scheme, {row.id, subject_of(customer), {}, *decision.event, today});
  }
}

}  // namespace

OverridePlace put_override(Session& session, const OverrideInput& input) {
  WriteScope write(session);
  const LoadedScheme loaded = load_scheme(write.db(), input.scheme);
  require_known(session, input.customer);
  text::require_reason(input.reason);
  const auto grade = loaded.scheme.grade_named(input.grade);
  if (!grade || !grading::is_ranked(*grade)) {
    throw Error(Code::invalid,
                fmt::format("{} is not a grade of scheme {}", text::quoted(input.grade), input.scheme),
                "/grade");
  }
  OverrideStore store(write.db());
  const auto others = store.of_subject(loaded.id, subject_of(input.customer));
  OverrideRow row;
  row.subject = subject_of(input.customer);
  row.override_no = OverrideNo{others.empty() ? 1 : others.back().override_no.value + 1};
  row.kind = input.kind;
  if (word_of(input.kind).empty()) throw Error(Code::invalid, "must be pin, floor or ceiling", "/kind");
  row.grade = *grade;
  row.from = input.from.value_or(session.today());
  row.until = input.to;
  row.reason = input.reason;
  row.actor = session.actor();
  row.status = input.is_proposal ? OverrideStatus::proposed : OverrideStatus::in_force;
  if (row.until && *row.until <= row.from) {
    throw Error(Code::invalid,
                fmt::format("{} is not after the start, {}", format_date(*row.until), format_date(row.from)),
                "/to");
  }
  for (const OverrideRow& other : others) {
    if (says_the_same(other, row, !input.from)) return {other.override_no, true};
  }
  require_no_contradiction(others, row, loaded.scheme);
  store.insert(loaded.id, row);
  Json body = override_json(loaded.scheme, row);
  body["from"] = format_date(row.from);
  if (row.until) body["to"] = format_date(*row.until);
  body["is_proposal"] = input.is_proposal;
  write.journal().add(kOverridePut, input.customer, dump_json(body));
  write.commit();
  return {row.override_no, false};
}

void lift_override(Session& session, CustomerId customer, std::string_view scheme, OverrideNo override,
                   std::string_view reason) {
  WriteScope write(session);
  const LoadedScheme loaded = load_scheme(write.db(), scheme);
  text::require_reason(reason);
  OverrideStore store(write.db());
  const OverrideRow row = require_override(write.db(), loaded.id, customer, override);
  if (row.lifted) {
    throw Error(Code::conflict,
                fmt::format("override {} was lifted on {}", override.value, format_date(*row.lifted)),
                "/override");
  }
  store.lift(loaded.id, subject_of(customer), override, session.today());
  Json body = override_json(loaded.scheme, row);
  body["reason"] = reason;
  write.journal().add(kOverrideLifted, customer, dump_json(body));
  write.commit();
}

void decide_override(Session& session, CustomerId customer, std::string_view scheme, OverrideNo override,
                     bool is_approved) {
  WriteScope write(session);
  const LoadedScheme loaded = load_scheme(write.db(), scheme);
  OverrideStore store(write.db());
  const OverrideRow row = require_override(write.db(), loaded.id, customer, override);
  if (row.status != OverrideStatus::proposed || row.lifted) {
    throw Error(Code::conflict, fmt::format("override {} is no open proposal", override.value), "/override");
  }
  if (row.actor == session.actor()) {
    throw Error(Code::denied,
                fmt::format("{} proposed override {}; somebody else decides on it", text::quoted(row.actor),
                            override.value),
                "/override");
  }
  const OverrideStatus status = is_approved ? OverrideStatus::in_force : OverrideStatus::declined;
  store.decide(loaded.id, subject_of(customer), override, status, session.actor());
  Json body = override_json(loaded.scheme, row);
  body["proposed_by"] = row.actor;
  body["is_approved"] = is_approved;
  write.journal().add(kOverrideDecided, customer, dump_json(body));
  write.commit();
}

void blacklist(Session& session, CustomerId customer, std::string_view reason) {
  WriteScope write(session);
  require_known(session, customer);
  text::require_reason(reason);
  OverrideStore store(write.db());
  if (const auto known = store.open_blacklisting(customer)) {
    throw Error(Code::conflict,
                fmt::format("customer {} is on the blacklist since {}", told_customer(write.db(), customer),
                            format_date(known->from)),
                "/customer");
  }
  store.insert({customer, session.today(), std::nullopt, std::string(reason), session.actor()});
  write.journal().add(kBlacklisted, customer, dump_json(Json::object({{"reason", reason}})));
  move_all(session, write, customer, session.today(), true);
  write.commit();
}

void unblacklist(Session& session, CustomerId customer, std::string_view reason) {
  WriteScope write(session);
  require_known(session, customer);
  text::require_reason(reason);
  OverrideStore store(write.db());
  const auto known = store.open_blacklisting(customer);
  if (!known) {
    throw Error(Code::not_found,
                fmt::format("customer {} is not on the blacklist", told_customer(write.db(), customer)),
                "/customer");
  }
  store.lift(customer, known->from, std::max(known->from, session.today()), reason, session.actor());
  write.journal().add(kUnblacklisted, customer, dump_json(Json::object({{"reason", reason}})));
  move_all(session, write, customer, session.today(), false);
  write.commit();
}

void put_trigger(Session& session, CustomerId customer, std::string_view scheme, std::string_view reason) {
  WriteScope write(session);
  const LoadedScheme loaded = load_scheme(write.db(), scheme);
  require_known(session, customer);
  text::require_reason(reason);
  const bool is_new =
      OverrideStore(write.db())
          .insert(loaded.id, {subject_of(customer), session.today(), std::string(reason), session.actor()});
  if (is_new) {
    write.journal().add(kGradeTriggered, customer,
                        dump_json(Json::object({{"scheme", loaded.scheme.code}, {"reason", reason}})));
  }
  write.commit();
}

namespace {

std::string read_reason(ObjectReader& in) {
  return in.require_text("reason", kReasonBytesMax);
}

OverrideNo read_override_number(ObjectReader& in) {
  return {
      in.about("its number, one of the customer and the scheme").require_integer("override", 1, kIntegerMax)};
}

struct PutOverride {
  std::string customer;
  OverrideInput input;  // without the customer
};

PutOverride read_put_override(ObjectReader& in) {
  in.absent_keeps();
  return {read_customer_code(in),
          {{},
           read_scheme_code(in),
           in.require_word<OverrideKind>("kind"),
           in.require_text("grade", grading::kGradeNameBytesMax),
           read_reason(in),
           in.about("today when absent").date("from"),
           in.about("the first day that is no longer in; until it is lifted when absent or null")
               .clearable_date("to")
               .value_or(std::nullopt),
           in.about("waits for grading.decide_override").boolean_or("is_proposal", false)}};
}

Json run_put_override(Session& session, PutOverride request) {
  request.input.customer = require_customer(session, request.customer, "/customer");
  const OverridePlace place = put_override(session, request.input);
  return {{"override", place.number.value}, {"is_unchanged", place.is_unchanged}};
}

struct LiftOverride {
  std::string customer;
  std::string scheme;
  OverrideNo override;
  std::string reason;
};

LiftOverride read_lift_override(ObjectReader& in) {
  return {read_customer_code(in), read_scheme_code(in), read_override_number(in), read_reason(in)};
}

Json run_lift_override(Session& session, const LiftOverride& request) {
  lift_override(session, require_customer(session, request.customer, "/customer"), request.scheme,
                request.override, request.reason);
  return {{"override", request.override.value}};
}

struct DecideOverride {
  std::string customer;
  std::string scheme;
  OverrideNo override;
  bool is_approved;
};

DecideOverride read_decide_override(ObjectReader& in) {
  return {read_customer_code(in), read_scheme_code(in), read_override_number(in),
          in.boolean_or("is_approved", true)};
}

Json run_decide_override(Session& session, const DecideOverride& request) {
  decide_override(session, require_customer(session, request.customer, "/customer"), request.scheme,
                  request.override, request.is_approved);
  return {{"override", request.override.value}, {"is_approved", request.is_approved}};
}

struct BlacklistRequest {
  std::string customer;
  std::string reason;
};

BlacklistRequest read_blacklist(ObjectReader& in) {
  return {read_customer_code(in), read_reason(in)};
}

Json run_blacklist(Session& session, const BlacklistRequest& request) {
  blacklist(session, require_customer(session, request.customer, "/customer"), request.reason);
  return Json::object({{"customer", request.customer}});
}

Json run_unblacklist(Session& session, const BlacklistRequest& request) {
  unblacklist(session, require_customer(session, request.customer, "/customer"), request.reason);
  return Json::object({{"customer", request.customer}});
}

struct TriggerRequest {
  std::string customer;
  std::string scheme;
  std::string reason;
};

TriggerRequest read_trigger(ObjectReader& in) {
  return {read_customer_code(in), read_scheme_code(in), read_reason(in)};
}

Json run_trigger(Session& session, const TriggerRequest& request) {
  put_trigger(session, require_customer(session, request.customer, "/customer"), request.scheme,
              request.reason);
  return Json::object({{"customer", request.customer}});
}

Json override_answer() {
  return schema::object({{"override", schema::integer(1, kIntegerMax)}});
}

Json put_override_answer() {
  return schema::extended(
      override_answer(),
      {{"is_unchanged", schema::about("one that says the same was there", schema::boolean())}});
}

Json decided_answer() {
  return schema::extended(override_answer(), {{"is_approved", schema::boolean()}});
}

Json whose_answer() {
  return schema::object({{"customer", schema::text()}});
}

constexpr Method kOverrideMethods[] = {
    method<read_put_override, run_put_override>("grading.put_override", 1,
                                                "Pins a customer's grade, or gives it a floor or a ceiling.",
                                                put_override_answer),
    method<read_lift_override, run_lift_override>("grading.lift_override", 1, "Ends an override.",
                                                  override_answer),
    method<read_decide_override, run_decide_override>(
        "grading.decide_override", 1, "Approves or declines a proposed override; not by who proposed it.",
        decided_answer),
    method<read_blacklist, run_blacklist>("grading.blacklist", 1,
                                          "Blocks a customer under every scheme at once.", whose_answer),
    method<read_blacklist, run_unblacklist>("grading.unblacklist", 1, "Takes a customer off the blacklist.",
                                            whose_answer),
    method<read_trigger, run_trigger>("grading.trigger", 1, "Lets the next review move a customer at once.",
                                      whose_answer),
};

constexpr ChangeKind kOverrideChanges[] = {kOverridePut, kOverrideLifted, kOverrideDecided,
                                           kBlacklisted, kUnblacklisted,  kGradeTriggered};

}  // namespace

Room override_room() noexcept {
  return {kOverrideMethods, kOverrideChanges, {}};
}

}  // namespace crmcore::engine
