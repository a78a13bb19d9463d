// Faults as three lines: cause, clause, remedy.
#include "cmd_lpa.hpp"
#include "command.hpp"
#include "roles/lpa/explain.hpp"

namespace eider::app::lpa_cli {
namespace {

// What kind of fault it is, for programs.
struct Members {
  const std::string& code;

  boost::json::object operator()(const FunctionStatus& f) const {
    return {{"kind", "functionStatus"},
            {"subjectCode", f.subject_code},
            {"reasonCode", f.reason_code},
            {"subjectIdentifier", f.subject_identifier},
            {"message", f.message}};
  }
  boost::json::object operator()(const Es10Fault& f) const {
    return {{"kind", "es10"}, {"function", f.function}, {"code", f.code}, {"name", f.name}};
  }
  boost::json::object operator()(const StatusWord&) const {
    return {{"kind", "statusWord"}, {"statusWord", code}};
  }
  boost::json::object operator()(const VerificationFault& f) const {
    return {{"kind", "verification"}, {"check", to_string(f.check)}};
  }
  boost::json::object operator()(const TransportFault& f) const {
    return {{"kind", "transport"}, {"sent", f.sent}};
  }
  boost::json::object operator()(const DecodeFault& f) const {
    return {{"kind", "decode"}, {"path", f.path}, {"offset", f.offset}};
  }
  boost::json::object operator()(const LocalFault&) const { return {{"kind", "local"}}; }
};
}  // namespace

std::string server_name(Server server) {
  return server == Server::kSmds ? "SM-DS" : "SM-DP+";
}

FaultText explain(const Fault& fault, Server server) {
  auto e = lpa::explain(fault, server == Server::kSmds ? lpa::ServerRole::kSmds : lpa::ServerRole::kSmdpPlus);
  const auto* check = fault.as<VerificationFault>();
  if (check && check->check == VerificationFault::Check::kChain)
    e.remedy = "Name the CI certificate that the server chains to with --ca or --pki.";
  FaultText text{std::move(e.cause), std::move(e.clause), std::move(e.remedy), fault.not_reached() ? 3 : 1,
                 std::visit(Members{e.code}, fault.kind())};
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
