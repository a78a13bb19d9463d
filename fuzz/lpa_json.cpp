// Whatever an SM-DP+, proxy or attacker answers on ES9+. First octet: HTTP status and function; the rest: the
// body.
#include "roles/lpa/es9plus_client.hpp"

using namespace eider;

namespace {
class Answer final : public HttpPort {
 public:
  Answer(int status, ByteView body) : status_(status), body_(body) {}
  Result<HttpReply> post(const HttpPost&) override {
    return HttpReply{status_, {{"Content-Type", "application/json"}}, to_bytes(body_)};
  }

 private:
  int status_;
  ByteView body_;
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Answer http(data[0] & 0x80 ? 204 : 200, {data + 1, size - 1});
  auto client = lpa::Es9PlusClient::create(http, "smdp.example.com");
  if (!client) return 0;
  const Bytes transaction(16, 0x11);
  switch (data[0] & 7) {
    case 0:
      (void)client->initiate_authentication({}, {});
      break;
    case 1:
      (void)client->authenticate_client(transaction, {});
      break;
    case 2:
      (void)client->get_bound_profile_package(transaction, {});
      break;
    case 3:
      (void)client->handle_notification({});
      break;
    default:
      (void)client->cancel_session(transaction, {});
      break;
  }
  return 0;
}
