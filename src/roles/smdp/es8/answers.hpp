// What a card answered to one ES3.SendData, in EuiccResponseData: SGP.02 v4.2 section 4.1.3, the project's
// facts 7.8. SM-SRs differ: with and without the response template, and the answer to one command bare.
#pragma once
#include "codec/apdu.hpp"
#include "codec/tlv.hpp"

namespace eider::smdp::es8 {

// The members of a response template AB or AF, or the concatenation itself.
Result<std::vector<Tlv>> read_members(ByteView data);

// Answers to C-APDUs (22): every 23, or the one bare R-APDU. Counters (80) and the results of script chaining
// (83) are passed over; 90, a script that the card could not read, is a DecodeFault.
Result<std::vector<ResponseApdu>> read_response_apdus(ByteView data);
// The same for a script of `commands`: StatusWord for the first that went wrong, DecodeFault when answers are
// missing though none did.
Result<std::vector<ResponseApdu>> expect_success(ByteView data, std::size_t commands);

// Answers to SCP03t TLVs, whole, in their order. Es10Fault "SCP03t" for 9F44 to 9F46, with their value as
// code; with `error` that goes there, and what was answered before it is the result: a card that has aborted
// an installation refuses what follows in the same call.
Result<std::vector<ByteView>> read_scp03t_answers(ByteView data, std::optional<Fault>* error = nullptr);

// A command as it stands in SendData.
void append_command(Bytes& out, const CommandApdu& command);  // 22 …

}  // namespace eider::smdp::es8
