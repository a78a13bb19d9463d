// SOAP messages of ES1 to ES7 and XML signatures from outside: what is read is written, and read again the
// same.
#include "crypto/xml_signature.hpp"
#include "spec/inspect/inspect.hpp"
#include "spec/sgp02/eis_signature.hpp"
#include "spec/sgp02/soap.hpp"

using namespace eider;

namespace {

void one_message(ByteView octets) {
  xml::Limits limits;
  limits.octets = 64 * 1024;
  const auto message = sgp02::soap::decode(octets, limits);
  if (!message) {
    sgp02::soap::encode_refusal({}, message.error());
    return;
  }
  if (!message->function) return;
  const auto once = sgp02::soap::encode(message->header, *message->function, message->kind, message->body);
  const auto again = sgp02::soap::decode(as_bytes(once));
  if (!again) __builtin_trap();
  if (sgp02::soap::encode(again->header, *again->function, again->kind, again->body) != once)
    __builtin_trap();
  if (const auto* request = message->as<sgp02::es1::RegisterEISRequest>()) {
    const auto signature = crypto::XmlSignature::parse(request->eis.eumSigned.signatureXml);
    if (signature) signature->verify(request->eis.eumSigned.signedInfoXml, ByteView{});
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView octets(data, size);
  one_message(octets);
  inspect::soap(as_text(octets));
  crypto::XmlSignature::parse(as_text(octets));
  return 0;
}
