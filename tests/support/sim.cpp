#include "support/sim.hpp"

namespace eider::test {

BppPlan plan_of_package(Bytes upp, const char* iccid) {
  BppPlan plan;
  plan.metadata.iccid = *sgp22::parse_iccid(iccid);
  plan.metadata.profileClass = sgp22::ProfileClass::kTest;
  plan.metadata.serviceProviderName = "Eider";
  plan.metadata.profileName = iccid;
  plan.upp = std::move(upp);
  return plan;
}

std::uint16_t Terminal::application(std::string_view aid) {
  return send(CommandApdu{0x00, 0xA4, 0x04, 0x04, hex(aid), 256}.encode()).sw;
}

CardResponse Terminal::path(std::string_view path) {
  return send(CommandApdu{0x00, 0xA4, 0x08, 0x04, hex(path), 256}.encode());
}

std::string Terminal::member(std::string_view path_text, Tag tag) {
  const auto r = path(path_text);
  const auto fcp = must(read_single_tlv(r.data));
  const auto found = find_tlv(fcp.value, tag);
  return found ? to_hex(found->value) : "absent";
}

std::string Terminal::binary(std::size_t size) {
  Bytes out;
  while (out.size() < size) {
    const auto n = static_cast<std::uint32_t>(std::min<std::size_t>(255, size - out.size()));
    const auto r = send(CommandApdu{
        0x00, 0xB0, static_cast<std::uint8_t>(out.size() >> 8), static_cast<std::uint8_t>(out.size()), {}, n}
                            .encode());
    if (r.sw != 0x9000) return "status word " + std::to_string(r.sw);
    append(out, r.data);
  }
  return to_hex(out);
}

std::string Terminal::record(std::size_t number, std::uint8_t length) {
  const auto r = send(CommandApdu{0x00, 0xB2, static_cast<std::uint8_t>(number), 0x04, {}, length}.encode());
  return r.sw == 0x9000 ? to_hex(r.data) : "status word " + std::to_string(r.sw);
}

}  // namespace eider::test
