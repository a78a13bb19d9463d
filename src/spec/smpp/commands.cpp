#include "spec/smpp/commands.hpp"

#include <algorithm>
#include <array>

namespace eider::smpp {
namespace {
struct CommandRow {
  CommandId id;
  std::string_view name;
};
using C = CommandId;
constexpr CommandRow kCommands[] = {
    {C::kBindReceiver, "bind_receiver"},
    {C::kBindTransmitter, "bind_transmitter"},
    {C::kQuerySm, "query_sm"},
    {C::kSubmitSm, "submit_sm"},
    {C::kDeliverSm, "deliver_sm"},
    {C::kUnbind, "unbind"},
    {C::kReplaceSm, "replace_sm"},
    {C::kCancelSm, "cancel_sm"},
    {C::kBindTransceiver, "bind_transceiver"},
    {C::kOutbind, "outbind"},
    {C::kEnquireLink, "enquire_link"},
    {C::kSubmitMulti, "submit_multi"},
    {C::kAlertNotification, "alert_notification"},
    {C::kDataSm, "data_sm"},
    {C::kGenericNack, "generic_nack"},
    {C::kBindReceiverResp, "bind_receiver_resp"},
    {C::kBindTransmitterResp, "bind_transmitter_resp"},
    {C::kQuerySmResp, "query_sm_resp"},
    {C::kSubmitSmResp, "submit_sm_resp"},
    {C::kDeliverSmResp, "deliver_sm_resp"},
    {C::kUnbindResp, "unbind_resp"},
    {C::kReplaceSmResp, "replace_sm_resp"},
    {C::kCancelSmResp, "cancel_sm_resp"},
    {C::kBindTransceiverResp, "bind_transceiver_resp"},
    {C::kEnquireLinkResp, "enquire_link_resp"},
    {C::kSubmitMultiResp, "submit_multi_resp"},
    {C::kDataSmResp, "data_sm_resp"},
};

constexpr StatusRow kStatuses[] = {
    {0x00, "ESME_ROK", "done"},
    {0x01, "ESME_RINVMSGLEN", "the message is too long or too short"},
    {0x02, "ESME_RINVCMDLEN", "command_length does not fit the command"},
    {0x03, "ESME_RINVCMDID", "the command is not known"},
    {0x04, "ESME_RINVBNDSTS", "the session is not bound for this command"},
    {0x05, "ESME_RALYBND", "the session is bound already"},
    {0x06, "ESME_RINVPRTFLG", "priority_flag"},
    {0x07, "ESME_RINVREGDLVFLG", "registered_delivery"},
    {0x08, "ESME_RSYSERR", "the other side failed"},
    {0x0A, "ESME_RINVSRCADR", "source_addr"},
    {0x0B, "ESME_RINVDSTADR", "destination_addr"},
    {0x0C, "ESME_RINVMSGID", "message_id"},
    {0x0D, "ESME_RBINDFAIL", "bind is refused"},
    {0x0E, "ESME_RINVPASWD", "password"},
    {0x0F, "ESME_RINVSYSID", "system_id"},
    {0x11, "ESME_RCANCELFAIL", "the message cannot be cancelled"},
    {0x13, "ESME_RREPLACEFAIL", "the message cannot be replaced"},
    {0x14, "ESME_RMSGQFUL", "no room for another message at the moment"},
    {0x15, "ESME_RINVSERTYP", "service_type"},
    {0x33, "ESME_RINVNUMDESTS", "number_of_dests"},
    {0x34, "ESME_RINVDLNAME", "dl_name"},
    {0x40, "ESME_RINVDESTFLAG", "dest_flag"},
    {0x42, "ESME_RINVSUBREP", "submit with replace is not possible"},
    {0x43, "ESME_RINVESMCLASS", "esm_class"},
    {0x44, "ESME_RCNTSUBDL", "no messages to distribution lists"},
    {0x45, "ESME_RSUBMITFAIL", "the message is not taken"},
    {0x48, "ESME_RINVSRCTON", "source_addr_ton"},
    {0x49, "ESME_RINVSRCNPI", "source_addr_npi"},
    {0x50, "ESME_RINVDSTTON", "dest_addr_ton"},
    {0x51, "ESME_RINVDSTNPI", "dest_addr_npi"},
    {0x53, "ESME_RINVSYSTYP", "system_type"},
    {0x54, "ESME_RINVREPFLAG", "replace_if_present_flag"},
    {0x55, "ESME_RINVNUMMSGS", "number_of_messages"},
    {0x58, "ESME_RTHROTTLED", "more messages than are allowed at the moment"},
    {0x61, "ESME_RINVSCHED", "schedule_delivery_time"},
    {0x62, "ESME_RINVEXPIRY", "validity_period"},
    {0x63, "ESME_RINVDFTMSGID", "sm_default_msg_id"},
    {0x64, "ESME_RX_T_APPN", "the receiver cannot take the message at the moment"},
    {0x65, "ESME_RX_P_APPN", "the receiver cannot take the message"},
    {0x66, "ESME_RX_R_APPN", "the receiver rejects the message"},
    {0x67, "ESME_RQUERYFAIL", "the query is not answered"},
    {0xC0, "ESME_RINVOPTPARSTREAM", "the optional parameters are malformed"},
    {0xC1, "ESME_ROPTPARNOTALLWD", "an optional parameter has no place in this command"},
    {0xC2, "ESME_RINVPARLEN", "length of a parameter"},
    {0xC3, "ESME_RMISSINGOPTPARAM", "an optional parameter is missing"},
    {0xC4, "ESME_RINVOPTPARAMVAL", "value of an optional parameter"},
    {0xFE, "ESME_RDELIVERYFAILURE", "the message was not delivered"},
    {0xFF, "ESME_RUNKNOWNERR", "unknown error"},
};

// Sections 5.3.2.1 to 5.3.2.44. Some values are shorter or longer than the sections say in practice; those of
// receipts and of messages are taken strictly.
constexpr TlvRow kTlvs[] = {
    {0x0005, "dest_addr_subunit", 1, 1},
    {0x0006, "dest_network_type", 1, 1},
    {0x0007, "dest_bearer_type", 1, 1},
    {0x0008, "dest_telematics_id", 2, 2},
    {0x000D, "source_addr_subunit", 1, 1},
    {0x000E, "source_network_type", 1, 1},
    {0x000F, "source_bearer_type", 1, 1},
    {0x0010, "source_telematics_id", 1, 2},
    {0x0017, "qos_time_to_live", 4, 4},
    {0x0019, "payload_type", 1, 1},
    {0x001D, "additional_status_info_text", 1, 256, true},
    {tag::kReceiptedMessageId, "receipted_message_id", 1, 65, true},
    {0x0030, "ms_msg_wait_facilities", 1, 1},
    {0x0201, "privacy_indicator", 1, 1},
    {0x0202, "source_subaddress", 2, 23},
    {0x0203, "dest_subaddress", 2, 23},
    {tag::kUserMessageReference, "user_message_reference", 2, 2},
    {0x0205, "user_response_code", 1, 1},
    {0x020A, "source_port", 2, 2},
    {0x020B, "destination_port", 2, 2},
    {tag::kSarReference, "sar_msg_ref_num", 2, 2},
    {0x020D, "language_indicator", 1, 1},
    {tag::kSarTotal, "sar_total_segments", 1, 1},
    {tag::kSarSequence, "sar_segment_seqnum", 1, 1},
    {tag::kScInterfaceVersion, "sc_interface_version", 1, 1},
    {0x0302, "callback_num_pres_ind", 1, 1, false, true},
    {0x0303, "callback_num_atag", 0, 65, false, true},
    {0x0304, "number_of_messages", 1, 1},
    {0x0381, "callback_num", 4, 19, false, true},
    {0x0420, "dpf_result", 1, 1},
    {0x0421, "set_dpf", 1, 1},
    {0x0422, "ms_availability_status", 1, 1},
    {tag::kNetworkErrorCode, "network_error_code", 3, 3},
    {tag::kMessagePayload, "message_payload", 0, 65535},
    {0x0425, "delivery_failure_reason", 1, 1},
    {0x0426, "more_messages_to_send", 1, 1},
    {tag::kMessageState, "message_state", 1, 1},
    {0x0501, "ussd_service_op", 1, 1},
    {0x1201, "display_time", 1, 1},
    {0x1203, "sms_signal", 2, 2},
    {0x1204, "ms_validity", 1, 1},
    {0x130C, "alert_on_message_delivery", 0, 0},
    {0x1380, "its_reply_type", 1, 1},
    {0x1383, "its_session_info", 2, 2},
};

template <class Row, std::size_t N, class Value>
const Row* find(const Row (&rows)[N], Value Row::* key, Value value) {
  const auto* row = std::ranges::find(rows, value, key);
  return row == std::end(rows) ? nullptr : row;
}

constexpr std::array<std::string_view, 9> kStateTexts = {
    "", "ENROUTE", "DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD", "UNKNOWN", "REJECTD"};
}  // namespace

std::string_view command_name(CommandId id) {
  const auto* row = find(kCommands, &CommandRow::id, id);
  return row ? row->name : std::string_view();
}
std::span<const StatusRow> command_statuses() {
  return kStatuses;
}
const StatusRow* find_status(CommandStatus status) {
  return find(kStatuses, &StatusRow::value, static_cast<std::uint32_t>(status));
}
std::string_view status_name(CommandStatus status) {
  const auto* row = find_status(status);
  return row ? row->name : "reserved";
}
std::span<const TlvRow> optional_parameters() {
  return kTlvs;
}
const TlvRow* find_tlv(std::uint16_t wanted) {
  return find(kTlvs, &TlvRow::tag, wanted);
}
std::string_view state_text(MessageState state) {
  const auto n = static_cast<std::size_t>(state);
  return n < kStateTexts.size() ? kStateTexts[n] : std::string_view();
}

}  // namespace eider::smpp
