#include "spec/saip/file.hpp"

using namespace eider::saip;

namespace eider::saip {
namespace {

using der::Field;

constexpr Field kProprietaryInfo[] = {
    der::defaulted<&ProprietaryInfo::specialFileInformation>("specialFileInformation", 0xC0),
    der::field<&ProprietaryInfo::fillPattern>("fillPattern", 0xC1).size(1, 200),
    der::field<&ProprietaryInfo::repeatPattern>("repeatPattern", 0xC2).size(1, 200),
    der::field<&ProprietaryInfo::maximumFileSize>("maximumFileSize", 0x86),
    der::defaulted<&ProprietaryInfo::fileDetails>("fileDetails", 0x84),
};
constexpr Field kFcp[] = {
    der::field<&Fcp::fileDescriptor>("fileDescriptor", 0x82).size(2, 4),
    der::field<&Fcp::fileID>("fileID", 0x83),
    der::field<&Fcp::dfName>("dfName", 0x84).size(5, 16),
    der::defaulted<&Fcp::lcsi>("lcsi", 0x8A),
    der::field<&Fcp::securityAttributesReferenced>("securityAttributesReferenced", 0x8B).size(1, 3),
    der::field<&Fcp::efFileSize>("efFileSize", 0x80).size(1, kNoLimit),
    der::field<&Fcp::pinStatusTemplateDO>("pinStatusTemplateDO", 0xC6),
    der::field<&Fcp::shortEFID>("shortEFID", 0x88).size(0, 1),
    der::field<&Fcp::proprietaryEFInfo>("proprietaryEFInfo", 0xA5),
    der::field<&Fcp::linkPath>("linkPath", 0xC7).size(0, 8).about("2.x: any size; 3.0: 2..8; 3.3: 0..8"),
};
constexpr Field kFileItem[] = {
    der::alternative<&FileItem::value, FileItem::kDoNotCreate>("doNotCreate", 0x80),
    der::alternative<&FileItem::value, FileItem::kFileDescriptor>("fileDescriptor", 0xA1),
    der::alternative<&FileItem::value, FileItem::kFillFileOffset>("fillFileOffset", 0x82).size(0, 65535),
    der::alternative<&FileItem::value, FileItem::kFillFileContent>("fillFileContent", 0x83),
    der::alternative<&FileItem::value, FileItem::kUnknown>("unknown"),
};
constexpr Field kFileCommand[] = {
    der::alternative<&FileCommand::value, FileCommand::kFilePath>("filePath", 0x80).size(0, 8),
    der::alternative<&FileCommand::value, FileCommand::kCreateFcp>("createFCP", 0x62),
    der::alternative<&FileCommand::value, FileCommand::kFillFileOffset>("fillFileOffset", 0x02)
        .size(0, 65535),
    der::alternative<&FileCommand::value, FileCommand::kFillFileContent>("fillFileContent", 0x81),
    der::alternative<&FileCommand::value, FileCommand::kUnknown>("unknown"),
};
constexpr Field kGenericFileManagement[] = {
    der::field<&GenericFileManagement::header>("gfm-header", 0xA0),
    der::field<&GenericFileManagement::fileManagementCMD>("fileManagementCMD", 0xA1).size(1, kNoLimit),
};

}  // namespace
}  // namespace eider::saip

EIDER_DER_SEQUENCE(ProprietaryInfo, kProprietaryInfo, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(Fcp, kFcp, "SAIP PEDefinitions");
EIDER_DER_CHOICE(FileItem, kFileItem, "SAIP PEDefinitions");
EIDER_DER_CHOICE(FileCommand, kFileCommand, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(GenericFileManagement, kGenericFileManagement, "SAIP PEDefinitions");
