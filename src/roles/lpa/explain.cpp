#include "roles/lpa/explain.hpp"

#include "base/text.hpp"
#include "spec/sgp22/result_codes.hpp"
#include "spec/sgp22/status_codes.hpp"
#include "spec/status_words.hpp"

namespace eider::lpa {
namespace {

std::string section(std::string_view number) {
  return "SGP.22 v2.6.1 section " + std::string(number);
}

const status::Row* row_of(const FunctionStatus& f, ServerRole role) {
  const auto rows = status::find(f.subject_code, f.reason_code);
  for (const auto* row : rows)
    if (row->function.starts_with(role == ServerRole::kSmds ? "ES11" : "ES9+")) return row;
  return rows.empty() ? nullptr : rows.front();
}

struct Explain {
  ServerRole role;

  Explanation operator()(const FunctionStatus& f) const {
    Explanation t;
    t.code = printable(f.subject_code) + "/" + printable(f.reason_code);
    t.cause =
        std::string("the ") + (role == ServerRole::kSmds ? "SM-DS" : "SM-DP+") + " refused (" + t.code + ")";
    const auto* row = row_of(f, role);
    if (row) {
      t.cause += ": " + std::string(row->cause);
      t.clause = section(row->section) + ", " + std::string(row->function);
      t.remedy = row->remedy;
    } else {
      t.clause = section("5.2.6");
      t.remedy = "Ask the operator: this code is not in the specification.";
    }
    // As much of it as a person reads.
    constexpr std::size_t kMostOfAMessage = 400;
    if (!f.message.empty() && (!row || f.message != row->cause))
      t.cause += "; it says: " + printable(f.message.substr(0, kMostOfAMessage)) +
                 (f.message.size() > kMostOfAMessage ? "..." : "");
    return t;
  }
  Explanation operator()(const Es10Fault& f) const {
    Explanation t;
    t.code = f.function + " " + f.name + "(" + std::to_string(f.code) + ")";
    t.cause = "the card refused (" + t.code + ")";
    if (const auto* row = result_code::find(f.function, f.code)) {
      t.cause += ": " + std::string(row->cause);
      t.clause = section(row->section);
      t.remedy = row->remedy;
    } else {
      t.clause = section("5.7");
    }
    return t;
  }
  Explanation operator()(const StatusWord& f) const {
    const auto text = explain_status_word(f.sw);
    const auto word = to_hex(Bytes{static_cast<std::uint8_t>(f.sw >> 8), static_cast<std::uint8_t>(f.sw)});
    return {word, "the card refused with status word " + word + ": " + text.meaning,
            std::string(text.section), std::string(text.remedy)};
  }
  Explanation operator()(const VerificationFault& f) const {
    using C = VerificationFault::Check;
    Explanation t;
    t.code = to_string(f.check);
    t.cause = t.code + ": " + printable(f.what);
    t.clause = f.check == C::kBinding ? section("3.1.2") : section("4.5.2.2");
    switch (f.check) {
      case C::kChain:
        t.remedy = "Trust the CI certificate that the server chains to, if it is one that the card trusts.";
        break;
      case C::kBinding:
        t.remedy = "Do not go on with this server: it is not the one that was asked for, or it is faulty.";
        break;
      case C::kExpired:
      case C::kNotYetValid:
        t.remedy = "Check the clock of this machine, then ask the operator of the server.";
        break;
      default:
        t.remedy = "Ask the operator of the server: its certificate does not fit its role.";
        break;
    }
    return t;
  }
  Explanation operator()(const TransportFault& f) const {
    return {"", "not reached: " + printable(f.what), "",
            "Check the connection and try again: nothing is used up by this."};
  }
  Explanation operator()(const DecodeFault& f) const {
    return {"",
            "the other side sent something malformed: " + printable(f.path) + " at offset " +
                std::to_string(f.offset) + ": " + printable(f.what),
            section("2.8"),
            "Try again; if it stays, tell the operator of the server or the maker of the card."};
  }
  Explanation operator()(const LocalFault& f) const { return {"", printable(f.what), "", f.remedy}; }
};
}  // namespace

Explanation explain(const Fault& fault, ServerRole role) {
  return std::visit(Explain{role}, fault.kind());
}

}  // namespace eider::lpa
