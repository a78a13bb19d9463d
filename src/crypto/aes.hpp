// AES-128/192/256: single blocks, CBC, CMAC. Objects keep their key schedule; each belongs to one thread at a
// time.
#pragma once
#include <initializer_list>
#include <memory>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::crypto {

using AesBlock = FixedBytes<16>;

class Aes {
 public:
  // A key of 16, 24 or 32 octets; anything else is a LocalFault.
  static Result<Aes> make(ByteView key);
  ~Aes();
  Aes(Aes&&) noexcept;
  Aes& operator=(Aes&&) noexcept;
  // Takes another key of an allowed size without new allocations.
  Status set_key(ByteView key);

  AesBlock encrypt_block(const AesBlock& in) const;
  AesBlock decrypt_block(const AesBlock& in) const;
  // `data` is a multiple of 16 octets (LocalFault otherwise) and is replaced in place. No padding.
  Status cbc_encrypt(const AesBlock& iv, std::span<std::uint8_t> data) const;
  Status cbc_decrypt(const AesBlock& iv, std::span<std::uint8_t> data) const;

 private:
  Aes();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// AES-CMAC (RFC 4493, NIST SP 800-38B).
class Cmac {
 public:
  static Result<Cmac> make(ByteView key);
  ~Cmac();
  Cmac(Cmac&&) noexcept;
  Cmac& operator=(Cmac&&) noexcept;
  Status set_key(ByteView key);

  Cmac& update(ByteView part);
  // The tag over all parts since make(), set_key() or the last finish(); then starts anew with the same key.
  AesBlock finish();
  AesBlock mac(std::initializer_list<ByteView> parts) {
    for (const ByteView part : parts) update(part);
    return finish();
  }

 private:
  Cmac();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// CBC over an own copy, for callers that do it once.
Result<Bytes> aes_cbc_encrypt(ByteView key, const AesBlock& iv, ByteView plaintext);
Result<Bytes> aes_cbc_decrypt(ByteView key, const AesBlock& iv, ByteView ciphertext);
Result<AesBlock> aes_cmac(ByteView key, std::initializer_list<ByteView> parts);

}  // namespace eider::crypto
