#include "roles/smdp/es8/answers.hpp"

namespace eider::smdp::es8 {
namespace {
constexpr Tag kCommand = 0x22, kResponse = 0x23, kDefinite = 0xAB, kCounter = 0x80, kChaining = 0x83,
              kBadFormat = 0x90;
constexpr std::uint8_t kIndefinite[] = {0xAF, 0x80};

bool went_well(std::uint16_t sw) {
  const auto sw1 = sw >> 8;
  return sw == 0x9000 || sw1 == 0x61 || sw1 == 0x62 || sw1 == 0x63;
}
std::string error_name(Tag command, std::uint8_t code) {
  if (code == 0x01) return "structure or length of " + tag_text(command);
  if (code == 0x02) return "security of " + tag_text(command);
  if (code == 0x03) return "no such key";
  return "unknown";
}
}  // namespace

Result<std::vector<Tlv>> read_members(ByteView data) {
  if (data.size() >= 4 && equal(data.first(2), kIndefinite) && data[data.size() - 1] == 0 &&
      data[data.size() - 2] == 0)
    return read_tlvs(data.subspan(2, data.size() - 4), false);
  EIDER_TRY(members, read_tlvs(data, false));
  if (members.size() == 1 && members[0].tag == kDefinite) return read_tlvs(members[0].value, false);
  return members;
}

Result<std::vector<ResponseApdu>> read_response_apdus(ByteView data) {
  std::vector<ResponseApdu> out;
  if (const auto members = read_members(data)) {
    bool all_known = true;
    for (const auto& m : *members) {
      if (m.tag == kBadFormat && !m.value.empty())  // 90 00 ends a bare R-APDU
        return fail(DecodeFault{"EuiccResponseData", 0, "the card could not read the script"});
      all_known = all_known && (m.tag == kResponse || m.tag == kCounter || m.tag == kChaining);
      if (m.tag != kResponse) continue;
      EIDER_TRY(response, parse_response(m.value));
      out.push_back(std::move(response));
    }
    if (all_known && !out.empty()) return out;
    out.clear();
  }
  EIDER_TRY(bare, parse_response(data));
  out.push_back(std::move(bare));
  return out;
}

Result<std::vector<ResponseApdu>> expect_success(ByteView data, std::size_t commands) {
  EIDER_TRY(responses, read_response_apdus(data));
  for (const auto& r : responses)
    if (!went_well(r.sw)) return fail(StatusWord{r.sw});
  // A card, or the SM-SR, may give the answer to the last command alone.
  if (responses.empty() || (responses.size() != 1 && responses.size() != commands))
    return fail(DecodeFault{"EuiccResponseData", 0, "as many answers as commands are expected"});
  return responses;
}

Result<std::vector<ByteView>> read_scp03t_answers(ByteView data, std::optional<Fault>* error) {
  EIDER_TRY(members, read_members(data));
  std::vector<ByteView> out;
  for (const auto& m : members) {
    if (m.tag >= 0x9F44 && m.tag <= 0x9F47) {
      const std::uint8_t code = m.value.empty() ? 0 : m.value[0];
      Fault fault = Es10Fault{"SCP03t", code, error_name(m.tag - 0x9F00 + 0x40, code)};
      if (!error) return fail(std::move(fault));
      *error = std::move(fault);
      return out;
    }
    if (m.tag == kCounter || m.tag == kChaining) continue;
    if (m.tag == kBadFormat)
      return fail(DecodeFault{"EuiccResponseData", 0, "the card could not read the script"});
    if (m.tag < 0x84 || m.tag > 0x86)
      return fail(DecodeFault{"EuiccResponseData", 0, tag_text(m.tag) + " is no answer of SCP03t"});
    out.push_back(m.whole);
  }
  return out;
}

void append_command(Bytes& out, const CommandApdu& command) {
  append_tlv(out, kCommand, command.encode());
}

}  // namespace eider::smdp::es8
