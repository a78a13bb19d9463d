#include "roles/campaign/card_list.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <utility>

#include "server/request.hpp"

namespace eider::campaign {
namespace {
namespace bj = boost::json;

constexpr std::size_t kMostProblems = 1000;

void complain(CardList& list, std::uint32_t line, std::string what) {
  if (list.problems.size() < kMostProblems) list.problems.push_back({line, std::move(what)});
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '"'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}
bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}
// What of a line is shown to people.
std::string shown(std::string_view text) {
  std::string out = "\"";
  for (const char c : text.substr(0, 40)) out += c >= ' ' && c < 0x7F ? c : '?';
  return out + (text.size() > 40 ? "…\"" : "\"");
}

std::optional<Iccid> iccid_in(std::string_view text) {
  if (!all_digits(text)) return std::nullopt;
  const auto iccid = server::read_iccid(std::string(text));
  return iccid ? std::optional(*iccid) : std::nullopt;
}

// "" or what is wrong.
std::string read_columns(std::string_view first, std::string_view second, ListedCard& card) {
  if (first.size() == 32 && all_digits(first)) {
    card.eid = sgp22::parse_eid(first);
    if (!card.eid) return shown(first) + " is no EID: its check digits are wrong";
  } else {
    card.iccid = iccid_in(first);
    if (!card.iccid) return shown(first) + " is neither an EID, of 32 digits, nor an ICCID, of 18 to 20";
  }
  if (second.empty()) return {};
  card.target = iccid_in(second);
  return card.target ? std::string() : shown(second) + " is no ICCID, of 18 to 20 digits";
}

CardList read_lines(std::string_view text) {
  CardList out;
  std::uint32_t line = 0;
  bool first = true;
  while (!text.empty()) {
    const auto end = text.find('\n');
    auto rest = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++line;
    rest = trimmed(rest.substr(0, rest.find('#')));
    if (rest.empty()) continue;
    const auto cut = rest.find_first_of(",;\t");
    const auto card_text = trimmed(rest.substr(0, cut));
    auto target = cut == std::string_view::npos ? std::string_view{} : rest.substr(cut + 1);
    const auto more = target.find_first_of(",;\t");
    target = trimmed(target.substr(0, more));  // what else a table has is not read
    const bool names = std::exchange(first, false) && (card_text == "eid" || card_text == "EID" ||
                                                       card_text == "iccid" || card_text == "ICCID");
    if (names) continue;
    ListedCard card;
    card.line = line;
    const auto problem = read_columns(card_text, target, card);
    if (problem.empty())
      out.cards.push_back(card);
    else
      complain(out, line, problem);
  }
  return out;
}

CardList read_json(std::string_view text) {
  CardList out;
  boost::system::error_code error;
  const auto value = bj::parse(text, error);
  const auto* object = error ? nullptr : value.if_object();
  const auto* list = object ? object->if_contains("list") : nullptr;
  if (!list || !list->is_array()) {
    complain(out, 1, "this is not what `eider smsr list --json` writes");
    return out;
  }
  out.total = list->get_array().size();
  if (const auto* n = object->if_contains("euiccs"); n && n->is_int64() && n->get_int64() > 0)
    out.total = std::max(out.total, static_cast<std::uint64_t>(n->get_int64()));
  std::uint32_t entry = 0;
  for (const auto& item : list->get_array()) {
    ListedCard card;
    card.line = ++entry;
    const auto* o = item.if_object();
    const auto text_of = [&](const char* name) {
      const auto* member = o ? o->if_contains(name) : nullptr;
      const auto* s = member ? member->if_string() : nullptr;
      return s ? std::string_view(s->data(), s->size()) : std::string_view{};
    };
    card.eid = sgp22::parse_eid(text_of("eid"));
    card.iccid = iccid_in(text_of("enabled"));
    if (card.eid)
      out.cards.push_back(card);
    else
      complain(out, entry, shown(text_of("eid")) + " is no EID");
  }
  return out;
}

}  // namespace

CardList read_card_list(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";  // of spreadsheets
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  const auto start = text.find_first_not_of(" \t\r\n");
  return start != std::string_view::npos && text[start] == '{' ? read_json(text) : read_lines(text);
}

void resolve(CardList& list, const CardList& inventory) {
  std::map<Iccid, Eid> by_iccid;
  for (const auto& c : inventory.cards)
    if (c.eid && c.iccid) by_iccid.emplace(*c.iccid, *c.eid);
  std::map<Eid, std::uint32_t> seen;
  std::erase_if(list.cards, [&](ListedCard& c) {
    if (!c.eid) {
      const auto it = by_iccid.find(*c.iccid);
      if (it == by_iccid.end()) {
        complain(list, c.line, "no card with the Profile " + sgp22::iccid_digits(*c.iccid) + " is known");
        return true;
      }
      c.eid = it->second;
    }
    const auto [before, fresh] = seen.emplace(*c.eid, c.line);
    if (!fresh)
      complain(list, c.line,
               "the card of line " + std::to_string(before->second) + " again: " + sgp22::eid_digits(*c.eid));
    return !fresh;
  });
}

}  // namespace eider::campaign
