// Protection schemes that conceal a subscription permanent identifier (3GPP TS 33.501 annex C).
#pragma once
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace eider::crypto {

enum class SuciScheme : std::uint8_t {
  kNull = 0,
  kProfileA = 1,  // X25519; the ephemeral key has 32 octets
  kProfileB = 2,  // P-256; the ephemeral key is compressed, 33 octets
};

// What a concealment consists of: the scheme output is the three one after the other.
struct SuciOutput {
  Bytes ephemeral_key;  // empty: null scheme
  Bytes cipher_text;    // null scheme: the input
  Bytes mac_tag;        // 8 octets; empty: null scheme
  Bytes octets() const { return concat({ephemeral_key, cipher_text, mac_tag}); }
};

// The home network's key: 32 octets for profile A; a compressed or uncompressed point for profile B; not
// looked at by the null scheme. kFormat for a key that is none.
Result<SuciOutput> suci_conceal(SuciScheme scheme, ByteView home_network_key, ByteView scheme_input,
                                Random& random);
// The same with a given ephemeral private key of 32 octets, for known answers.
Result<SuciOutput> suci_conceal_with(SuciScheme scheme, ByteView home_network_key, ByteView scheme_input,
                                     const Secret& ephemeral_private_key);

// The home network's side: the scheme input. `private_key` has 32 octets. kFormat when the output is too
// short or its key is none, kMac when it was changed.
Result<Bytes> suci_deconceal(SuciScheme scheme, const Secret& private_key, ByteView scheme_output);

// The public key of a home network: 32 octets for profile A, a compressed point for profile B.
Result<Bytes> suci_public_key(SuciScheme scheme, const Secret& private_key);

}  // namespace eider::crypto
