// The gateway's methods on overrides, the blacklist and urgent triggers.
#include "engine/archive/customers.hpp"
#include "engine/core/request.hpp"
#include "engine/core/room.hpp"
#include "engine/grading/overrides.hpp"

namespace crmcore::engine {
namespace {

// The customer that the request names, once all of it is read.
CustomerId finish(Request& request, Session& session, const std::string& customer) {
  request.finish();
  return require_customer(session, customer, "/customer");
}

Json put(Session& session, const Json& json) {
  Request request(json);
  OverrideInput input;
  const std::string customer = request.text("customer");
  input.scheme = request.text("scheme");
  input.kind = static_cast<OverrideKind>(request->require_word("kind", {"pin", "floor", "ceiling"}));
  input.grade = request.text("grade");
  input.reason = request.text("reason");
  input.from = request->date("from");
  input.until = request->date("until");
  input.is_proposal = request->boolean("is_proposal").value_or(false);
  input.customer = finish(request, session, customer);
  return {{"override_no", put_override(session, input).value}};
}

Json lift(Session& session, const Json& json) {
  Request request(json);
  const std::string customer = request.text("customer");
  const std::string scheme = request.text("scheme");
  const OverrideNo number{request->require_integer("override_no", 1, kIntegerMax)};
  const std::string reason = request.text("reason");
  lift_override(session, finish(request, session, customer), scheme, number, reason);
  return {{"override_no", number.value}};
}

Json decide(Session& session, const Json& json) {
  Request request(json);
  const std::string customer = request.text("customer");
  const std::string scheme = request.text("scheme");
  const OverrideNo number{request->require_integer("override_no", 1, kIntegerMax)};
  const bool is_approved = request->boolean("is_approved").value_or(true);
  decide_override(session, finish(request, session, customer), scheme, number, is_approved);
  return {{"override_no", number.value}, {"is_approved", is_approved}};
}

Json block(Session& session, const Json& json) {
  Request request(json);
  const std::string customer = request.text("customer");
  const std::string reason = request.text("reason");
  blacklist(session, finish(request, session, customer), reason);
  return {{"customer", customer}};
}

Json unblock(Session& session, const Json& json) {
  Request request(json);
  const std::string customer = request.text("customer");
  const std::string reason = request.text("reason");
  unblacklist(session, finish(request, session, customer), reason);
  return {{"customer", customer}};
}

Json trigger(Session& session, const Json& json) {
  Request request(json);
  const std::string customer = request.text("customer");
  const std::string scheme = request.text("scheme");
  const std::string reason = request.text("reason");
  put_trigger(session, finish(request, session, customer), scheme, reason);
  return {{"customer", customer}};
}

constexpr std::string_view kNumberResponse =
    R"({"type":"object","properties":{"override_no":{"type":"integer"}}})";
constexpr std::string_view kCustomerResponse =
    R"({"type":"object","properties":{"customer":{"type":"string"}}})";
constexpr std::string_view kBlacklistRequest =
    R"({"type":"object","properties":{"customer":{"type":"string"},"reason":{"type":"string","minLength":1,"maxLength":1024}},"required":["customer","reason"],"additionalProperties":false})";

constexpr OldMethod kMethods[] = {
    {"grading.put_override", 1, "Pins a customer's grade, or gives it a floor or a ceiling.",
     R"({"type":"object","properties":{"customer":{"type":"string"},"scheme":{"type":"string"},"kind":{"enum":["pin","floor","ceiling"]},"grade":{"type":"string"},"reason":{"type":"string","minLength":1,"maxLength":1024},"from":{"type":"string","format":"date"},"until":{"type":"string","format":"date"},"is_proposal":{"type":"boolean","default":false}},"required":["customer","scheme","kind","grade","reason"],"additionalProperties":false})",
     kNumberResponse, put},
    {"grading.lift_override", 1, "Ends an override.",
     R"({"type":"object","properties":{"customer":{"type":"string"},"scheme":{"type":"string"},"override_no":{"type":"integer","minimum":1},"reason":{"type":"string","minLength":1,"maxLength":1024}},"required":["customer","scheme","override_no","reason"],"additionalProperties":false})",
     kNumberResponse, lift},
    {"grading.decide_override", 1, "Approves or declines a proposed override; not by who proposed it.",
     R"({"type":"object","properties":{"customer":{"type":"string"},"scheme":{"type":"string"},"override_no":{"type":"integer","minimum":1},"is_approved":{"type":"boolean","default":true}},"required":["customer","scheme","override_no"],"additionalProperties":false})",
     kNumberResponse, decide},
    {"grading.blacklist", 1, "Blocks a customer under every scheme at once.", kBlacklistRequest,
     kCustomerResponse, block},
    {"grading.unblacklist", 1, "Takes a customer off the blacklist.", kBlacklistRequest, kCustomerResponse,
     unblock},
    {"grading.trigger", 1, "Lets the next review move a customer at once.",
     R"({"type":"object","properties":{"customer":{"type":"string"},"scheme":{"type":"string"},"reason":{"type":"string","minLength":1,"maxLength":1024}},"required":["customer","scheme","reason"],"additionalProperties":false})",
     kCustomerResponse, trigger},
};

constexpr ChangeKind kChanges[] = {kOverridePut, kOverrideLifted, kOverrideDecided,
                                   kBlacklisted, kUnblacklisted,  kGradeTriggered};
}  // namespace

Room override_room() noexcept {
  return {{}, kChanges, {}, kMethods};
}

}  // namespace crmcore::engine
