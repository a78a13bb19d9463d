// DES and Triple DES in outer CBC with a zero initial value, as ETSI TS 102 225 section 5.1.2 uses them. A
// key of 8 octets is single DES, 16 are two keys (EDE with the first one twice), 24 are three.
#pragma once
#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::crypto {

using DesBlock = FixedBytes<8>;

// The data is a multiple of eight octets. LocalFault otherwise, and for keys of other sizes.
Result<Bytes> des_cbc_encrypt(ByteView key, ByteView plaintext);
Result<Bytes> des_cbc_decrypt(ByteView key, ByteView ciphertext);
// The last block of the CBC over the data, which is padded with zeros to whole blocks.
Result<DesBlock> des_cbc_mac(ByteView key, ByteView data);

}  // namespace eider::crypto
