// What is known of a customer beside its fields: what a put makes of what is there.
#include "archive/details.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <random>
#include <string>
#include <vector>

#include "base/format.hpp"

namespace crmcore::archive {
namespace {

constexpr Date kDetailDay{20000};

DetailInput alias(const char* name) {
  DetailInput input;
  input.kind = DetailKind::alias;
  input.label = name;
  return input;
}

DetailInput consent(const char* channel, const char* purpose, const char* decision) {
  DetailInput input;
  input.kind = DetailKind::consent;
  input.use = channel;
  input.label = purpose;
  input.text = decision;
  return input;
}

DetailInput note(const char* text, std::int64_t number = 0) {
  DetailInput input;
  input.kind = DetailKind::note;
  input.text = text;
  input.number = number;
  return input;
}

struct Merged {
  std::vector<DetailChange> changes;
  std::vector<Diagnostic> found;

  std::string faults() const {
    std::string told;
    for (const Diagnostic& one : found) told += one.path + ": " + one.message + "\n";
    return told;
  }
};

Merged merge(std::vector<Detail> known, std::vector<DetailInput> given, Date today = kDetailDay) {
  std::sort(known.begin(), known.end(), is_before);
  Merged merged;
  merged.changes = merge_details(known, given, today, "", merged.found);
  return merged;
}

// What is there after a put.
std::vector<Detail> put(std::vector<Detail> known, const std::vector<DetailInput>& given,
                        Date today = kDetailDay) {
  const Merged merged = merge(known, given, today);
  REQUIRE(merged.faults().empty());
  for (const DetailChange& change : merged.changes) {
    if (change.before) known.erase(std::find(known.begin(), known.end(), *change.before));
    if (change.after) known.push_back(*change.after);
  }
  std::sort(known.begin(), known.end(), is_before);
  return known;
}

}  // namespace

TEST_CASE("a detail is found by its key, however it is written, and what is absent stays") {
  DetailInput first = alias("ＡＢＣ Trading");
  first.source = "register";
  first.confidence = Confidence::document;
  auto known = put({}, {first});
  REQUIRE(known.size() == 1);
  CHECK(known[0].key == "abc trading");
  CHECK(known[0].use == "alias");
  CHECK(known[0].observed == kDetailDay);
  CHECK(merge(known, {alias("ＡＢＣ Trading")}, Date{20001}).changes.empty());
  DetailInput again = alias("abc trading");
  again.use = "former";
  again.until = Date{20005};
  known = put(known, {again}, Date{20001});
  REQUIRE(known.size() == 1);
  CHECK(known[0].label == "abc trading");
  CHECK(known[0].use == "former");
  CHECK(known[0].source == "register");
  CHECK(known[0].confidence == Confidence::document);
  CHECK(known[0].observed == Date{20001});
  DetailInput cleared = alias("ABC Trading");
  cleared.label = "abc trading";
  cleared.until = std::optional<Date>();
  cleared.source = "";
  cleared.observed = Date{19000};
  known = put(known, {cleared}, Date{20002});
  CHECK_FALSE(known[0].until);
  CHECK(known[0].source.empty());
  CHECK(known[0].observed == Date{19000});
  DetailInput gone = alias("Abc  TRADING");
  gone.remove = true;
  CHECK(put(known, {gone}).empty());
  CHECK(merge({}, {gone}).changes.empty());
}

TEST_CASE("keys of several parts are never mistaken for one another") {
  DetailInput holding;
  holding.kind = DetailKind::holding;
  holding.label = "fund";
  holding.place = "bank";
  DetailInput other = holding;
  other.label = "fund｜bank";
  other.place.reset();
  const auto known = put({}, {holding, other, consent("phone", "news", "given")});
  CHECK(known.size() == 3);
  DetailInput of_contact = consent("phone", "news", "refused");
  of_contact.number = 3;
  CHECK(put(known, {of_contact}).size() == 4);
}

TEST_CASE("notes are numbered, and changed by number") {
  auto known = put({}, {note("one"), note("two")});
  known = put(known, {note("two, again", 2), note("three")});
  REQUIRE(known.size() == 3);
  CHECK(known[1].text == "two, again");
  CHECK(known[2].number == 3);
  CHECK(known[2].text == "three");
  CHECK(merge(known, {note("three")}).changes.empty());
  CHECK(merge(known, {note("nine", 9)}).faults() == "/notes/0/note_no: there is no note 9\n");
  DetailInput unnamed;
  unnamed.kind = DetailKind::note;
  unnamed.remove = true;
  CHECK(merge(known, {unnamed}).faults() == "/notes/0/note_no: is required where a note is taken away\n");
}

TEST_CASE("what is wrong is told with its path, all at once") {
  DetailInput address;
  address.kind = DetailKind::address;
  address.use = "castle";
  DetailInput evidence;
  evidence.kind = DetailKind::evidence;
  evidence.label = "name";
  DetailInput amount = alias("x");
  amount.amount = 5;
  DetailInput until = consent("any", "news", "given");
  until.observed = Date{20000};
  until.until = Date{19999};
  CHECK(merge({}, {address, evidence, alias("a"), alias("Ａ"), alias(" "), amount, note(""), until,
                   consent("fax", "news", "perhaps"), consent("phone", "", "given")})
            .faults() ==
        "/addresses/0/use: registered, office, delivery, billing, home or other is allowed\n"
        "/evidence/0/confidence: hearsay, told, document or verified is required\n"
        "/aliases/1: aliases/0 has the same name already\n"
        "/aliases/2/name: a name must not be blank\n"
        "/aliases/3/amount: is no field of kind alias\n"
        "/notes/0/text: must not be empty\n"
        "/consents/0/until: ends before the day on which it was decided\n"
        "/consents/1/channel: any, phone, email, message or visit is allowed\n"
        "/consents/2/purpose: must not be empty\n");
}

TEST_CASE("a host in C++ cannot give what JSON cannot") {
  DetailInput input = alias("a");
  input.observed = Date{INT32_MAX};
  input.until = Date{INT32_MIN};
  input.confidence = static_cast<Confidence>(9);
  DetailInput unknown;
  unknown.kind = static_cast<DetailKind>(99);
  CHECK(merge({}, {input, unknown}).faults() ==
        "/aliases/0/confidence: hearsay, told, document or verified is allowed\n"
        "/aliases/0/observed: a day of the years 1 to 9999 is allowed\n"
        "/aliases/0/until: a day of the years 1 to 9999 is allowed\n"
        "/details: unknown kind; alias, address, consent, note, holding, preference, evidence or link are "
        "allowed\n");
}

TEST_CASE("two hundred of a kind are there at most") {
  std::vector<DetailInput> given;
  for (int i = 0; i < 200; ++i) given.push_back(alias(fmt::format("a{}", i).c_str()));
  const auto known = put({}, given);
  CHECK(known.size() == 200);
  CHECK(merge(known, {alias("b")}).faults() == "/aliases/0: a customer has at most 200 aliases\n");
  DetailInput gone = alias("a7");
  gone.remove = true;
  CHECK(put(known, {gone, alias("b")}).size() == 200);
}

TEST_CASE("what is told of a detail is read back as it is") {
  std::mt19937 random(11);
  const char* words[] = {"", "x", "北京｜1", "a/b", "\"\\\n"};
  for (int i = 0; i < 2000; ++i) {
    Detail detail;
    detail.kind = static_cast<DetailKind>(random() % kDetailKinds);
    const auto text = [&] { return std::string(words[random() % 5]); };
    for (const DetailField& field : form_of(detail.kind).fields) {
      switch (field.part) {
        case DetailPart::use:
          detail.use = field.words[random() % field.words.size()];
          break;
        case DetailPart::label:
          detail.label = text();
          break;
        case DetailPart::place:
          detail.place = text();
          break;
        case DetailPart::text:
          detail.text = text();
          break;
        case DetailPart::number:
        case DetailPart::customer:
          detail.number = static_cast<std::int64_t>(random() % 3);
          break;
        case DetailPart::amount:
          if (random() % 2) detail.amount = static_cast<std::int64_t>(random()) - 7;
          break;
      }
    }
    detail.observed = Date{static_cast<std::int32_t>(random() % 30000)};
    if (random() % 2) detail.until = Date{static_cast<std::int32_t>(random() % 30000)};
    detail.source = text();
    if (random() % 2) detail.confidence = static_cast<Confidence>(random() % 4);
    detail = keyed(std::move(detail));
    CHECK(told_detail(member_of(detail), parse_json(dump_json(detail_json(detail)))) == detail);
  }
  CHECK_THROWS_AS(told_detail("alias:x", Json::array()), Error);
  CHECK_THROWS_AS(told_detail("castle:x", Json::object()), Error);
  CHECK_THROWS_AS(told_detail("alias:x", parse_json(R"({"name":"x","observed":"yesterday"})")), Error);
}

}  // namespace crmcore::archive
