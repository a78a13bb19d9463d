// A malicious card: each answer is a length octet and as many octets of the input, then 9000; a length of FF
// gives the next two octets as the whole answer, so that any status word can be made.
#include "roles/lpa/es10a.hpp"
#include "roles/lpa/es10b.hpp"
#include "roles/lpa/es10c.hpp"

using namespace eider;

namespace {
class Card final : public CardPort {
 public:
  explicit Card(ByteView input) : left_(input) {}
  Result<Bytes> reset() override { return Bytes{0x3B, 0x00}; }
  Result<Bytes> transmit(ByteView) override {
    if (left_.empty()) return fail(TransportFault{true, "end"});
    const std::size_t length = left_[0];
    left_ = left_.subspan(1);
    if (length == 0xFF) return take(2);
    Bytes out = take(length);
    append(out, hex("9000"));
    return out;
  }

 private:
  Bytes take(std::size_t n) {
    const auto part = left_.first(std::min(n, left_.size()));
    left_ = left_.subspan(part.size());
    return to_bytes(part);
  }
  ByteView left_;
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Card card({data + 1, size - 1});
  lpa::Es10Options options;
  options.terminal_capability = false;
  options.max_get_responses = 64;
  options.max_response = 8192;
  lpa::Es10Client es10(card, options);
  if (!es10.open()) return 0;
  switch (data[0] % 12) {
    case 0:
      (void)lpa::es10a::get_euicc_configured_addresses(es10);
      break;
    case 1:
      (void)lpa::es10b::get_euicc_info1(es10);
      break;
    case 2:
      (void)lpa::es10b::get_euicc_info2(es10);
      break;
    case 3:
      (void)lpa::es10b::get_euicc_challenge(es10);
      break;
    case 4:
      (void)lpa::es10b::authenticate_server(es10, {}, {});
      break;
    case 5:
      (void)lpa::es10b::prepare_download(es10, {}, std::nullopt);
      break;
    case 6:
      (void)lpa::es10b::cancel_session(es10, {}, {});
      break;
    case 7:
      (void)lpa::es10b::get_rat(es10);
      break;
    case 8:
      (void)lpa::es10b::list_notification(es10);
      break;
    case 9:
      (void)lpa::es10b::retrieve_notification(es10, 1);
      break;
    case 10:
      (void)lpa::es10c::get_profiles_info(es10, true);
      break;
    default:
      (void)lpa::es10c::enable_profile(es10, {sgp22::Iccid{}}, true);
      break;
  }
  (void)es10.settle();
  return 0;
}
