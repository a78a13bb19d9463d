// The C interface between a malicious card and a malicious server: which function, what the user says and
// when it is cancelled come from the input, too. An answer of the card is a length octet and as many octets,
// then 9000; FF gives the next two as the whole answer; FE an answer with a size that cannot be. HTTP answers
// are an octet for status, type and number of parts, then the parts, each a length octet and its octets.
#include <eider/lpa.h>

#include "support/operations.hpp"

using namespace eider;

namespace {
struct Host {
  test::Operations card, server;
  eider_lpa* lpa = nullptr;
  int steps = 0, cancel_at = 0;
};

eider_lpa_status transmit(void* context, const std::uint8_t* command, std::size_t command_size,
                          std::uint8_t* response, std::size_t* size) {
  auto& card = static_cast<Host*>(context)->card;
  if (command_size == 0 || command_size > 261 || command == nullptr) __builtin_trap();
  if (card.empty()) return EIDER_LPA_ERR_NOT_REACHED;
  const std::size_t length = card.octet();
  if (length == 0xFE) return *size += card.octet(), EIDER_LPA_OK;
  std::size_t n = 0;
  const std::size_t data = length == 0xFF ? 2 : length;
  while (n < data) response[n++] = card.octet();
  if (length != 0xFF) response[n++] = 0x90, response[n++] = 0x00;
  *size = n;
  return EIDER_LPA_OK;
}

eider_lpa_status reset(void*) {
  return EIDER_LPA_OK;
}

eider_lpa_status post(void* context, const eider_lpa_http_request* request, eider_lpa_http_reply* reply) {
  auto& server = static_cast<Host*>(context)->server;
  if (!request->host || !request->path || (request->body_size && !request->body)) __builtin_trap();
  if (server.empty()) return EIDER_LPA_ERR_NOT_REACHED;
  const auto kind = server.octet();
  (void)eider_lpa_http_reply_status(reply, kind < 200 ? 200 : kind * 2);
  if (kind & 1) (void)eider_lpa_http_reply_header(reply, "Content-Type", "application/json");
  for (int parts = 1 + (kind >> 1 & 3); parts > 0; --parts) {
    const auto body = server.octets();
    (void)eider_lpa_http_reply_body(reply, body.data(), body.size());
  }
  return kind == 199 ? EIDER_LPA_ERR_VERIFICATION : EIDER_LPA_OK;
}

eider_lpa_answer confirm(void* context, const eider_lpa_offer* offer) {
  if (!offer->profile->iccid || !offer->profile->name) __builtin_trap();
  return static_cast<Host*>(context)->card.octet() % 5 == 0 ? EIDER_LPA_NO : EIDER_LPA_YES;
}

void progress(void* context, std::int32_t, std::uint64_t, std::uint64_t) {
  auto& h = *static_cast<Host*>(context);
  if (++h.steps == h.cancel_at) (void)eider_lpa_cancel(h.lpa, EIDER_LPA_LATER);
}

eider_lpa_status call(eider_lpa* lpa, unsigned which) {
  const eider_lpa_chip* chip = nullptr;
  eider_lpa_profiles* profiles = nullptr;
  eider_lpa_notifications* notifications = nullptr;
  eider_lpa_events* events = nullptr;
  char* text = nullptr;
  eider_lpa_download_request request{};
  request.struct_size = sizeof request;
  request.activation_code = "1$smdp.example.com$A";
  eider_lpa_status status = EIDER_LPA_OK;
  switch (which) {
    case 0:
      status = eider_lpa_chip_info(lpa, &chip);
      break;
    case 1:
      status = eider_lpa_list(lpa, 1, &profiles);
      break;
    case 2:
      status = eider_lpa_enable(lpa, "8988211000000000019", nullptr);
      break;
    case 3:
      status = eider_lpa_delete(lpa, "8988211000000000019", nullptr);
      break;
    case 4:
      status = eider_lpa_set_nickname(lpa, "8988211000000000019", "Travel");
      break;
    case 5:
      status = eider_lpa_memory_reset(lpa, EIDER_LPA_RESET_OPERATIONAL, nullptr);
      break;
    case 6:
      status = eider_lpa_default_smdp(lpa, &text);
      break;
    case 7:
      status = eider_lpa_discover(lpa, "ds.example.com", &events);
      break;
    case 8:
      status = eider_lpa_deliver(lpa, 0, &notifications);
      break;
    case 9:
      status = eider_lpa_list_notifications(lpa, &notifications);
      break;
    default:
      status = eider_lpa_download(lpa, &request, nullptr);
      break;
  }
  const bool result = chip || profiles || notifications || events || text;
  if (status != EIDER_LPA_OK && result) __builtin_trap();
  if (status == EIDER_LPA_ERR_ARGUMENT || status == EIDER_LPA_ERR_INTERNAL || status == EIDER_LPA_ERR_BUSY)
    __builtin_trap();
  if (eider_lpa_last_error()->status != status) __builtin_trap();
  eider_lpa_chip_free(chip);
  eider_lpa_profiles_free(profiles);
  eider_lpa_notifications_free(notifications);
  eider_lpa_events_free(events);
  eider_lpa_string_free(text);
  return status;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const std::size_t card_size = std::min<std::size_t>(data[2] * 16u, size - 4);
  Host h{test::Operations({data + 4, card_size}),
         test::Operations({data + 4 + card_size, size - 4 - card_size})};
  h.cancel_at = data[1] & 15;
  eider_lpa_card card{};
  card = {sizeof card, &h, &transmit, &reset};
  eider_lpa_http http{};
  http = {sizeof http, &h, &post};
  eider_lpa_user user{};
  user.struct_size = sizeof user;
  user.context = &h;
  user.confirm = &confirm;
  user.progress = &progress;
  eider_lpa_config config{};
  config.struct_size = sizeof config;
  config.flags =
      (data[1] & 16 ? std::uint32_t{EIDER_LPA_ONLY_TERMINAL} : 0u) | EIDER_LPA_NO_TERMINAL_CAPABILITY;
  config.card = &card;
  config.http = &http;
  config.user = &user;
  config.max_http_body = 4096;
  config.binding = data[1] >> 5 & 1;
  if (eider_lpa_create(&config, &h.lpa) != EIDER_LPA_OK) __builtin_trap();
  (void)call(h.lpa, data[0] % 12);
  (void)call(h.lpa, data[3] % 12);
  (void)eider_lpa_destroy(h.lpa);
  return 0;
}
