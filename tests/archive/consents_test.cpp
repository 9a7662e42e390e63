// Which decision counts when somebody is to be addressed.
#include "archive/consents.hpp"

#include <doctest/doctest.h>
#include <vector>

#include "archive/details.hpp"

namespace crmcore::archive {
namespace {

Detail decided(const char* channel, std::int64_t contact_no, const char* decision, std::int32_t from = 100,
               std::optional<std::int32_t> until = {}) {
  Detail detail;
  detail.kind = DetailKind::consent;
  detail.use = channel;
  detail.label = "News";
  detail.number = contact_no;
  detail.text = decision;
  detail.observed = Date{from};
  if (until) detail.until = Date{*until};
  return keyed(std::move(detail));
}

}  // namespace

TEST_CASE("the most particular decision of the day counts") {
  struct Case {
    const char* what;
    std::vector<Detail> details;
    ContactQuestion question;
    const char* decision;
  };
  const Detail all = decided("any", 0, "given");
  const Detail by_phone = decided("phone", 0, "refused");
  const Detail of_one = decided("any", 7, "withdrawn");
  const Detail of_one_by_phone = decided("phone", 7, "given");
  const Case cases[] = {
      {"nothing was decided", {}, {"phone", "news", 0, Date{200}}, ""},
      {"for all", {all}, {"phone", "ＮＥＷＳ", 0, Date{200}}, "given"},
      {"another purpose", {all}, {"phone", "offers", 0, Date{200}}, ""},
      {"the channel before any", {all, by_phone}, {"phone", "news", 0, Date{200}}, "refused"},
      {"another channel", {all, by_phone}, {"email", "news", 0, Date{200}}, "given"},
      {"the contact before the channel",
       {all, by_phone, of_one},
       {"phone", "news", 7, Date{200}},
       "withdrawn"},
      {"both", {all, by_phone, of_one, of_one_by_phone}, {"phone", "news", 7, Date{200}}, "given"},
      {"another contact", {all, of_one}, {"phone", "news", 8, Date{200}}, "given"},
      {"the customer is no contact", {of_one}, {"phone", "news", 0, Date{200}}, ""},
      {"not yet", {decided("any", 0, "given", 201)}, {"phone", "news", 0, Date{200}}, ""},
      {"the first day", {decided("any", 0, "given", 200)}, {"phone", "news", 0, Date{200}}, "given"},
      {"the last day", {decided("any", 0, "given", 100, 200)}, {"phone", "news", 0, Date{200}}, "given"},
      {"no more", {decided("any", 0, "given", 100, 199)}, {"phone", "news", 0, Date{200}}, ""},
      {"ended, the wider one counts",
       {all, decided("phone", 0, "refused", 100, 199)},
       {"phone", "news", 0, Date{200}},
       "given"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.what);
    const Detail* found = deciding_consent(one.details, one.question);
    CHECK((found == nullptr ? std::string() : found->text) == one.decision);
  }
}

}  // namespace crmcore::archive
