// ES5, between SM-SR and ISD-R (SGP.02 v4.2 section 4.1.1): the commands as APDUs, what the card answers, and
// the notification that the card begins by itself. kFunctions declares them; SM-SR, card and `eider decode`
// follow from it.
#pragma once
#include "codec/apdu.hpp"
#include "spec/sgp22/types.hpp"

namespace eider::sgp02::es5 {

using Aid = FixedBytes<16>;
using Eid = FixedBytes<16>;

enum class FunctionId : std::uint8_t {
  kCreateISDP,
  kEnableProfile,
  kDisableProfile,
  kDeleteProfile,
  kMasterDelete,
  kSetFallbackAttribute,
  kSetEmergencyProfileAttribute,
  kEstablishISDRKeySet,  // both steps; also of EstablishISDPKeySet (ES8), behind an INSTALL [for
                         // personalization]
  kFinaliseISDRhandover,
  kUpdateSMSRAddressingParameters,
  kHandleNotificationConfirmation,
  kGetStatus,  // eUICCCapabilityAudit, with the two following
  kGetMemory,
  kGetEcasdData,
  kInstallForPersonalization,
};

// How a command is recognised. `dgi` 0: by its header alone.
struct Function {
  FunctionId id;
  std::string_view name;
  std::string_view section;  // of SGP.02 v4.2
  std::uint8_t ins;
  std::uint8_t p1, p1_mask;  // the bits of P1 that count
  std::uint8_t p2, p2_mask;
  std::uint16_t dgi;
};
std::span<const Function> functions();
// Of a command to the ISD-R; nullptr when it is none of ES5. STORE DATA is told by its DGI, DELETE by its
// tags.
const Function* find_function(const CommandView& command);
std::string_view name_of(FunctionId id);

// Status words of the card beyond those of GlobalPlatform.
constexpr std::uint16_t kPol1Forbids = 0x69E1;
constexpr std::uint16_t kConditionsNotSatisfied = 0x6985, kNotFound = 0x6A88, kIncorrectData = 0x6A80,
                        kNotEnoughMemory = 0x6A84;

// Section 4.1.1.1, INSTALL [for install and make selectable].
struct CreateISDP {
  Aid isdp_aid;
  std::optional<std::uint32_t> cumulative_granted_memory;  // octets

  CommandApdu encode() const;
  // kIncorrectData for other load files, modules, privileges or parameters than an ISD-P has.
  static Result<CreateISDP> decode(const CommandView& command);
};

// Sections 4.1.1.2, .3, .7 and .13: STORE DATA with DGI 3A03, 3A04, 3A05, 3A09. The last one is not
// confirmed.
CommandApdu encode_profile_command(FunctionId id, const Aid& isdp_aid);
Result<Aid> decode_profile_command(const CommandView& command);

// Section 4.1.1.4, DELETE.
CommandApdu encode_delete_profile(const Aid& isdp_aid);
Result<Aid> decode_delete_profile(const CommandView& command);

// Section 4.1.1.6, DELETE with a token of the SM-DP.
struct MasterDelete {
  Aid isdp_aid;
  Bytes sd_provider_id;               // 42 (SIN)
  Bytes sd_image_number;              // 45 (SDIN)
  Bytes application_provider_id;      // 5F20
  std::uint8_t token_identifier = 0;  // 93: the key's identifier in key version 70
  FixedBytes<16> token;

  CommandApdu encode() const;
  static Result<MasterDelete> decode(const CommandView& command);
  // What the token is an AES-CMAC of: P1, P2, length, 4F, B6.
  Bytes token_input() const;
};
inline constexpr std::uint8_t kTokenKeyVersion = 0x70;

// Section 4.1.1.8 step 1, and ES8 section 4.1.3.1: the certificate under DGI 3A01 in as many STORE DATA as it
// takes; step 2: what channel/scenario3 makes.
std::vector<CommandApdu> encode_certificate(ByteView certificate);
std::vector<CommandApdu> encode_store_data(ByteView data, bool response_expected,
                                           std::uint8_t first_block = 0);
CommandApdu encode_install_for_personalization(const Aid& isdp_aid);
Result<Aid> decode_install_for_personalization(const CommandView& command);

// Section 4.1.1.9, DELETE [key]: ranges of a key version.
struct KeyRange {
  std::uint8_t key_version, first_identifier, last_identifier;
  bool operator==(const KeyRange&) const = default;
};
CommandApdu encode_finalise_handover(std::span<const KeyRange> ranges);
Result<std::vector<KeyRange>> decode_finalise_handover(const CommandView& command);

// Section 4.1.1.10, DGI 3A07. What A4 (CAT_TP), A5 (HTTPS) and A6 (DNS) hold is kept as it is: section 12 of
// the project's open points.
struct AddressingParameters {
  std::optional<Bytes> sms_address;  // A3/81: TON/NPI and swapped digits
  Bytes others;                      // whole TLVs
  CommandApdu encode() const;
  static Result<AddressingParameters> decode(const CommandView& command);
};

// Section 4.1.1.5: the state of one ISD-P, or of all.
CommandApdu encode_get_status(const std::optional<Aid>& isdp_aid);
struct ProfileStatus {
  Aid isdp_aid;
  std::uint8_t life_cycle = 0;
  bool fallback = false;
  std::optional<std::uint32_t> granted_memory, remaining_memory;
  bool emergency = false;  // bit 2 beside bit 1 of the fall-back attribute: not confirmed
  Bytes encode() const;    // E3 …
};
Result<std::vector<ProfileStatus>> decode_status(ByteView answer);

CommandApdu encode_get_memory();
struct Memory {
  std::uint32_t applications = 0, non_volatile = 0, volatile_octets = 0;
  Bytes encode() const;  // FF21 …
  static Result<Memory> decode(ByteView answer);
};
CommandApdu encode_get_ecasd_data(Tag object);  // 7F21: the certificate; 66: card recognition data

// Sections 4.1.1.11 and 4.1.1.12.
enum class NotificationType : std::uint8_t {
  kEuiccDeclaration = 0x01,
  kProfileChangeSucceeded = 0x02,
  kProfileChangeFailedAndRollBack = 0x03,
  kProfileChangeAfterFallBack = 0x05,
};
struct Notification {
  Eid eid;
  NotificationType type = NotificationType::kEuiccDeclaration;
  std::uint16_t sequence_number = 0;
  Aid isdp_aid;               // now enabled
  std::optional<Bytes> imei;  // 14: eight octets as TS 102 223 has them
  std::optional<Bytes> meid;  // 6D

  Bytes encode() const;  // E1 …
  // The AID under 2F, AF or 4F, IMEI under 14 or 94, MEID under 6D or ED: cards differ.
  static Result<Notification> decode(ByteView tlv);
};
CommandApdu encode_notification_confirmation(std::uint16_t sequence_number);
Result<std::uint16_t> decode_notification_confirmation(const CommandView& command);
// The ISD-Ps that POL1 made the card delete.
Bytes encode_confirmation_answer(std::span<const Aid> deleted);
Result<std::vector<Aid>> decode_confirmation_answer(ByteView answer);

}  // namespace eider::sgp02::es5
