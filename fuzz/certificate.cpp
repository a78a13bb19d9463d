// Certificates, CRLs, names and keys from anywhere: what parses can be printed, compared and verified, and
// means the same when it is parsed again.
#include <cstdlib>

#include "crypto/crl.hpp"
#include "crypto/verify.hpp"
#include "spec/sgp22/certificates.hpp"

using namespace eider;

namespace {
void require(bool holds) {
  if (!holds) std::abort();
}

void certificate(ByteView in) {
  const auto c = crypto::Certificate::parse(in);
  if (!c) return;
  const auto again = crypto::Certificate::parse(as_bytes(c->pem()));
  require(again && *again == *c);
  require(crypto::Name::parse(c->subject().der()).has_value());
  (void)c->subject().text();
  (void)crypto::eid_of(*c);
  (void)crypto::check_eum_name_constraints(*c, *c);
  const crypto::TrustStore nobody;
  const std::vector<crypto::Certificate> chain = {*c};
  for (const auto& row : sgp22::certificate_profiles())
    require(!crypto::verify_certificate(*c, row, nobody, chain, {}));  // there is no root: never accepted
}

void crl(ByteView in) {
  const auto lists = crypto::parse_crl_download(in);
  if (!lists) return;
  for (const auto& list : *lists) {
    const auto again = crypto::Crl::parse(list.der());
    require(again && again->entries().size() == list.entries().size());
    for (const auto& entry : list.entries()) require(list.find(entry.serial) != nullptr);
  }
}

void keys(ByteView in) {
  if (const auto key = crypto::PublicKey::from_spki(in))
    require(crypto::PublicKey::from_spki(key->spki_der())->point() == key->point());
  if (const auto raw = crypto::signature_from_der(in)) require(equal(crypto::signature_to_der(*raw), in));
  if (const auto name = crypto::Name::from_text(as_text(in)))
    require(*crypto::Name::parse(name->der()) == *name);
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView in(data, size);
  certificate(in);
  crl(in);
  keys(in);
  return 0;
}
