// eider explain: cause, clause and remedy of a code.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <charconv>
#include <cstdio>
#include <memory>
#include <set>

#include "base/bytes.hpp"
#include "command.hpp"
#include "spec/etsi/scp80.hpp"
#include "spec/sgp02/status_codes.hpp"
#include "spec/sgp22/result_codes.hpp"
#include "spec/sgp22/status_codes.hpp"
#include "spec/status_words.hpp"

namespace eider::app::explain_cmd {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  eider explain 8.2.6 3.8            a status code: subject and reason
  eider explain 8.2.6                every reason that comes with a subject
  eider explain EnableProfile 3      a result code of an ES10 function
  eider explain PIR 12               errorReason of a Profile Installation Result
  eider explain PE 9                 a status of a Profile Element
  eider explain CancelSessionReason 3
  eider explain AuthenticateClient   every answer of a function
  eider explain ES3.CreateISDP       every answer of a function of M2M (SGP.02)
  eider explain SW 6985              a status word
  eider explain PoR 0A               the status of an OTA response, in hexadecimal)";

namespace bj = boost::json;

struct Answer {
  std::string title;
  std::vector<std::pair<std::string, std::string>> lines;
};

void print(const std::vector<Answer>& answers, bool json) {
  if (json) {
    bj::array list;
    for (const auto& a : answers) {
      bj::object o{{"title", a.title}};
      for (const auto& [label, value] : a.lines) o[label] = value;
      list.push_back(std::move(o));
    }
    std::puts(bj::serialize(list).c_str());
    return;
  }
  const char* separator = "";
  for (const auto& a : answers) {
    std::printf("%s%s\n", separator, a.title.c_str());
    for (const auto& [label, value] : a.lines) std::printf("  %-8s %s\n", label.c_str(), value.c_str());
    separator = "\n";
  }
}

std::string title(status::Code code) {
  return std::string(code.subject) + " / " + std::string(code.reason) + "  " +
         std::string(status::subject_name(code.subject)) + ": " +
         std::string(status::reason_name(code.reason));
}

Answer of(const status::Row& row) {
  return {title(row.code),
          {{"from", std::string(row.function)},
           {"cause", std::string(row.cause)},
           {"clause", "SGP.22 v2.6.1 section " + std::string(row.section)},
           {"remedy", std::string(row.remedy)}}};
}

Answer of(const sgp02::status::Row& row) {
  return {std::string(row.code.subject) + " / " + std::string(row.code.reason) + "  " +
              std::string(sgp02::status::subject_name(row.code.subject)) + ": " +
              std::string(sgp02::status::reason_name(row.code.reason)),
          {{"from", row.function == "any" ? "any function of M2M" : std::string(row.function)},
           {"cause", std::string(row.cause)},
           {"clause", "SGP.02 v4.2 section " + std::string(row.section)},
           {"remedy", std::string(row.remedy)}}};
}

Answer of(const result_code::Row& row) {
  Answer a{std::string(row.function) + " " + std::to_string(row.code) + "  " + std::string(row.name), {}};
  a.lines.emplace_back("cause", row.cause);
  a.lines.emplace_back("clause", row.section == "TCA" ? "TCA eUICC Profile Package: EUICCResponse"
                                                      : "SGP.22 v2.6.1 section " + std::string(row.section));
  if (!row.remedy.empty()) a.lines.emplace_back("remedy", row.remedy);
  return a;
}

template <class Rows>
std::vector<Answer> all(const Rows& rows) {
  std::vector<Answer> out;
  for (const auto* row : rows) out.push_back(of(*row));
  return out;
}

[[noreturn]] void unknown(const std::string& what, const std::vector<Answer>& near, bool json) {
  if (json) print({}, true);
  std::string message = what;
  if (!near.empty()) message += "; the closest known:";
  for (const auto& a : near) message += "\n  " + a.title;
  throw CommandError{1, message};
}

bool looks_dotted(std::string_view s) {
  return !s.empty() && s.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::optional<int> number(std::string_view s) {
  int v = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), v);
  if (error != std::errc{} || end != s.data() + s.size()) return std::nullopt;
  return v;
}

void explain_status(const std::string& subject, const std::string& reason, bool json) {
  auto rows = status::find(subject, reason);
  if (reason.empty())
    for (const auto& row : status::rows())
      if (row.code.subject == subject) rows.push_back(&row);
  auto answers = all(rows);
  for (auto& a : all(sgp02::status::find(subject, reason))) answers.push_back(std::move(a));
  if (!answers.empty()) return print(answers, json);
  const auto code = reason.empty() ? "subject code " + subject : "status code " + subject + " / " + reason;
  std::string known;
  if (!status::subject_name(subject).empty())
    known += ", subject: " + std::string(status::subject_name(subject));
  if (!status::reason_name(reason).empty()) known += ", reason: " + std::string(status::reason_name(reason));
  unknown("no function answers " + code + known, all(status::closest(subject, reason)), json);
}

void explain_sw(std::string text, bool json) {
  const auto octets = from_hex(text);
  if (!octets || octets->size() != 2)
    throw CommandError{2, "a status word is four hexadecimal digits, as in 6985"};
  const auto sw = static_cast<std::uint16_t>((*octets)[0] << 8 | (*octets)[1]);
  const auto t = explain_status_word(sw);
  Answer a{"SW " + to_hex(*octets) + "  " + t.meaning, {{"clause", std::string(t.section)}}};
  if (!t.remedy.empty()) a.lines.emplace_back("remedy", t.remedy);
  if (!t.known)
    unknown("status word " + to_hex(*octets) + " is not in the table; its first octet says: " + t.meaning, {},
            json);
  print({a}, json);
}

Answer of(const etsi::ResponseStatusRow& row) {
  const Bytes code = {static_cast<std::uint8_t>(row.status)};
  Answer a{"PoR " + to_hex(code) + "  " + std::string(row.name),
           {{"cause", std::string(row.cause)}, {"clause", std::string(row.section)}}};
  if (!row.remedy.empty()) a.lines.emplace_back("remedy", row.remedy);
  return a;
}

void explain_por(const std::string& text, bool json) {
  std::vector<Answer> all;
  for (const auto& row : etsi::response_statuses()) all.push_back(of(row));
  if (text.empty()) return print(all, json);
  const auto code = from_hex(text);
  if (!code || code->size() != 1)
    throw CommandError{2, "a response status code is two hexadecimal digits, as in 0A"};
  const auto* row = etsi::find_response_status((*code)[0]);
  if (!row) unknown("no response packet has status " + to_hex(*code), all, json);
  print({of(*row)}, json);
}

void explain_function(const std::string& function, const std::string& code, bool json) {
  auto results = result_code::of_function(function);
  const auto statuses = status::of_function(function);
  const auto m2m = sgp02::status::of_function(function);
  if (results.empty() && statuses.empty() && m2m.empty()) {
    std::set<std::string> names;
    for (const auto& row : result_code::rows()) names.insert(std::string(row.function));
    for (const auto& row : status::rows()) names.insert(std::string(row.function));
    for (const auto& row : sgp02::status::rows()) names.insert(std::string(row.function));
    std::string list;
    for (const auto& name : names) list += "\n  " + name;
    throw CommandError{1, "no function is called " + function + "; known:" + list};
  }
  if (!code.empty()) {
    const auto n = number(code);
    if (!n) throw CommandError{2, "a result code is a decimal number"};
    const auto* row = result_code::find(function, *n);
    if (!row) unknown(function + " has no result code " + code, all(results), json);
    return print({of(*row)}, json);
  }
  auto answers = all(results);
  for (auto& a : all(statuses)) answers.push_back(std::move(a));
  for (auto& a : all(m2m)) answers.push_back(std::move(a));
  print(answers, json);
}

void explain(const std::string& first, const std::string& second, bool json) {
  if (first == "SW" || first == "sw") return explain_sw(second, json);
  if (first == "PoR" || first == "por") return explain_por(second, json);
  if (looks_dotted(first)) return explain_status(first, second, json);
  explain_function(first, second, json);
}

const RegisterCommand kRegister{{
    .order = 61,
    .name = "explain",
    .summary = "Say why a code was returned and what to do about it",
    .declare =
        [](CLI::App& sub) {
          struct Options {
            std::string first, second;
            bool json = false;
          };
          auto o = std::make_shared<Options>();
          sub.add_option("CODE", o->first, "Subject code, name of a function, PIR, PE, PoR or SW")
              ->required();
          sub.add_option("DETAIL", o->second, "Reason code, result code or status word");
          sub.add_flag("--json", o->json, "Write JSON");
          sub.footer(std::string(kExamples));
          sub.callback([o] { explain(o->first, o->second, o->json); });
        },
}};

}  // namespace
}  // namespace eider::app::explain_cmd
