// Services of EF.UST, 3GPP TS 31.102 section 4.2.8.
#include "spec/usim/contents.hpp"

namespace eider::usim {
namespace {
constexpr std::string_view kServices[] = {
    "local phone book",
    "fixed dialling numbers",
    "extension 2",
    "service dialling numbers",
    "extension 3",
    "barred dialling numbers",
    "extension 4",
    "outgoing call information",
    "incoming call information",
    "short message storage",
    "short message status reports",
    "short message service parameters",
    "advice of charge",
    "capability configuration parameters 2",
    "cell broadcast message identifier",
    "cell broadcast message identifier ranges",
    "group identifier level 1",
    "group identifier level 2",
    "service provider name",
    "user controlled PLMN selector",
    "MSISDN",
    "image",
    "SoLSA",
    "enhanced multi-level precedence and pre-emption",
    "automatic answer for eMLPP",
    "",
    "GSM access",
    "data download by SMS-PP",
    "data download by SMS-CB",
    "call control",
    "MO-SMS control",
    "RUN AT COMMAND",
    "shall be set to 1",
    "enabled services table",
    "APN control list",
    "depersonalisation control keys",
    "co-operative network list",
    "GSM security context",
    "CPBCCH information",
    "investigation scan",
    "MExE",
    "operator controlled PLMN selector",
    "HPLMN selector",
    "extension 5",
    "PLMN network name",
    "operator PLMN list",
    "mailbox dialling numbers",
    "message waiting indication",
    "call forwarding indication",
    "",
    "service provider display information",
    "multimedia messaging service",
    "extension 8",
    "call control on GPRS",
    "MMS user connectivity parameters",
    "network's indication of alerting",
    "VGCS group identifier list",
    "VBS group identifier list",
    "pseudonym",
    "user controlled PLMN selector for I-WLAN",
    "operator controlled PLMN selector for I-WLAN",
    "user controlled WSID list",
    "operator controlled WSID list",
    "VGCS security",
    "VBS security",
    "WLAN reauthentication identity",
    "multimedia messages storage",
    "generic bootstrapping architecture",
    "MBMS security",
    "data download by USSD and USSD application mode",
    "equivalent HPLMN",
    "additional terminal profile after UICC activation",
    "equivalent HPLMN presentation indication",
    "last RPLMN selection indication",
    "OMA BCAST smart card profile",
    "GBA-based local key establishment",
    "terminal applications",
    "service provider name icon",
    "PLMN network name icon",
    "connectivity parameters for USIM IP connections",
    "home I-WLAN specific identifier list",
    "I-WLAN equivalent HPLMN presentation indication",
    "I-WLAN HPLMN priority indication",
    "I-WLAN last registered PLMN",
    "EPS mobility management information",
    "allowed CSG lists and indications",
    "call control on EPS PDN connection",
    "HPLMN direct access",
    "eCall data",
    "operator CSG lists and indications",
    "support for SM-over-IP",
    "CSG display control",
    "communication control for IMS by USIM",
    "extended terminal applications",
    "UICC access to IMS",
    "non-access stratum configuration",
    "PWS configuration",
    "RED",
    "URI support by UICC",
    "extended EARFCN support",
};
}  // namespace

std::string_view ust_service(std::size_t number) {
  if (number >= 1 && number <= std::size(kServices)) return kServices[number - 1];
  switch (number) {
    case 122:
      return "5GS mobility management information";
    case 123:
      return "5G security parameters";
    case 124:
      return "subscription identifier privacy support";
    case 125:
      return "SUCI calculation by the USIM";
    case 126:
      return "unified access control access identities";
    case 127:
      return "control plane-based steering of UE in VPLMN";
    case 128:
      return "call control on PDU session by USIM";
    case 129:
      return "5GS operator PLMN list";
    case 130:
      return "support for SUPI of type NSI, GLI or GCI";
    default:
      return {};
  }
}

}  // namespace eider::usim
