// Generic Bootstrapping Architecture with keys in the card, GBA_U (3GPP TS 33.220 section 5.3 and annex B.3).
#pragma once
#include "base/secret.hpp"

namespace eider::crypto {

// Keys of one application (NAF), 32 octets. Ks is CK || IK of the bootstrapping run, RAND its challenge; IMPI
// in UTF-8; NAF_ID the FQDN and the five octets of the Ua security protocol. Ks_ext_NAF goes to the terminal,
// Ks_int_NAF stays in the card.
Secret gba_ks_ext_naf(ByteView ks, ByteView rand, ByteView impi, ByteView naf_id);
Secret gba_ks_int_naf(ByteView ks, ByteView rand, ByteView impi, ByteView naf_id);

// Bootstrapping alters MAC and RES, so that the terminal cannot run it as an ordinary authentication and thus
// learn Ks (section 5.3.2): both take the altered value to the plain one and back.
Bytes gba_mac(ByteView mac, ByteView ik);  // xor with the first octets of SHA-1(IK): 8 of them
Bytes gba_res(ByteView res);               // last bit flipped

}  // namespace eider::crypto
