// Faults as three lines: cause, clause, remedy.
#include "cmd_lpa.hpp"
#include "command.hpp"
#include "spec/sgp22/result_codes.hpp"
#include "spec/sgp22/status_codes.hpp"
#include "spec/status_words.hpp"

namespace eider::app::lpa_cli {
namespace {

std::string section(std::string_view number) {
  return "SGP.22 v2.6.1 section " + std::string(number);
}

const status::Row* row_of(const FunctionStatus& f, Server server) {
  const auto rows = status::find(f.subject_code, f.reason_code);
  for (const auto* row : rows)
    if (row->function.starts_with(server == Server::kSmds ? "ES11" : "ES9+")) return row;
  return rows.empty() ? nullptr : rows.front();
}

struct Explain {
  Server server;

  FaultText operator()(const FunctionStatus& f) const {
    FaultText t;
    const std::string code = f.subject_code + "/" + f.reason_code;
    const auto* row = row_of(f, server);
    if (row) {
      t.cause = "the " + server_name(server) + " refused (" + code + "): " + std::string(row->cause);
      t.clause = section(row->section) + ", " + std::string(row->function);
      t.remedy = row->remedy;
    } else {
      t.cause = "the " + server_name(server) + " refused (" + code + ")";
      t.clause = section("5.2.6");
      t.remedy = "Ask the operator: this code is not in the specification.";
    }
    if (!f.message.empty() && (!row || f.message != row->cause))
      t.cause += "; it says: " + printable(f.message);
    t.json = {{"kind", "functionStatus"},
              {"subjectCode", f.subject_code},
              {"reasonCode", f.reason_code},
              {"subjectIdentifier", f.subject_identifier},
              {"message", f.message}};
    return t;
  }
  FaultText operator()(const Es10Fault& f) const {
    FaultText t;
    const std::string code = f.function + " " + f.name + "(" + std::to_string(f.code) + ")";
    if (const auto* row = result_code::find(f.function, f.code)) {
      t.cause = "the card refused (" + code + "): " + std::string(row->cause);
      t.clause = section(row->section);
      t.remedy = row->remedy;
    } else {
      t.cause = "the card refused (" + code + ")";
      t.clause = section("5.7");
    }
    t.json = {{"kind", "es10"}, {"function", f.function}, {"code", f.code}, {"name", f.name}};
    return t;
  }
  FaultText operator()(const StatusWord& f) const {
    const auto text = explain_status_word(f.sw);
    const auto word = to_hex(Bytes{static_cast<std::uint8_t>(f.sw >> 8), static_cast<std::uint8_t>(f.sw)});
    return {"the card refused with status word " + word + ": " + text.meaning,
            std::string(text.section),
            std::string(text.remedy),
            1,
            {{"kind", "statusWord"}, {"statusWord", word}}};
  }
  FaultText operator()(const VerificationFault& f) const {
    using C = VerificationFault::Check;
    FaultText t;
    t.cause = std::string(to_string(f.check)) + ": " + printable(f.what);
    t.clause = f.check == C::kBinding ? section("3.1.2") : section("4.5.2.2");
    switch (f.check) {
      case C::kChain:
        t.remedy = "Name the CI certificate that the server chains to with --ca or --pki.";
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
    t.json = {{"kind", "verification"}, {"check", to_string(f.check)}};
    return t;
  }
  FaultText operator()(const TransportFault& f) const {
    return {"not reached: " + printable(f.what),
            "",
            "Check the connection and try again: nothing is used up by this.",
            3,
            {{"kind", "transport"}, {"sent", f.sent}}};
  }
  FaultText operator()(const DecodeFault& f) const {
    return {"the other side sent something malformed: " + printable(f.path) + " at offset " +
                std::to_string(f.offset) + ": " + printable(f.what),
            section("2.8"),
            "Try again; if it stays, tell the operator of the server or the maker of the card.",
            1,
            {{"kind", "decode"}, {"path", f.path}, {"offset", f.offset}}};
  }
  FaultText operator()(const LocalFault& f) const {
    return {printable(f.what), "", f.remedy, 1, {{"kind", "local"}}};
  }
};
}  // namespace

std::string server_name(Server server) {
  return server == Server::kSmds ? "SM-DS" : "SM-DP+";
}

FaultText explain(const Fault& fault, Server server) {
  auto text = std::visit(Explain{server}, fault.kind());
  text.json["cause"] = text.cause;
  text.json["clause"] = text.clause;
  text.json["remedy"] = text.remedy;
  return text;
}

void fail_with(const Fault& fault, const Options& options) {
  fail_with(explain(fault), options);
}

void fail_with(FaultText text, const Options& options) {
  if (options.json) print_json(boost::json::object{{"error", text.json}});
  std::string message = text.cause;
  if (!text.clause.empty()) message += "\n  clause  " + text.clause;
  if (!text.remedy.empty()) message += "\n  remedy  " + text.remedy;
  throw CommandError{text.exit_code, message};
}

}  // namespace eider::app::lpa_cli
