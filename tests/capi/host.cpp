#include "capi/host.hpp"

namespace eider::test {
namespace {

eider_lpa_status host_transmit(void* context, const std::uint8_t* command, std::size_t command_size,
                               std::uint8_t* response, std::size_t* response_size) {
  auto& h = *static_cast<Host*>(context);
  ++h.commands;
  if (h.instead_of_card)
    if (const auto status = h.instead_of_card({command, command_size}, response, response_size))
      return *status;
  const auto answer = h.card.euicc.transmit({command, command_size});
  if (!answer) return EIDER_LPA_ERR_NOT_REACHED;
  std::ranges::copy(*answer, response);
  *response_size = answer->size();
  return EIDER_LPA_OK;
}

eider_lpa_status host_reset(void* context) {
  auto& h = *static_cast<Host*>(context);
  ++h.resets;
  return h.card.euicc.reset() ? EIDER_LPA_OK : EIDER_LPA_ERR_NOT_REACHED;
}

eider_lpa_status host_post(void* context, const eider_lpa_http_request* request,
                           eider_lpa_http_reply* reply) {
  auto& h = *static_cast<Host*>(context);
  ++h.posts;
  h.sessions += request->new_session;
  h.policies.assign(request->server_policies, request->server_policies + request->server_policy_count);
  if (h.instead_of_http)
    if (const auto status = h.instead_of_http(*request, reply)) return *status;
  if (h.offline) return EIDER_LPA_ERR_NOT_REACHED;
  HttpReply sent;
  for (std::uint32_t i = 0; i < request->header_count; ++i)
    sent.headers.push_back({request->headers[i].name, request->headers[i].value});
  HttpReply answer;
  if (const auto other = h.others.find(request->host); other != h.others.end()) {
    answer = other->second(*request);
  } else if (equal_ignoring_case(request->host, kHostAddress)) {
    answer = h.server.post(request->path, as_text({request->body, request->body_size}),
                           sent.header("Content-Type"));
  } else {
    (void)eider_lpa_http_reply_failure(reply, "no such host");
    return EIDER_LPA_ERR_NOT_REACHED;
  }
  (void)eider_lpa_http_reply_status(reply, answer.status);
  for (const auto& header : answer.headers)
    (void)eider_lpa_http_reply_header(reply, header.name.c_str(), header.value.c_str());
  // In parts, as it comes from a socket.
  const auto half = answer.body.size() / 2;
  (void)eider_lpa_http_reply_body(reply, answer.body.data(), half);
  return eider_lpa_http_reply_body(reply, answer.body.data() + half, answer.body.size() - half);
}

eider_lpa_answer host_confirm(void* context, const eider_lpa_offer* offer) {
  auto& h = *static_cast<Host*>(context);
  h.offers.push_back(std::string(offer->smdp_address) + " " + offer->profile->iccid + " " +
                     offer->profile->name + " " + offer->profile->service_provider);
  return h.on_confirm ? h.on_confirm(*offer) : eider_lpa_answer{EIDER_LPA_YES};
}

eider_lpa_status host_code(void* context, const eider_lpa_offer*, std::int32_t attempt, char* code,
                           std::size_t* size) {
  auto& h = *static_cast<Host*>(context);
  ++h.prompts;
  const auto index = static_cast<std::size_t>(attempt - 1);
  if (index >= h.codes.size()) return EIDER_LPA_ERR_LOCAL;
  std::ranges::copy(h.codes[index], code);
  *size = h.codes[index].size();
  return EIDER_LPA_OK;
}

void host_progress(void* context, std::int32_t step, std::uint64_t, std::uint64_t) {
  auto& h = *static_cast<Host*>(context);
  const bool begins = h.steps.empty() || h.steps.back() != step;
  if (begins) h.steps.push_back(step);
  if (begins && h.on_step) h.on_step(step);
}

void host_warn(void* context, const char* text) {
  static_cast<Host*>(context)->warnings.emplace_back(text);
}

void host_log(void* context, std::int32_t level, const char* component, const char* text) {
  static_cast<Host*>(context)->logs.push_back(std::to_string(level) + " " + component + " " + text);
}

std::int64_t host_now(void* context) {
  return static_cast<Host*>(context)->server.clock.now().time_since_epoch().count();
}
}  // namespace

Host::Host(const eum::CardModel& model) : server(store), card(server.pki, model) {
  server.put_operator("op", server.client_certificate);
  card_port = {sizeof card_port, this, &host_transmit, &host_reset};
  http_port = {sizeof http_port, this, &host_post};
  user_port.struct_size = sizeof user_port;
  user_port.context = this;
  user_port.confirm = &host_confirm;
  user_port.confirmation_code = &host_code;
  user_port.progress = &host_progress;
  user_port.warn = &host_warn;
  user_port.log = &host_log;
  config.struct_size = sizeof config;
  config.flags = EIDER_LPA_ONLY_TERMINAL;
  config.card = &card_port;
  config.http = &http_port;
  config.user = &user_port;
  config.now = &host_now;
  config.now_context = this;
}

Host::~Host() {
  (void)eider_lpa_destroy(handle_);
}

eider_lpa* Host::lpa() {
  if (!handle_ && eider_lpa_create(&config, &handle_) != EIDER_LPA_OK) throw std::runtime_error(last_error());
  return handle_;
}

void Host::add_profile(int n) {
  server.edit_metadata = [](sgp22::StoreMetadataRequest& m) {
    m.notificationConfigurationInfo.emplace().push_back({sgp22::BitString{0, 1, 2, 3}, kHostAddress});
  };
  server.add_profile(n);
  auto parameters = profile::GenericProfileParameters::random(random);
  parameters.iccid = iccid(n);
  const Bytes package = profile::build_generic_profile(parameters);
  must(store.write(
      [&](smdpp::StoreTransaction& tx) { return tx.put_package(SmDpPlusFixture::iccid(n), package); }));
}

std::string Host::order(int n, std::optional<std::string> code) {
  add_profile(n);
  return std::string("LPA:1$") + kHostAddress + "$" + server.release(n, {}, std::move(code));
}

eider_lpa_status Host::download(const std::string& activation_code, bool enable,
                                const eider_lpa_installed** out, const char* confirmation_code) {
  eider_lpa_download_request request{};
  request.struct_size = sizeof request;
  request.enable = enable;
  request.activation_code = activation_code.c_str();
  request.confirmation_code = confirmation_code;
  return eider_lpa_download(lpa(), &request, out);
}

std::size_t Host::pending() {
  eider_lpa_notifications* list = nullptr;
  if (eider_lpa_list_notifications(lpa(), &list) != EIDER_LPA_OK) throw std::runtime_error(last_error());
  const auto count = eider_lpa_notifications_count(list);
  eider_lpa_notifications_free(list);
  return count;
}

std::size_t Host::profiles() {
  eider_lpa_profiles* list = nullptr;
  if (eider_lpa_list(lpa(), 0, &list) != EIDER_LPA_OK) throw std::runtime_error(last_error());
  const auto count = eider_lpa_profiles_count(list);
  eider_lpa_profiles_free(list);
  return count;
}

std::string last_error() {
  const auto* e = eider_lpa_last_error();
  return std::to_string(e->status) + " " + e->cause;
}

}  // namespace eider::test
