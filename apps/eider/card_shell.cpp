#include "card_shell.hpp"

#include <algorithm>
#include <cstdio>

#include "codec/tlv.hpp"
#include "command.hpp"
#include "spec/status_words.hpp"
#include "spec/usim/contents.hpp"

namespace eider::app::card_cmd {
namespace {

using etsi::Fcp;

[[noreturn]] void stop(const std::string& message, int code = 1) {
  throw CommandError{code, message};
}

std::string fault_text(const Fault& fault) {
  const auto* sw = fault.as<StatusWord>();
  if (!sw) return fault.message();
  const auto text = explain_status_word(sw->sw);
  char code[8];
  std::snprintf(code, sizeof code, "%04X", unsigned{sw->sw});
  std::string out = std::string(code) + ": " + text.meaning;
  if (!text.remedy.empty()) out += "\n" + std::string(text.remedy);
  return out;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

template <class T>
T need(Result<T> result) {
  if (!result) stop(fault_text(result.error()));
  return *std::move(result);
}
void need(const Status& status) {
  if (!status) stop(fault_text(status.error()));
}

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> out;
  std::string word;
  for (const char c : line + " ") {
    if (c != ' ' && c != '\t') {
      word += c;
    } else if (!word.empty()) {
      out.push_back(std::move(word));
      word.clear();
    }
  }
  return out;
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return text;
}

// Names without their kind are enough: "imsi" for EF.IMSI.
bool same_name(std::string_view known, const std::string& word) {
  const auto name = upper(std::string(known)), given = upper(word);
  return name == given || (name.size() > 3 && name.substr(name.find('.') + 1) == given);
}

Bytes hex_or_stop(const std::string& text) {
  const auto octets = from_hex(text);
  if (!octets || octets->empty()) stop("\"" + text + "\" is not hexadecimal", 2);
  return *octets;
}

std::optional<std::uint16_t> fid_of(const std::string& text) {
  const auto octets = text.size() == 4 ? from_hex(text) : std::nullopt;
  if (!octets || octets->size() != 2) return std::nullopt;
  return static_cast<std::uint16_t>((*octets)[0] << 8 | (*octets)[1]);
}
Bytes octets_of(std::uint16_t fid) {
  return {static_cast<std::uint8_t>(fid >> 8), static_cast<std::uint8_t>(fid)};
}

// PINs of up to eight digits, filled with FF; other codes in hexadecimal after "0x".
Bytes code_octets(const std::string& text) {
  if (text.starts_with("0x")) return hex_or_stop(text.substr(2));
  if (text.size() < 4 || text.size() > 8 || text.find_first_not_of("0123456789") != std::string::npos)
    stop("a code has 4 to 8 digits, or is 0x and 16 hexadecimal digits", 2);
  Bytes out(text.begin(), text.end());
  out.resize(8, 0xFF);
  return out;
}

std::uint8_t key_reference(const std::string& text) {
  const auto name = upper(text);
  if (name == "PIN" || name == "PIN1") return 0x01;
  if (name == "PIN2") return 0x81;
  if (name == "UNIVERSAL") return 0x11;
  if (name.starts_with("ADM") && name.size() == 4 && name[3] >= '1' && name[3] <= '5')
    return static_cast<std::uint8_t>(0x0A + name[3] - '1');
  const auto octets = from_hex(text);
  if (octets && octets->size() == 1) return (*octets)[0];
  stop("\"" + text + "\" names no PIN: pin1, pin2, universal, adm1 to adm5, or a key reference like 0A", 2);
}

std::string shape(const Fcp& f) {
  if (f.is_directory()) return f.df_name.empty() ? "directory" : "application " + to_hex(f.df_name);
  if (f.has_records())
    return std::string(to_string(f.structure)) + ", " + std::to_string(f.records) + " x " +
           std::to_string(f.record_size);
  return std::string(to_string(f.structure)) + ", " + std::to_string(f.size);
}

std::string fid_text(std::uint16_t fid) {
  return to_hex(octets_of(fid));
}

void print_row(const std::string& name, std::uint16_t fid, const Fcp& f) {
  std::printf("%-28s %s  %s%s%s\n", name.c_str(), fid_text(fid).c_str(), shape(f).c_str(),
              f.sfi ? (", SFI " + to_hex(Bytes{*f.sfi})).c_str() : "", f.activated() ? "" : ", deactivated");
}

constexpr std::size_t kFactsInTree = 8;

std::string names_of(const std::vector<usim::Fact>& facts) {
  std::string out;
  for (const auto& f : facts) out += (out.empty() ? "" : ", ") + f.name;
  return out;
}

void print_facts(const std::vector<usim::Fact>& facts) {
  for (const auto& f : facts)
    std::printf("  %s%s%s\n", f.name.c_str(), f.name.empty() || f.value.empty() ? "" : ": ", f.value.c_str());
}

}  // namespace

Shell::Shell(CardPort& card, Options options) : port_(card), card_(card), options_(options) {
  declare();
}

void Shell::declare() {
  using Words = const std::vector<std::string>&;
  verbs_["select"] = {"[FILE|DIRECTORY|FID|AID]",
                      "make a directory or application current, or tell of a file",
                      [this](Words w) { enter(w.size() > 1 ? w[1] : "MF"); }};
  verbs_["cd"] = {"[DIRECTORY]", "the same as select", verbs_["select"].act};
  verbs_["ls"] = {"", "files of the current directory that the standards name", [this](Words) { list(); }};
  verbs_["tree"] = {"", "every file of the card, with its contents", [this](Words) { tree(); }};
  verbs_["pwd"] = {"", "the current directory", [this](Words) { std::printf("%s\n", here_.shown.c_str()); }};
  verbs_["cat"] = {"FILE", "what a file says, and its octets", [this](Words w) {
                     if (w.size() != 2) stop("cat takes a file", 2);
                     print_file(select_file(w[1]), false);
                   }};
  verbs_["hex"] = {"FILE", "the octets of a file alone", [this](Words w) {
                     if (w.size() != 2) stop("hex takes a file", 2);
                     print_file(select_file(w[1]), true);
                   }};
  verbs_["update"] = {"FILE [RECORD] HEX", "write a file from its start, or one record",
                      [this](Words w) { update(w); }};
  verbs_["pins"] = {"", "PINs of the current directory, and the attempts left",
                    [this](Words) { print_pins(); }};
  for (const auto& [name, arguments, help] :
       {std::tuple{"verify", "PIN CODE", "present a code: pin1, pin2, adm1 ..."},
        std::tuple{"change", "PIN OLD NEW", "change a code"},
        std::tuple{"unblock", "PIN PUK NEW", "new code by PUK"},
        std::tuple{"enable", "PIN CODE", "ask for the PIN from now on"},
        std::tuple{"disable", "PIN CODE", "ask for it no longer"}})
    verbs_[name] = {arguments, help, [this, verb = std::string(name)](Words w) { code(w, verb); }};
  verbs_["auth"] = {"RAND AUTN", "AUTHENTICATE in the 3G context", [this](Words w) { authenticate(w); }};
  verbs_["apdu"] = {"HEX", "send a command as it is", [this](Words w) { apdu(w); }};
  verbs_["reset"] = {"", "reset the card", [this](Words) {
                       const auto atr = need(port_.reset());
                       std::printf("ATR %s\n", to_hex(atr).c_str());
                       applications_known_ = false;
                       start();
                     }};
  verbs_["help"] = {"", "this list", [this](Words) {
                      for (const auto& [known, v] : verbs_)
                        std::printf("  %-8s %-26s %s\n", known.c_str(), v.arguments, v.help);
                      std::printf("  quit\n");
                    }};
}

bool Shell::run(const std::string& line) {
  const auto words = words_of(line);
  if (words.empty() || words[0][0] == '#') return true;
  if (words[0] == "quit" || words[0] == "exit") return false;
  const auto verb = verbs_.find(words[0]);
  if (verb == verbs_.end()) stop("\"" + words[0] + "\" is no command; help lists them", 2);
  verb->second.act(words);
  return true;
}

std::string Shell::prompt() const {
  return here_.shown + "> ";
}

void Shell::start() {
  here_ = {};
  select(here_);
}

Fcp Shell::select(const Place& place) {
  if (!place.aid.empty()) {
    auto fcp = need(card_.select_application(place.aid));
    if (place.path.size() <= 2) return fcp;
    return need(card_.select_path(place.path));
  }
  if (place.path.empty()) return need(card_.select(0x3F00));
  return need(card_.select_path(place.path));
}

const std::vector<std::pair<std::string, Bytes>>& Shell::applications() {
  if (applications_known_) return applications_;
  applications_.clear();
  applications_known_ = true;
  const auto fcp = card_.select_path(octets_of(0x2F00));
  if (!fcp) return applications_;
  for (const auto& record : need(card_.read_all(*fcp))) {
    const auto entry = read_tlv(record, false);
    const auto aid = entry && entry->tag == 0x61 ? find_tlv(entry->value, 0x4F) : std::nullopt;
    if (!aid) continue;
    std::string name(application_name(aid->value));
    if (name.empty()) name = "ADF." + to_hex(aid->value);
    const auto same =
        std::ranges::count_if(applications_, [&](const auto& a) { return a.first.starts_with(name); });
    if (same > 0) name += "#" + std::to_string(same + 1);
    applications_.emplace_back(name, to_bytes(aid->value));
  }
  return applications_;
}

Shell::Place Shell::up(Place place) const {
  const auto slash = place.shown.rfind('/');
  if (slash == std::string::npos) return {};
  place.shown.resize(slash);
  if (place.shown == "MF") return {};
  place.path.resize(place.path.size() - 2);
  const auto templates = place.templates.rfind('/');
  place.templates.resize(templates == std::string::npos ? 0 : templates);
  return place;
}

std::optional<Shell::Place> Shell::child(const Place& place, const std::string& word) {
  if (place.shown == "MF") {
    for (const auto& [name, aid] : applications()) {
      if (!same_name(name, word) && upper(word) != to_hex(aid)) continue;
      const auto known = application_name(aid);
      return Place{"MF/" + name, known.empty() ? name : std::string(known), {0x7F, 0xFF}, aid};
    }
  }
  for (const auto& known : known_files(place.templates)) {
    if (!same_name(known.name, word) && fid_of(word) != known.fid) continue;
    if (!known.name.starts_with("DF.")) continue;
    const std::string name(known.name);
    return Place{place.shown + "/" + name, place.shown == "MF" ? name : place.templates + "/" + name,
                 concat({place.path, octets_of(known.fid)}), place.aid};
  }
  return std::nullopt;
}

Shell::Place Shell::resolve_directory(const std::string& text) {
  auto place = here_;
  std::string rest = text;
  if (rest.starts_with('/')) rest = "MF" + rest;
  while (!rest.empty()) {
    const auto slash = rest.find('/');
    const auto word = rest.substr(0, slash);
    rest = slash == std::string::npos ? "" : rest.substr(slash + 1);
    if (word.empty() || word == ".") continue;
    if (word == "..") {
      place = up(place);
    } else if (upper(word) == "MF" || word == "3F00") {
      place = {};
    } else if (auto next = child(place, word)) {
      place = *std::move(next);
    } else if (auto application = child({}, word)) {
      place = *std::move(application);
    } else if (const auto fid = fid_of(word)) {
      place.path = concat({place.path, octets_of(*fid)});
      place.shown += "/" + upper(word);
      place.templates += "/" + upper(word);
    } else {
      const auto aid = word.size() >= 10 ? from_hex(word) : std::nullopt;
      if (!aid) stop("no directory \"" + word + "\" is known in " + place.shown, 2);
      place = Place{"MF/ADF." + upper(word), "ADF." + upper(word), {0x7F, 0xFF}, *aid};
    }
  }
  return place;
}

Shell::File Shell::select_file(const std::string& text) {
  const auto slash = text.rfind('/');
  const auto word = slash == std::string::npos ? text : text.substr(slash + 1);
  const auto place =
      slash == std::string::npos ? here_ : resolve_directory(slash == 0 ? "/" : text.substr(0, slash));
  File file;
  for (const auto& known : known_files(place.templates))
    if (same_name(known.name, word) || fid_of(word) == known.fid) {
      file.name = std::string(known.name);
      file.fid = known.fid;
      break;
    }
  if (file.fid == 0) {
    const auto fid = fid_of(word);
    if (!fid)
      stop("no file \"" + word + "\" is known in " + place.shown + "; a FID like 6F07 always works", 2);
    file.name = "EF." + upper(word);
    file.fid = *fid;
  }
  select(place);
  file.fcp = need(card_.select(file.fid));
  return file;
}

void Shell::enter(const std::string& text) {
  const auto last = text.substr(text.rfind('/') == std::string::npos ? 0 : text.rfind('/') + 1);
  const auto& files = known_files(here_.templates);
  const bool is_file =
      upper(last).starts_with("EF.") || std::ranges::any_of(files, [&](const KnownFile& f) {
        return f.name.starts_with("EF.") && (same_name(f.name, last) || fid_of(last) == f.fid);
      });
  if (is_file) {
    const auto file = select_file(text);
    print_row(file.name, file.fid, file.fcp);
    if (file.fcp.arr)
      std::printf("access rule: record %u of %s\n", unsigned{file.fcp.arr->record},
                  fid_text(file.fcp.arr->fid).c_str());
    return;
  }
  auto place = resolve_directory(text);
  const auto fcp = select(place);
  if (!fcp.is_directory()) stop(place.shown + " is no directory", 2);
  here_ = std::move(place);
}

void Shell::list() {
  int found = 0;
  for (const auto& known : known_files(here_.templates)) {
    select(here_);
    const auto fcp = card_.select(known.fid);
    if (!fcp && !fcp.error().as<StatusWord>()) stop(fault_text(fcp.error()));
    if (!fcp) continue;
    print_row(std::string(known.name), known.fid, *fcp);
    ++found;
  }
  if (here_.shown == "MF")
    for (const auto& [name, aid] : applications()) {
      std::printf("%-28s %s\n", name.c_str(), to_hex(aid).c_str());
      ++found;
    }
  if (found == 0) std::printf("nothing that the standards name\n");
}

void Shell::print_file(const File& file, bool hex_only) {
  if (file.fcp.structure == Fcp::Structure::kBerTlv)
    stop(file.name + " holds BER-TLV objects: RETRIEVE DATA reads them");
  if (file.fcp.is_directory()) stop(file.name + " is a directory", 2);
  const auto records = need(card_.read_all(file.fcp));
  if (!hex_only) {
    print_row(file.name, file.fid, file.fcp);
    print_facts(usim::describe_file(usim::described_as(here_.templates, file.name), records));
  }
  if (usim::holds_keys(file.name) && !options_.secrets) {
    std::printf("  keys: shown with --secrets\n");
    return;
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (hex_only)
      std::printf("%s\n", to_hex(records[i]).c_str());
    else if (records.size() > 1)
      std::printf("  %3zu  %s\n", i + 1, to_hex(records[i]).c_str());
    else
      std::printf("  %s\n", to_hex(records[i]).c_str());
  }
}

void Shell::print_pins() {
  const auto fcp = select(here_);
  if (fcp.pins.empty()) std::printf("the card names no PIN for %s\n", here_.shown.c_str());
  for (const auto& p : fcp.pins) {
    const auto left = card_.attempts(p.reference);
    const std::string attempts = !left                ? fault_text(left.error())
                                 : !left->has_value() ? "verified or not needed"
                                                      : std::to_string(**left) + " attempts left";
    std::printf("%02X  %-14s %-9s %s\n", unsigned{p.reference}, usim::key_reference_text(p.reference).c_str(),
                p.enabled ? "enabled" : "disabled", attempts.c_str());
  }
}

void Shell::update(const std::vector<std::string>& words) {
  if (words.size() != 3 && words.size() != 4) stop("update FILE [RECORD] HEX", 2);
  const auto file = select_file(words[1]);
  const auto content = hex_or_stop(words.back());
  if (words.size() == 3) {
    if (file.fcp.has_records()) stop(file.name + " has records: update FILE RECORD HEX", 2);
    need(card_.update_binary(0, content));
    return;
  }
  const int record = std::atoi(words[2].c_str());
  if (record < 1 || record > file.fcp.records)
    stop("records of " + file.name + " count from 1 to " + std::to_string(file.fcp.records), 2);
  need(card_.update_record(static_cast<std::uint8_t>(record), content));
}

void Shell::code(const std::vector<std::string>& words, const std::string& verb) {
  const std::size_t codes = verb == "change" || verb == "unblock" ? 2 : 1;
  if (words.size() != 2 + codes) stop(verb + " " + verbs_[verb].arguments, 2);
  const auto reference = key_reference(words[1]);
  const auto first = code_octets(words[2]);
  select(here_);
  if (verb == "verify") need(card_.verify(reference, first));
  if (verb == "enable") need(card_.enable(reference, first));
  if (verb == "disable") need(card_.disable(reference, first));
  if (verb == "change") need(card_.change(reference, first, code_octets(words[3])));
  if (verb == "unblock") need(card_.unblock(reference, first, code_octets(words[3])));
  std::printf("%s: done\n", usim::key_reference_text(reference).c_str());
}

// TS 31.102 section 7.1.2: DB, then RES, CK, IK (and Kc) with their lengths; DC: AUTS.
void Shell::authenticate(const std::vector<std::string>& words) {
  if (words.size() != 3) stop("auth RAND AUTN", 2);
  Bytes data;
  for (const auto& text : {words[1], words[2]}) {
    const auto octets = hex_or_stop(text);
    if (octets.size() != 16) stop("RAND and AUTN have 16 octets each", 2);
    data.push_back(16);
    append(data, octets);
  }
  select(here_);
  const auto answer = need(card_.send(CommandApdu{0x00, 0x88, 0x00, 0x81, data, 256}));
  if (!answer.good()) stop(fault_text(Fault(StatusWord{answer.sw})));
  const ByteView v = answer.data;
  if (v.empty()) stop("an empty answer");
  std::vector<std::string> names = {"RES", "CK", "IK", "Kc"};
  if (v[0] == 0xDC) names = {"AUTS"};
  std::size_t at = 1;
  for (const auto& name : names) {
    if (at >= v.size() || at + 1 + v[at] > v.size()) break;
    std::printf("%-4s  %s\n", name.c_str(), to_hex(v.subspan(at + 1, v[at])).c_str());
    at += 1 + v[at];
  }
}

void Shell::apdu(const std::vector<std::string>& words) {
  if (words.size() < 2) stop("apdu HEX", 2);
  std::string text;
  for (std::size_t i = 1; i < words.size(); ++i) text += words[i];
  const auto answer = need(card_.send(ByteView(hex_or_stop(text))));
  const auto meaning = explain_status_word(answer.sw);
  std::printf("%s%s%04X  %s\n", to_hex(answer.data).c_str(), answer.data.empty() ? "" : " ",
              unsigned{answer.sw}, meaning.meaning.c_str());
}

void Shell::tree() {
  const auto mf = need(discover_files(card_));
  const std::function<void(const FileEntry&, int, Place)> show = [&](const FileEntry& e, int depth,
                                                                     Place place) {
    const std::string name = std::string(static_cast<std::size_t>(depth) * 2, ' ') + e.name;
    print_row(name, e.fid, e.fcp);
    for (const auto& c : e.children) {
      auto inner = place;
      if (c.fcp.is_directory()) {
        if (c.fid == 0x7FFF)
          inner = {c.path, std::string(application_name(c.fcp.df_name)), {0x7F, 0xFF}, c.fcp.df_name};
        else
          inner.path = concat({place.path, octets_of(c.fid)});
      }
      show(c, depth + 1, inner);
      const auto described = usim::described_as(place.templates, c.name);
      if (c.fcp.is_directory() || !usim::can_describe(described) || c.name == "EF.ARR") continue;
      select(place);
      const auto fcp = card_.select(c.fid);
      const auto records = fcp ? card_.read_all(*fcp) : Result<std::vector<Bytes>>(fail(fcp.error()));
      const auto indent = std::string(static_cast<std::size_t>(depth) * 2 + 6, ' ');
      if (!records) {
        std::printf("%snot readable: %s\n", indent.c_str(), first_line(fault_text(records.error())).c_str());
        continue;
      }
      auto facts = usim::describe_file(described, *records);
      if (facts.size() > kFactsInTree) facts = {{"", names_of(facts)}};
      for (const auto& f : facts)
        std::printf("%s%s%s%s\n", indent.c_str(), f.name.c_str(),
                    f.name.empty() || f.value.empty() ? "" : ": ", f.value.c_str());
    }
  };
  show(mf, 0, {});
  select(here_);
}

std::vector<std::string> Shell::complete(const std::string& line) const {
  std::vector<std::string> out;
  const auto words = words_of(line);
  const bool first = words.empty() || (words.size() == 1 && !line.ends_with(' '));
  const std::string start = line.ends_with(' ') || words.empty() ? "" : words.back();
  if (first) {
    for (const auto& [name, verb] : verbs_)
      if (name.starts_with(start)) out.push_back(name);
    return out;
  }
  const auto offer = [&](std::string_view name) {
    const auto tail = name.substr(name.find('.') == std::string_view::npos ? 0 : name.find('.') + 1);
    if (upper(std::string(name)).starts_with(upper(start)) ||
        upper(std::string(tail)).starts_with(upper(start)))
      out.emplace_back(name);
  };
  for (const auto& known : known_files(here_.templates)) offer(known.name);
  if (here_.shown == "MF")
    for (const auto& [name, aid] : applications_) offer(name);
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace eider::app::card_cmd
