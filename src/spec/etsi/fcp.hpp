// File control parameters: what SELECT and STATUS answer about a file (ETSI TS 102 221 section 11.1.1.3).
#pragma once
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::etsi {

struct Fcp {
  enum class Structure : std::uint8_t { kDirectory, kTransparent, kLinearFixed, kCyclic, kBerTlv, kUnknown };
  struct ArrReference {
    std::uint16_t fid = 0;    // of an EF.ARR in this directory or above
    std::uint8_t record = 0;  // counts from 1
  };
  struct Pin {
    std::uint8_t reference = 0;  // key reference: 01 PIN1, 81 PIN2, 11 universal PIN, 0A ADM1
    bool enabled = false;
  };

  Structure structure = Structure::kUnknown;
  std::uint8_t descriptor = 0;  // first octet of the file descriptor
  std::uint16_t record_size = 0;
  std::uint8_t records = 0;
  std::optional<std::uint16_t> fid;
  Bytes df_name;  // AID of an application
  std::uint8_t life_cycle = 5;
  std::uint32_t size = 0;  // octets of content
  std::optional<std::uint8_t> sfi;
  std::optional<ArrReference> arr;
  std::vector<Pin> pins;

  bool is_directory() const { return structure == Structure::kDirectory; }
  bool has_records() const { return structure == Structure::kLinearFixed || structure == Structure::kCyclic; }
  bool activated() const { return (life_cycle & 0x05) == 0x05; }

  // `octets`: template 62, whole. DecodeFault names the object that is not coded as the section says; unknown
  // objects are passed over.
  static Result<Fcp> decode(ByteView octets);
};
const char* to_string(Fcp::Structure structure);

}  // namespace eider::etsi
