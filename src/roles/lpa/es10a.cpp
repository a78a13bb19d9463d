#include "roles/lpa/es10a.hpp"

#include "spec/sgp22/result_codes.hpp"

namespace eider::lpa::es10a {

Result<ConfiguredAddresses> get_euicc_configured_addresses(Es10Client& card) {
  EIDER_TRY(raw, card.store_data(der::encode(sgp22::EuiccConfiguredAddressesRequest{})));
  EIDER_TRY(answer, read_single_tlv(raw, false));
  if (answer.tag != 0xBF3C)
    return fail(DecodeFault{"EuiccConfiguredAddressesResponse", 0, "tag " + tag_text(answer.tag)});
  ConfiguredAddresses out;
  if (const auto dp = find_tlv(answer.value, 0x80)) out.defaultDpAddress = as_text(dp->value);
  if (const auto ds = find_tlv(answer.value, 0x81)) out.rootDsAddress = as_text(ds->value);
  return out;
}

Status set_default_dp_address(Es10Client& card, std::string_view address) {
  sgp22::SetDefaultDpAddressRequest request;
  request.defaultDpAddress = address;
  EIDER_TRY(r, es10_call<sgp22::SetDefaultDpAddressResponse>(card, request));
  const int code = r.value.setDefaultDpAddressResult;
  if (code != 0) return fail(result_code::make_fault("SetDefaultDpAddress", code));
  return {};
}

}  // namespace eider::lpa::es10a
