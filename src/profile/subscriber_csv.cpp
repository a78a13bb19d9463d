#include "profile/subscriber_csv.hpp"

namespace eider::profile {
namespace {

enum Column : int {
  kIccid,
  kImsi,
  kK,
  kOpc,
  kOp,
  kPin1,
  kPin2,
  kPuk1,
  kPuk2,
  kAdm1,
  kMsisdn,
  kSpn,
  kKic,
  kKid,
  kKik,
  kColumns
};
constexpr std::string_view kNames[kColumns] = {"iccid",  "imsi", "k",    "opc",  "op",
                                               "pin1",   "pin2", "puk1", "puk2", "adm1",
                                               "msisdn", "spn",  "kic",  "kid",  "kik"};

std::string lower(std::string_view t) {
  std::string out(t);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}
std::string_view trimmed(std::string_view t) {
  while (!t.empty() && (t.front() == ' ' || t.front() == '\t')) t.remove_prefix(1);
  while (!t.empty() && (t.back() == ' ' || t.back() == '\t')) t.remove_suffix(1);
  return t;
}
tl::unexpected<Fault> at(std::size_t line, std::size_t column, const std::string& what,
                         std::string remedy = {}) {
  return fail_local(
      "line " + std::to_string(line) + (column ? ", column " + std::to_string(column) : "") + ": " + what,
      std::move(remedy));
}

Result<Secret> key(std::string_view text) {
  auto octets = from_hex(text);
  if (!octets) return fail_local("not hexadecimal, or an odd number of digits");
  if (octets->size() != 16 && octets->size() != 24 && octets->size() != 32)
    return fail_local(std::to_string(octets->size()) + " octets instead of 16 or 32");
  return Secret(*std::move(octets));
}

template <class T>
Status put(std::optional<T>& out, Result<T> value) {
  if (!value) return fail(std::move(value).error());
  out = *std::move(value);
  return {};
}
Status set(SubscriberData& d, int column, const std::string& text) {
  switch (column) {
    case kIccid:
      d.iccid = text;
      EIDER_CHECK(Iccid::parse(text));
      return {};
    case kImsi:
      d.imsi = text;
      EIDER_CHECK(encode_imsi(text));
      return {};
    case kK:
      return put(d.k, key(text));
    case kOpc:
      return put(d.opc, key(text));
    case kOp:
      return put(d.op, key(text));
    case kPin1:
      return put(d.pin1, encode_pin(text));
    case kPin2:
      return put(d.pin2, encode_pin(text));
    case kPuk1:
      return put(d.puk1, encode_puk(text));
    case kPuk2:
      return put(d.puk2, encode_puk(text));
    case kAdm1:
      return put(d.adm1, encode_adm(text));
    case kMsisdn:
      d.msisdn = text;
      EIDER_CHECK(encode_dialling_number("", text, 14));
      return {};
    case kSpn:
      d.spn = text;
      EIDER_CHECK(encode_spn(text));
      return {};
    case kKic:
      return put(d.kic, key(text));
    case kKid:
      return put(d.kid, key(text));
    case kKik:
      return put(d.kik, key(text));
    default:
      return {};
  }
}

}  // namespace

Result<std::optional<std::vector<std::string>>> SubscriberCsv::row() {
  using Row = std::optional<std::vector<std::string>>;
  for (;;) {
    if (rest_.empty()) return Row{};
    line_ = next_line_;
    std::vector<std::string> fields(1);
    bool quoted = false, was_quoted = false;
    std::size_t i = 0;
    for (; i < rest_.size(); ++i) {
      const char c = rest_[i];
      auto& field = fields.back();
      if (quoted) {
        if (c == '\n') ++next_line_;
        if (c != '"')
          field += c;
        else if (i + 1 < rest_.size() && rest_[i + 1] == '"')
          field += rest_[++i];
        else
          quoted = false;
      } else if (c == '"' && trimmed(field).empty() && !was_quoted) {
        field.clear();
        quoted = was_quoted = true;
      } else if (c == ',') {
        fields.emplace_back();
        was_quoted = false;
      } else if (c == '\n' || c == '\r') {
        break;
      } else if (was_quoted && c != ' ' && c != '\t') {
        const auto column = fields.size();
        rest_.remove_prefix(std::min(rest_.find('\n', i), rest_.size() - 1) + 1);
        ++next_line_;
        return at(line_, column, "text behind the closing quote");
      } else if (!was_quoted) {
        field += c;
      }
    }
    if (quoted) {
      rest_ = {};
      return at(line_, fields.size(), "the quote is not closed");
    }
    if (i < rest_.size() && rest_[i] == '\r') ++i;
    if (i < rest_.size() && rest_[i] == '\n') ++i;
    rest_.remove_prefix(i);
    ++next_line_;
    if (fields.size() == 1 && trimmed(fields[0]).empty()) continue;  // a blank line
    for (auto& f : fields) f = std::string(trimmed(f));
    return Row{std::move(fields)};
  }
}

Result<SubscriberCsv> SubscriberCsv::open(std::string_view text) {
  SubscriberCsv csv;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  csv.rest_ = text;
  EIDER_TRY(header, csv.row());
  if (!header)
    return fail_local("the file is empty", "the first line names the columns: iccid,imsi,k,opc,...");
  for (std::size_t c = 0; c < header->size(); ++c) {
    auto name = lower((*header)[c]);
    if (name == "ki") name = "k";
    const auto it = std::ranges::find(kNames, name);
    if (it == std::end(kNames)) return at(csv.line_, c + 1, "unknown column '" + name + "'");
    const int column = static_cast<int>(it - kNames);
    if (std::ranges::find(csv.columns_, column) != csv.columns_.end())
      return at(csv.line_, c + 1, "column '" + name + "' twice");
    csv.columns_.push_back(column);
  }
  for (const int needed : {kIccid, kImsi})
    if (std::ranges::find(csv.columns_, needed) == csv.columns_.end())
      return at(csv.line_, 0, "there is no column '" + std::string(kNames[needed]) + "'");
  return csv;
}

Result<std::optional<SubscriberData>> SubscriberCsv::next() {
  EIDER_TRY(fields, row());
  if (!fields) return std::optional<SubscriberData>{};
  if (fields->size() != columns_.size())
    return at(line_, 0,
              std::to_string(fields->size()) + " fields instead of " + std::to_string(columns_.size()));
  SubscriberData d;
  for (std::size_t c = 0; c < fields->size(); ++c) {
    const auto& text = (*fields)[c];
    const auto name = kNames[columns_[c]];
    if (text.empty() && columns_[c] > kImsi) continue;
    if (auto s = set(d, columns_[c], text); !s) {
      const auto* f = s.error().as<LocalFault>();
      return at(line_, c + 1, std::string(name) + ": " + (f ? f->what : s.error().message()),
                f ? f->remedy : "");
    }
  }
  for (auto& f : *fields) zeroise(std::span(reinterpret_cast<std::uint8_t*>(f.data()), f.size()));
  if (d.k && !d.opc && !d.op) return at(line_, 0, "a key without OPc or OP");
  if (d.opc && d.op) return at(line_, 0, "both OPc and OP");
  return std::optional(std::move(d));
}

}  // namespace eider::profile
