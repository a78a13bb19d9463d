#include "capi/error.hpp"

namespace eider::capi {
namespace {

struct LastError {
  ErrorText text;
  eider_lpa_error view{};
  LastError() { set(EIDER_LPA_OK); }
  void set(eider_lpa_status status) {
    view = {sizeof view,        status, text.code.c_str(), text.cause.c_str(), text.clause.c_str(),
            text.remedy.c_str()};
  }
};

LastError& last() {
  thread_local LastError error;
  return error;
}

// Text that needs no memory.
eider_lpa_status fail_plainly(eider_lpa_status status, const char* cause, const char* remedy) {
  last().view = {sizeof(eider_lpa_error), status, "", cause, "", remedy};
  return status;
}

struct StatusOf {
  eider_lpa_status operator()(const FunctionStatus&) const { return EIDER_LPA_ERR_SERVER; }
  eider_lpa_status operator()(const Es10Fault&) const { return EIDER_LPA_ERR_CARD; }
  eider_lpa_status operator()(const StatusWord&) const { return EIDER_LPA_ERR_CARD; }
  eider_lpa_status operator()(const VerificationFault&) const { return EIDER_LPA_ERR_VERIFICATION; }
  eider_lpa_status operator()(const TransportFault&) const { return EIDER_LPA_ERR_NOT_REACHED; }
  eider_lpa_status operator()(const DecodeFault&) const { return EIDER_LPA_ERR_MALFORMED; }
  eider_lpa_status operator()(const LocalFault&) const { return EIDER_LPA_ERR_LOCAL; }
};
}  // namespace

eider_lpa_status succeed() {
  last().text = {};
  last().set(EIDER_LPA_OK);
  return EIDER_LPA_OK;
}

eider_lpa_status fail(eider_lpa_status status, ErrorText text) {
  last().text = std::move(text);
  last().set(status);
  return status;
}

eider_lpa_status fail_argument(std::string cause) {
  return fail(EIDER_LPA_ERR_ARGUMENT,
              {"", std::move(cause), "", "This is a mistake of the program: see eider/lpa.h."});
}

eider_lpa_status status_of(const Fault& fault) {
  return std::visit(StatusOf{}, fault.kind());
}

eider_lpa_status fail_fault(const Fault& fault, lpa::ServerRole role) {
  auto e = lpa::explain(fault, role);
  return fail(status_of(fault),
              {std::move(e.code), std::move(e.cause), std::move(e.clause), std::move(e.remedy)});
}

eider_lpa_status fail_memory() noexcept {
  return fail_plainly(EIDER_LPA_ERR_MEMORY, "there is no memory left", "Free some, and try again.");
}

eider_lpa_status fail_exception(const char* what) noexcept {
  try {
    return fail(EIDER_LPA_ERR_INTERNAL,
                {"", std::string("the library has a defect: ") + what, "",
                 "Report it with what was called; close the handle and open it anew."});
  } catch (...) {
    return fail_plainly(EIDER_LPA_ERR_INTERNAL, "the library has a defect", "");
  }
}

const eider_lpa_error& last_error() {
  return last().view;
}

}  // namespace eider::capi
