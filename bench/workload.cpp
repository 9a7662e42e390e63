#include "workload.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>

namespace bench {
namespace {

__extension__ typedef unsigned __int128 Wide;

constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15;

std::uint64_t mixed(std::uint64_t z) noexcept {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

// A generator of its own for every thing that is made, so that any can be made alone.
Random random_of(std::uint64_t seed, std::uint64_t stream, std::int64_t index) noexcept {
  return Random(mixed(mixed(seed + stream * kGolden) + static_cast<std::uint64_t>(index)));
}

constexpr std::uint64_t kCustomerStream = 1;
constexpr std::uint64_t kTicketStream = 2;
constexpr std::uint64_t kManagerStream = 3;
constexpr std::uint64_t kEntryStream = 4;

constexpr std::array<std::string_view, 30> kProvinceNames = {
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏",
    "浙江", "安徽", "福建", "江西", "山东",   "河南", "湖北", "湖南",   "广东", "广西",
    "海南", "重庆", "四川", "贵州", "云南",   "西藏", "陕西", "甘肃",   "青海", "新疆"};
constexpr std::array<std::string_view, 40> kBrandCharacters = {
    "华", "兴", "盛", "达", "通", "源", "诚", "信", "恒", "泰", "瑞", "丰", "隆", "昌",
    "宏", "远", "博", "海", "天", "龙", "金", "银", "东", "方", "新", "创", "科", "联",
    "正", "安", "康", "乐", "福", "祥", "和", "顺", "利", "嘉", "美", "佳"};
constexpr std::array<std::string_view, 12> kTrades = {"贸易", "机械", "电子", "食品", "纺织", "建材",
                                                      "化工", "物流", "科技", "医药", "农业", "传媒"};
constexpr std::array<std::string_view, 3> kForms = {"有限公司", "股份有限公司", "集团"};
constexpr std::array<std::string_view, 24> kEnglishFirst = {
    "Harbor",  "Summit", "Maple",  "Silver", "North", "Pacific", "Golden", "Eagle",
    "Crystal", "Union",  "Vertex", "Orchid", "Delta", "Cobalt",  "Amber",  "Falcon",
    "Granite", "Willow", "Zenith", "Coral",  "Polar", "Jasper",  "Linden", "Quartz"};
constexpr std::array<std::string_view, 16> kEnglishSecond = {
    "Trading", "Foods",   "Textiles",  "Machinery", "Logistics", "Chemicals", "Electronics", "Paper",
    "Optics",  "Medical", "Furniture", "Shipping",  "Packaging", "Motors",    "Ceramics",    "Software"};
constexpr std::array<std::string_view, 4> kEnglishForms = {"Ltd", "Inc", "GmbH", "Co"};

std::string_view pick(Random& random, std::span<const std::string_view> words) noexcept {
  return words[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(words.size())))];
}

// `prefix` and the number in `width` digits.
std::string numbered(std::string_view prefix, std::int64_t number, int width) {
  std::string text(prefix);
  text.resize(prefix.size() + static_cast<std::size_t>(width), '0');
  for (std::size_t at = text.size(); number > 0; number /= 10)
    text[--at] = static_cast<char>('0' + number % 10);
  return text;
}

int parent_of(int index) noexcept {
  if (index < kProvinces) return -1;
  if (index < kProvinces + kCities) return (index - kProvinces) * kProvinces / kCities;
  const int county = index - kProvinces - kCities;
  return kProvinces + static_cast<int>(std::int64_t{county} * kCities / kCounties);
}

// The first child of a node on the next level: the smallest index whose parent it is.
int first_child(int index) noexcept {
  const bool is_province = index < kProvinces;
  const int base = is_province ? kProvinces : kProvinces + kCities;
  const int count = is_province ? kCities : kCounties;
  const int parents = is_province ? kProvinces : kCities;
  const int position = is_province ? index : index - kProvinces;
  return base + (position * count + parents - 1) / parents;
}

std::string customer_name(Random& random, int county) {
  std::string name;
  if (random.below(10) < 7) {
    const int province = parent_of(parent_of(county));
    name += kProvinceNames[static_cast<std::size_t>(province)];
    const std::int64_t characters = 2 + random.below(2);
    for (std::int64_t i = 0; i < characters; ++i) name += pick(random, kBrandCharacters);
    name += pick(random, kTrades);
    name += pick(random, kForms);
  } else {
    name += pick(random, kEnglishFirst);
    name += ' ';
    name += pick(random, kEnglishSecond);
    name += ' ';
    name += std::to_string(1 + random.below(999));
    name += ' ';
    name += pick(random, kEnglishForms);
  }
  return name;
}

// A number of three digits times a power of ten, with noise below: spread evenly over magnitudes.
std::int64_t over_magnitudes(Random& random, int power_least, int powers) noexcept {
  std::int64_t unit = 1;
  for (std::int64_t power = power_least + random.below(powers); power > 0; --power) unit *= 10;
  const std::int64_t leading = 100 + random.below(900);
  return leading * unit + random.below(unit);
}

constexpr int kFraction = 32;

// u^5 in fixed point with 32 binary digits, for u < 2^36.
std::uint64_t fifth_power(std::uint64_t u) noexcept {
  const Wide square = (Wide{u} * u) >> kFraction;
  const Wide fourth = (square * square) >> kFraction;
  return static_cast<std::uint64_t>((fourth * u) >> kFraction);
}

// The largest u with u^5 <= x.
std::uint64_t fifth_root(std::uint64_t x) noexcept {
  std::uint64_t low = 0;
  std::uint64_t high = std::uint64_t{1} << 36;
  while (high - low > 1) {
    const std::uint64_t middle = low + (high - low) / 2;
    (fifth_power(middle) <= x ? low : high) = middle;
  }
  return low;
}

constexpr std::uint64_t kHalf = std::uint64_t{1} << (kFraction - 1);

}  // namespace

std::uint64_t Random::bits() noexcept {
  state_ += kGolden;
  return mixed(state_);
}

std::int64_t Random::below(std::int64_t limit) noexcept {
  return static_cast<std::int64_t>((Wide{bits()} * static_cast<std::uint64_t>(limit)) >> 64);
}

Zipf::Zipf(std::int64_t n) noexcept
    : n_(n),
      low_(fifth_root(kHalf)),
      high_(fifth_root((static_cast<std::uint64_t>(n) << kFraction) + kHalf)) {}

std::int64_t Zipf::draw(Random& random) const noexcept {
  const std::uint64_t u =
      low_ + static_cast<std::uint64_t>(random.below(static_cast<std::int64_t>(high_ - low_)));
  const auto x = static_cast<std::int64_t>((fifth_power(u) + kHalf) >> kFraction);
  return x < 1 ? 0 : (x > n_ ? n_ : x) - 1;
}

Workload::Workload(std::int64_t customers, std::uint64_t seed) : customers_(customers), seed_(seed) {}

std::int32_t month_of(std::int32_t day) noexcept {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  return static_cast<int>(date.year()) * 12 + static_cast<std::int32_t>(static_cast<unsigned>(date.month())) -
         1;
}

Region region(int index) {
  Region made;
  made.parent = parent_of(index);
  if (made.parent < 0) {
    made.code = numbered("", 11 + index, 2) + "0000";
    made.name = kProvinceNames[static_cast<std::size_t>(index)];
    return made;
  }
  const Region parent = region(made.parent);
  const int number = 1 + index - first_child(made.parent);
  const bool is_city = index < kProvinces + kCities;
  made.code = is_city ? numbered(parent.code.substr(0, 2), number, 2) + "00"
                      : numbered(parent.code.substr(0, 4), number, 2);
  made.name = parent.name + std::to_string(number) + (is_city ? "市" : "区");
  return made;
}

Customer Workload::customer(std::int64_t id) const {
  constexpr int kDaysBefore = 8 * 365;
  Random random = random_of(seed_, kCustomerStream, id);
  Customer made;
  made.id = id;
  made.code = numbered("C", id, 7);
  // The smaller of two draws: regions differ in size, as they do.
  const std::int64_t county = std::min(random.below(kCounties), random.below(kCounties));
  made.region = kProvinces + kCities + static_cast<int>(county);
  made.name = customer_name(random, made.region);
  const std::int64_t percent = random.below(100);
  made.ownership = percent < 8    ? 0
                   : percent < 12 ? 1
                   : percent < 80 ? 2
                   : percent < 92 ? 3
                   : percent < 96 ? 4
                                  : 5;
  made.industry = static_cast<int>(std::min(random.below(kIndustries), random.below(kIndustries)));
  made.assets = over_magnitudes(random, 4, 6);
  made.since_day = kFirstDay - 1 - static_cast<std::int32_t>(random.below(kDaysBefore));
  return made;
}

Manager Workload::manager(int number) const {
  Random random = random_of(seed_, kManagerStream, number);
  Manager made;
  made.code = numbered("M", number, 4);
  made.name += pick(random, kBrandCharacters);
  made.name += pick(random, kBrandCharacters);
  const std::int64_t percent = random.below(100);
  made.level = percent < 60 ? 0 : percent < 90 ? 1 : 2;
  // Everybody serves a province, in turn so that none is without; half serve two cities elsewhere too.
  made.regions.push_back(number % kProvinces);
  if (random.below(2) == 1) {
    made.regions.push_back(kProvinces + static_cast<int>(random.below(kCities)));
    made.regions.push_back(kProvinces + static_cast<int>(random.below(kCities)));
  }
  const std::int64_t industries = 4 + random.below(8);
  const std::int64_t first = random.below(kIndustries);
  for (std::int64_t i = 0; i < industries; ++i) {
    made.industries.push_back(static_cast<int>((first + i) % kIndustries));
  }
  made.span = 800 + static_cast<int>(random.below(701));
  return made;
}

void write_document_code(std::int64_t number, char* out) noexcept {
  constexpr std::string_view kPrefix = "INV-";
  kPrefix.copy(out, kPrefix.size());
  for (std::size_t at = kDocumentBytes; at > kPrefix.size(); number /= 10) {
    out[--at] = static_cast<char>('0' + number % 10);
  }
}

std::string document_code(std::int64_t number) {
  std::string code(kDocumentBytes, '0');
  write_document_code(number, code.data());
  return code;
}

EntryStream::EntryStream(const Workload& workload)
    : entries_(workload.entries()),
      customers_(workload.customers()),
      stride_(static_cast<std::int64_t>((Wide{kGolden} * static_cast<std::uint64_t>(customers_)) >> 64)),
      seed_(workload.seed()),
      zipf_(workload.customers()),
      random_(random_of(workload.seed(), kEntryStream, 0)) {
  while (std::gcd(stride_, customers_) != 1) ++stride_;
}

void EntryStream::begin_document() {
  const std::int64_t rank = zipf_.draw(random_);
  current_.customer_id = 1 + (rank * stride_ + 7) % customers_;
  current_.document += 1;
  current_.line = 0;
  current_.day = kFirstDay + static_cast<std::int32_t>(made_ * (kEndDay - kFirstDay) / entries_);
  lines_left_ = random_.below(4) == 0 ? 3 : 2;
  revenue_ = 0;
}

std::size_t EntryStream::next(std::span<Entry> out) {
  std::size_t filled = 0;
  for (; filled < out.size() && made_ < entries_; ++filled, ++made_) {
    if (lines_left_ == 0) begin_document();
    --lines_left_;
    ++current_.line;
    // The last line of a document is what it cost, the others are what it brought.
    if (lines_left_ > 0) {
      Random ticket = random_of(seed_, kTicketStream, current_.customer_id);
      const std::int64_t typical = over_magnitudes(ticket, 1, 3);
      current_.kind = Kind::revenue;
      current_.amount = typical / 2 + random_.below(typical);
      revenue_ += current_.amount;
    } else {
      current_.kind = Kind::cost;
      current_.amount = revenue_ * (50 + random_.below(46)) / 100;
    }
    out[filled] = current_;
  }
  return filled;
}

}  // namespace bench
