#include "archive/consents.hpp"

#include <tuple>

#include "base/text.hpp"

namespace crmcore::archive {

const Detail* deciding_consent(std::span<const Detail> details, const ContactQuestion& question) {
  const std::string purpose = text::fold(question.purpose);
  const auto rank = [](const Detail& one) { return std::tuple(one.number != 0, one.use != "any"); };
  const Detail* best = nullptr;
  for (const Detail& one : details) {
    if (one.kind != DetailKind::consent || text::fold(one.label) != purpose) continue;
    if (one.number != 0 && one.number != question.contact_no) continue;
    if (one.use != "any" && one.use != question.channel) continue;
    if (question.on < one.observed || (one.until && *one.until < question.on)) continue;
    if (best == nullptr || rank(*best) < rank(one)) best = &one;
  }
  return best;
}

}  // namespace crmcore::archive
