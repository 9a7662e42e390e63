#include "engine/grading/schemes.hpp"

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "engine/core/versioned_documents.hpp"
#include "engine/grading/scheme_names.hpp"
#include "grading/scheme_write.hpp"
#include "storage/scheme_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

using storage::SchemeStore;

constexpr std::int32_t kAnyDigits = 2;  // a stored document says its own

VersionedDocuments schemes_of(sqlite::Connection& db) {
  return {db, storage::DocumentKind::scheme};
}

void require_same_frame(SchemeStore& store, const storage::SchemeRow& known, const grading::Scheme& scheme) {
  if (known.subject != scheme.subject) {
    throw Error(
        Code::conflict,
        fmt::format("scheme {} grades {}; another subject needs another scheme", known.code, known.subject),
        "/subject");
  }
  const auto grades = store.grades(known.id);
  for (const auto& row : grades) {
    const auto place = static_cast<std::size_t>(row.grade);
    const bool is_same = row.grade < 0 ? row.name == scheme.blocked_grade
                                       : place < scheme.grades.size() && row.name == scheme.grades[place];
    if (is_same && grades.size() == scheme.grades.size() + 1) continue;
    throw Error(
        Code::conflict,
        fmt::format("scheme {} has other grades; they may not change between versions, since the grades "
                    "given so far would change their meaning: take another code",
                    known.code),
        "/grades");
  }
}

void insert_scheme(SchemeStore& store, const DocumentPlace& place, const grading::Scheme& scheme) {
  const SchemeId id{place.series.value};
  store.insert({id, place.code, scheme.subject}, place.key);
  for (std::size_t g = 0; g < scheme.grades.size(); ++g) {
    store.insert(id, {static_cast<std::int32_t>(g), scheme.grades[g]});
  }
  store.insert(id, {grading::kBlocked, scheme.blocked_grade});
}

grading::Scheme parse_stored(const Json& document) {
  return storage::read_stored("a scheme", [&] { return grading::parse_scheme(document, kAnyDigits, true); });
}

}  // namespace

SchemeInfo put_scheme(Session& session, const Json& document) {
  WriteScope write(session);
  SchemeStore store(write.db());
  VersionedDocuments schemes = schemes_of(write.db());
  const grading::Scheme scheme = grading::parse_scheme(document, session.file().facts().currency_digits);
  require_scheme_names(session.catalog(), scheme);
  if (const auto known = store.find(text::key_form(scheme.code))) require_same_frame(store, *known, scheme);
  const DocumentPlace place =
      schemes.place(grading::scheme_json(scheme), names_version(document),
                    [](const Json& json) { return grading::scheme_json(parse_stored(json)); });
  // One that is there was good when it was put.
  if (!place.is_there) require_scheme_zone(session.zone(), scheme);
  if (place.is_first) insert_scheme(store, place, scheme);
  if (!place.is_there) schemes.write(write.journal(), kSchemePut, place);
  const bool is_used = schemes.is_used(place.series, place.version);
  SchemeInfo info{
      SchemeId{place.series.value}, place.code, place.version, scheme.subject, is_used, place.is_there};
  write.commit();
  return info;
}

std::vector<SchemeInfo> list_schemes(Session& session) {
  VersionedDocuments documents = schemes_of(session.db());
  std::vector<SchemeInfo> schemes;
  for (const auto& row : SchemeStore(session.db()).all()) {
    const storage::SeriesId series{row.id.value};
    const std::int32_t version = documents.newest(series);
    schemes.push_back({row.id, row.code, version, row.subject, documents.is_used(series, version), false});
  }
  return schemes;
}

std::string scheme_document(Session& session, std::string_view code, std::optional<std::int32_t> version) {
  return dump_json(grading::scheme_json(load_scheme(session.db(), code, version).scheme));
}

LoadedScheme load_scheme(sqlite::Connection& db, std::string_view code, std::optional<std::int32_t> version) {
  VersionedDocuments schemes = schemes_of(db);
  const storage::SeriesId series = schemes.require(code).id;
  return {SchemeId{series.value}, parse_stored(schemes.load(series, version))};
}

LoadedScheme load_scheme(sqlite::Connection& db, SchemeId id, std::optional<std::int32_t> version) {
  return {id, parse_stored(schemes_of(db).load(storage::SeriesId{id.value}, version))};
}

}  // namespace crmcore::engine
