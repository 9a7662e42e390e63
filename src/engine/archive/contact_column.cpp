#include "engine/archive/contact_column.hpp"

#include <algorithm>
#include <array>

#include "archive/contacts.hpp"
#include "base/format.hpp"
#include "base/text.hpp"

namespace crmcore::engine {
namespace {

struct ContactField {
  std::string_view name;
  std::string_view headings;
  std::string_view words;
};
constexpr std::array<ContactField, 8> kContactFields = {{
    {"contact_no", "联系人序号|联系人编号", ""},
    {"level", "联系人级别|联系人层级|联系人层次",
     "股东层=shareholder|股东=shareholder|管理层=executive|高管=executive|业务操作层=operational|操作层="
     "operational|"
     "业务层=operational"},
    {"name", "联系人|联系人姓名|contact|contact name", ""},
    {"title", "职务|职位|联系人职务|contact title", ""},
    {"phone",
     "电话|联系电话|电话号码|手机|手机号|手机号码|联系人电话|联系方式|phone|telephone|mobile|contact phone",
     ""},
    {"email", "邮箱|电子邮箱|电子邮件|联系人邮箱|email|e-mail|contact email", ""},
    {"channel", "联系渠道|首选联系方式|contact channel",
     "未指定=unspecified|电话=phone|邮件=email|电子邮件=email|短信=message|微信=message|上门=visit|拜访="
     "visit"},
    {"do_not_contact", "请勿联系|拒绝联系|勿扰", "是=true|否=false|yes=true|no=false"},
}};

template <class Enum>
std::string set_word(std::string_view text, auto& to) {
  const auto value = enum_of<Enum>(text);
  if (!value) return text::alternatives(words_of(Enum{}));
  to = *value;
  return {};
}

}  // namespace

std::string contact_name(std::size_t number, std::string_view field) {
  if (number == 0) return std::string(field);
  return fmt::format("contact{}.{}", number == 1 ? "" : std::to_string(number), field);
}

std::vector<ImportField> contact_fields(std::size_t number) {
  std::vector<ImportField> fields;
  for (const ContactField& field : kContactFields) {
    const auto form = field.name == "phone" ? ImportField::Form::code : ImportField::Form::text;
    ImportField one{contact_name(number, field.name), {}, form, field.words};
    std::string_view rest = field.headings;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('|'), rest.size());
      if (!one.headings.empty()) one.headings += '|';
      one.headings += rest.substr(0, end);
      if (number > 1) one.headings += std::to_string(number);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    fields.push_back(std::move(one));
  }
  return fields;
}

std::string set_contact(ContactInput& contact, std::size_t field, std::string_view text) {
  switch (field) {
    case 0: {
      const auto number = parse_money(text, 0);
      if (!number || number->minor < 1 || number->minor > archive::kContactNoMax)
        return fmt::format("a number from 1 to {}", archive::kContactNoMax);
      contact.contact_no = number->minor;
      return {};
    }
    case 1:
      return set_word<ContactLevel>(text, contact.level);
    case 2:
      contact.name = text;
      return {};
    case 3:
      contact.title = text;
      return {};
    case 4:
      contact.phone = text;
      return {};
    case 5:
      contact.email = text;
      return {};
    case 6:
      return set_word<ContactChannel>(text, contact.channel);
    default:
      if (text != "true" && text != "false" && text != "1" && text != "0") return "true or false";
      contact.do_not_contact = text == "true" || text == "1";
      return {};
  }
}

std::string_view what_is_odd(std::size_t field, std::string_view text) {
  constexpr std::size_t kPhone = 4;
  constexpr std::size_t kEmail = 5;
  constexpr std::ptrdiff_t kDigitsMin = 5;
  constexpr std::ptrdiff_t kDigitsMax = 20;
  if (field == kPhone) {
    const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits < kDigitsMin) return "hardly a telephone number: it has fewer than 5 digits";
    if (digits > kDigitsMax) return "hardly one telephone number: it has more than 20 digits";
  }
  if (field == kEmail) {
    const std::size_t at = text.find('@');
    const bool is_one = at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
                        text.find('@', at + 1) == std::string_view::npos &&
                        text.find(' ') == std::string_view::npos;
    if (!is_one) return "hardly an e-mail address";
  }
  return {};
}

}  // namespace crmcore::engine
