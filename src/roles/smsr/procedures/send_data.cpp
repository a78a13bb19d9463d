// ES3.SendData and ES3.UpdateConnectivityParameters: what the SM-DP says to a security domain passes through
// (SGP.02 v4.2 sections 5.4.3 and 5.4.13).
#include "codec/tlv.hpp"
#include "roles/smsr/procedures/procedure.hpp"

namespace eider::smsr {
namespace {

// In TLVs already, or one C-APDU, which some send bare.
bool is_tlvs(ByteView data) {
  const auto members = read_tlvs(data, false);
  return members && !members->empty() && std::ranges::all_of(*members, [](const Tlv& t) {
           return t.tag == 0x22 || (t.tag >= 0x84 && t.tag <= 0x88);
         });
}

Result<Script> script(StoreReader&, Context&, const Operation& o) {
  if (is_tlvs(o.data)) return Script{o.isdp_aid, o.data};
  if (!parse_command(o.data)) return refuse(code::kFormatInvalid, "Data", "neither TLVs nor a C-APDU");
  return Script{o.isdp_aid, make_tlv(0x22, o.data)};
}

// 9F44 to 9F47 of SCP03t; a status word that ended the script.
bool refused(const CardAnswer& answer) {
  if (answer.bad_format) return true;
  for (const auto& r : answer.responses) {
    const auto sw1 = r.sw >> 8;
    if (r.sw != 0x9000 && sw1 != 0x61 && sw1 != 0x62 && sw1 != 0x63 && sw1 != 0x91) return true;
  }
  const auto members = read_tlvs(answer.content, false);
  return members &&
         std::ranges::any_of(*members, [](const Tlv& t) { return t.tag >= 0x9F44 && t.tag <= 0x9F47; });
}

Status answered(StoreTransaction& tx, Context& context, Operation& o, const CardAnswer& answer) {
  Outcome out;
  if (refused(answer)) out = failure(code::kIsdpExecutionError, to_hex(o.isdp_aid));
  out.euicc_response = answer.content;
  return finish(tx, context, o, out);
}
}  // namespace

const Procedure procedures::kSendData = {
    OperationKind::kSendData, 0, false, true, nullptr, script, answered, nullptr};
const Procedure procedures::kUpdateConnectivity = {
    OperationKind::kUpdateConnectivity, 0, false, false, nullptr, script, answered, nullptr};

}  // namespace eider::smsr
