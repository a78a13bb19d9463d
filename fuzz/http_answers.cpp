// A server's answers of HTTP in pieces, and what comes to a client of TLS that waits for a server's first
// record.
#include "channel/http_answers.hpp"

#include <cstdlib>

#include "channel/certificate_tls.hpp"

using namespace eider;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t piece = 1 + data[1];
  const ByteView octets(data + 2, size - 2);
  constexpr std::size_t kMost = 4096;
  if (data[0] % 2 == 0) {
    channel::HttpAnswers answers(kMost);
    bool good = true;
    for (std::size_t at = 0; good && at < octets.size(); at += piece)
      good = answers.feed(octets.subspan(at, std::min(piece, octets.size() - at))).has_value();
    if (good) (void)answers.end();
    while (const auto answer = answers.next())
      if (answer->body.size() > kMost || answer->status < 200) std::abort();
    return 0;
  }
  // Nobody can answer this ClientHello with anything but a certificate that is refused.
  auto tls = channel::CertificateTls::client("smdpp.example.com", {}, [](ByteView) -> Status {
    return fail_verification(VerificationFault::Check::kChain, "nobody");
  });
  if (!tls) std::abort();
  for (std::size_t at = 0; at < octets.size(); at += piece)
    if (!tls->feed(octets.subspan(at, std::min(piece, octets.size() - at)))) break;
  if (tls->established()) std::abort();
  (void)tls->output();
  return 0;
}
