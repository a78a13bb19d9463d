// Command and response APDUs, alone and as a log.
#include "codec/apdu.hpp"

#include <algorithm>

#include "spec/inspect/inspect.hpp"
#include "spec/registry.hpp"
#include "spec/saip/template.hpp"
#include "spec/status_words.hpp"

namespace eider::inspect {
namespace {

constexpr Instruction kInstructions[] = {
    {0x04, "DEACTIVATE FILE"}, {0x10, "TERMINAL PROFILE"},
    {0x12, "FETCH"},           {0x14, "TERMINAL RESPONSE"},
    {0x20, "VERIFY PIN"},      {0x24, "CHANGE PIN"},
    {0x26, "DISABLE PIN"},     {0x28, "ENABLE PIN"},
    {0x2C, "UNBLOCK PIN"},     {0x32, "INCREASE"},
    {0x44, "ACTIVATE FILE"},   {0x50, "INITIALIZE UPDATE"},
    {0x70, "MANAGE CHANNEL"},  {0x76, "SUSPEND UICC"},
    {0x78, "GET IDENTITY"},    {0x82, "EXTERNAL AUTHENTICATE"},
    {0x84, "GET CHALLENGE"},   {0x88, "AUTHENTICATE"},
    {0x89, "AUTHENTICATE"},    {0xA2, "SEARCH RECORD"},
    {0xA4, "SELECT"},          {0xAA, "TERMINAL CAPABILITY"},
    {0xB0, "READ BINARY"},     {0xB2, "READ RECORD"},
    {0xC0, "GET RESPONSE"},    {0xC2, "ENVELOPE"},
    {0xCA, "GET DATA"},        {0xCB, "RETRIEVE DATA"},
    {0xD6, "UPDATE BINARY"},   {0xD8, "PUT KEY"},
    {0xDB, "SET DATA"},        {0xDC, "UPDATE RECORD"},
    {0xE2, "STORE DATA"},      {0xE4, "DELETE"},
    {0xE6, "INSTALL"},         {0xE8, "LOAD"},
    {0xF0, "SET STATUS"},      {0xF2, "STATUS"},
};

// Empty: no command that is known here.
std::string_view name_of(const CommandView& c) {
  const auto* it = std::ranges::find(kInstructions, c.ins, &Instruction::ins);
  if (it == std::end(kInstructions)) return {};
  const int high = c.cla & 0xF0;
  const bool usual =
      high == 0x00 || high == 0x40 || high == 0x80 || high == 0xA0 || high == 0xC0 || high == 0xE0;
  if (!usual) return {};
  return c.ins == 0xF2 && c.p1 > 0x02 ? std::string_view("GET STATUS") : it->name;  // of GlobalPlatform
}

std::string file_name(std::uint16_t fid) {
  if (fid == 0x3F00) return "MF";
  if (fid == 0x7FFF) return "current ADF";
  for (const auto& row : saip::template_rows())
    if (row.fid == fid) return std::string(row.name);
  return {};
}

std::uint16_t word(ByteView v, std::size_t at) {
  return static_cast<std::uint16_t>(v[at] << 8 | v[at + 1]);
}

void add_select(const CommandView& c, Finding& f) {
  if (c.p1 == 0x04) {
    const auto name = registry::aid_name(c.data);
    f.add("application", to_hex(c.data) + (name.empty() ? "" : " (" + std::string(name) + ")"));
    return;
  }
  std::string path;
  for (std::size_t i = 0; i + 1 < c.data.size(); i += 2) {
    const auto fid = word(c.data, i);
    const auto name = file_name(fid);
    path += (path.empty() ? "" : "/") + to_hex(c.data.subspan(i, 2)) + (name.empty() ? "" : " " + name);
  }
  if (!path.empty()) f.add("file", path);
}

bool is_es10(const CommandView& c) {
  return c.ins == 0xE2 && (c.p1 & 0x18) == 0x10;
}
bool is_last(const CommandView& c) {
  return (c.p1 & 0x80) != 0;
}

Finding describe(const CommandView& c) {
  Finding f{.kind = std::string(name_of(c)) + " command"};
  const std::uint8_t header[] = {c.cla, c.ins, c.p1, c.p2};
  const auto channel = channel_of(c.cla);
  f.add("header", to_hex(header) + (channel ? ", logical channel " + std::to_string(*channel) : ""));
  if (c.ins == 0xA4) add_select(c, f);
  if (c.ins == 0x70)
    f.add("channel", c.p1 == 0 ? "open" : c.p1 == 0x80 ? "close " + std::to_string(c.p2) : to_hex(header));
  if (c.ins == 0xE2) f.add("block", std::to_string(c.p2) + (is_last(c) ? ", the last" : ", more follow"));
  if (!c.data.empty()) f.add("data", der::hex_text(c.data, false));
  if (c.le)
    f.add("expects",
          *c.le == (c.extended ? 65536u : 256u) ? "all there is" : std::to_string(*c.le) + " octets");
  return f;
}

}  // namespace

std::span<const Instruction> instructions() {
  return kInstructions;
}

Finding status_word(std::uint16_t sw) {
  const std::uint8_t octets[] = {static_cast<std::uint8_t>(sw >> 8), static_cast<std::uint8_t>(sw)};
  const auto text = explain_status_word(sw);
  Finding f{.kind = "status word " + to_hex(octets)};
  f.add("meaning", text.meaning);
  f.add("defined in", std::string(text.section));
  if (!text.remedy.empty()) f.add("remedy", std::string(text.remedy));
  return f;
}

std::optional<Finding> command(ByteView apdu) {
  const auto c = parse_command(apdu);
  if (!c) return std::nullopt;
  const auto name = name_of(*c);
  if (name.empty()) return std::nullopt;
  auto f = describe(*c);
  if (c->ins == 0xE2 && is_es10(*c) && is_last(*c) && c->p2 == 0 && read_single_tlv(c->data, false))
    f.parts.push_back(message(c->data));
  if (c->cla == 0x80 && c->ins == 0x10) f.parts.push_back(terminal_profile(c->data));
  if (c->cla == 0x80 && c->ins == 0x14)
    if (auto answer = terminal_response(c->data)) f.parts.push_back(std::move(*answer));
  if (c->cla == 0x80 && c->ins == 0xC2)
    if (auto message = toolkit_message(c->data)) f.parts.push_back(std::move(*message));
  if (c->ins == 0xAA || (name == "GET STATUS" && read_tlvs(c->data, false)) ||
      (c->ins == 0xE2 && !is_es10(*c) && read_tlvs(c->data, false)))
    f.parts.push_back(tlv(c->data));
  return f;
}

std::optional<Finding> response(ByteView apdu) {
  const auto r = parse_response(apdu);
  if (!r) return std::nullopt;
  const auto text = explain_status_word(r->sw);
  const auto high = r->sw >> 8;
  if (!text.known && high != 0x62 && high != 0x63 && (high < 0x67 || high > 0x6F)) return std::nullopt;
  auto f = status_word(r->sw);
  if (r->data.empty()) return f;
  f.kind = "response APDU, " + f.kind;
  f.add("data", std::to_string(r->data.size()) + " octets");
  if (read_single_tlv(r->data, false))
    f.parts.push_back(message(r->data));
  else
    f.parts.push_back(tlv(r->data));
  return f;
}

namespace {

// Puts blocks, segments and partial responses together again while a log is read.
class Log {
 public:
  bool line(ByteView apdu, std::optional<bool> is_command) {
    const auto c = parse_command(apdu);
    const bool plausible = c && !name_of(*c).empty();
    if (is_command.value_or(plausible)) {
      if (!plausible) return false;
      on_command(*c);
      return true;
    }
    const auto r = parse_response(apdu);
    if (!r) return false;
    on_response(*r);
    return true;
  }
  Finding finish() {
    out_.kind = "APDU log of " + std::to_string(out_.parts.size() - joined_) + " lines";
    if (!package_.empty())
      out_.add("incomplete",
               "a Bound Profile Package of which " + std::to_string(package_.size()) + " octets came");
    return std::move(out_);
  }
  std::size_t size() const { return out_.parts.size(); }

 private:
  Finding out_;
  Bytes data_, package_, answer_;
  std::size_t joined_ = 0;

  void join(const std::string& title, ByteView octets) {
    auto f = message(octets);
    f.kind = title + ": " + f.kind;
    out_.parts.push_back(std::move(f));
    ++joined_;
  }

  void on_command(const CommandView& c) {
    if (c.ins != 0xC0) answer_.clear();
    out_.parts.push_back(describe(c));
    if (!is_es10(c)) return;
    if (c.p2 == 0) data_.clear();
    append(data_, c.data);
    if (!is_last(c)) return;
    const Bytes chain = std::exchange(data_, {});
    if (!package_.empty() || (chain.size() > 2 && chain[0] == 0xBF && chain[1] == 0x36)) {
      append(package_, chain);
      if (!read_single_tlv(package_, false)) return;
      join("all segments", package_);
      package_.clear();
      return;
    }
    join("command", chain);
  }

  void on_response(const ResponseApdu& r) {
    auto f = status_word(r.sw);
    if (!r.data.empty()) f.add("data", der::hex_text(r.data, false));
    out_.parts.push_back(std::move(f));
    append(answer_, r.data);
    if (r.sw >> 8 == 0x61 || answer_.empty()) return;
    if (read_single_tlv(answer_, false)) join("response", answer_);
    answer_.clear();
  }
};

// What logs put in front of an APDU: ">> ", "C-APDU: ", "<- ". Tells the direction, if it does.
std::optional<bool> strip_direction(std::string_view& line) {
  const auto end = line.find_last_of(":><");
  std::string_view head = end == std::string_view::npos ? std::string_view{} : line.substr(0, end + 1);
  if (head.empty() || from_hex(line)) return std::nullopt;
  const auto has = [&](std::string_view what) { return head.find(what) != std::string_view::npos; };
  std::optional<bool> out;
  if (has(">") || has("C-APDU") || has("TX") || has("C:")) out = true;
  if (has("<") || has("R-APDU") || has("RX") || has("R:")) out = false;
  line.remove_prefix(head.size());
  return out;
}

}  // namespace

std::optional<Finding> apdu_log(std::string_view lines) {
  Log log;
  std::size_t count = 0;
  while (!lines.empty()) {
    const auto end = lines.find('\n');
    auto line = lines.substr(0, end);
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const auto direction = strip_direction(line);
    const auto octets = from_hex(line);
    if (!octets || !log.line(*octets, direction)) return std::nullopt;
    ++count;
  }
  if (count < 2) return std::nullopt;
  return log.finish();
}

}  // namespace eider::inspect
