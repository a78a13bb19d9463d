// Files: access parameters, content, and the generic file management element.
#pragma once
#include "spec/saip/common.hpp"

namespace eider::saip {

struct ProprietaryInfo {
  FixedBytes<1>
      specialFileInformation;          // b8 high update activity, b7 readable and updatable when deactivated
  std::optional<Bytes> fillPattern;    // once, then its last octet to the end; per file or per record
  std::optional<Bytes> repeatPattern;  // again and again; excludes fillPattern
  std::optional<Bytes> maximumFileSize;     // BER-TLV files
  FixedBytes<1> fileDetails = octet(0x01);  // BER-TLV files: 01 is DER
  Unknown unknown;
};

// In a template element: what differs from the template. In file management: everything.
struct Fcp {
  std::optional<BoundedBytes<4>> fileDescriptor;  // 2 octets, or 4 with the record length
  std::optional<FixedBytes<2>> fileID;            // of an ADF: temporary, only for paths in this package
  std::optional<Aid> dfName;
  FixedBytes<1> lcsi = octet(0x05);
  std::optional<BoundedBytes<3>>
      securityAttributesReferenced;  // EF.ARR record, with its FID in front or without
  std::optional<Bytes> efFileSize;
  std::optional<Bytes> pinStatusTemplateDO;  // bare list of key references
  std::optional<BoundedBytes<1>> shortEFID;  // empty: no SFI; else SFI << 3
  std::optional<ProprietaryInfo> proprietaryEFInfo;
  std::optional<BoundedBytes<8>> linkPath;
  Unknown unknown;
};

// One instruction about a file of a template. RawTlv: a tag this module does not know.
struct FileItem {
  enum Index : std::size_t { kDoNotCreate, kFileDescriptor, kFillFileOffset, kFillFileContent, kUnknown };
  std::variant<der::Null, Fcp, std::uint16_t, Bytes, der::RawTlv> value;
  const Fcp* fcp() const { return std::get_if<Fcp>(&value); }
  const std::uint16_t* offset() const { return std::get_if<std::uint16_t>(&value); }
  const Bytes* content() const { return std::get_if<Bytes>(&value); }
};
using File = std::vector<FileItem>;

// One command of generic file management; the alternatives have other tags than those of FileItem.
struct FileCommand {
  enum Index : std::size_t { kFilePath, kCreateFcp, kFillFileOffset, kFillFileContent, kUnknown };
  std::variant<BoundedBytes<8>, Fcp, std::uint16_t, Bytes, der::RawTlv> value;
  const BoundedBytes<8>* path() const { return std::get_if<BoundedBytes<8>>(&value); }
  const Fcp* fcp() const { return std::get_if<Fcp>(&value); }
  const std::uint16_t* offset() const { return std::get_if<std::uint16_t>(&value); }
  const Bytes* content() const { return std::get_if<Bytes>(&value); }
};
using FileManagement = std::vector<FileCommand>;

struct GenericFileManagement {
  PeHeader header;
  std::vector<FileManagement> fileManagementCMD;
  Unknown unknown;
};

}  // namespace eider::saip

EIDER_DER(eider::saip::ProprietaryInfo, 0x30);
EIDER_DER(eider::saip::Fcp, 0x30);
EIDER_DER(eider::saip::FileItem, 0);
EIDER_DER(eider::saip::FileCommand, 0);
EIDER_DER(eider::saip::GenericFileManagement, 0x30);
