// The rules about files: templates, access parameters, contents.
#include "profile/lint_checks.hpp"

namespace eider::profile::lint {
namespace {

constexpr auto kE = Severity::kError;
constexpr auto kW = Severity::kWarning;
constexpr auto kN = Severity::kNote;
constexpr std::string_view kTemplate = "TCA PPIF, file templates";
constexpr std::string_view kFcp = "TCA PPIF, File and Fcp";
constexpr std::string_view k102221 = "TS 102 221";
constexpr std::string_view k102222 = "TS 102 222";
constexpr std::string_view kGfm = "TCA PPIF, PE-GenericFileManagement";
constexpr std::string_view kFile = "TCA PPIF, file system";
constexpr std::string_view k31102_2 = "TS 31.102 4.2.2";
constexpr std::string_view k31102_8 = "TS 31.102 4.2.8";
constexpr std::string_view k31102_18 = "TS 31.102 4.2.18";
constexpr std::string_view k22011 = "TS 22.011 4";
constexpr std::string_view kDir = "TS 102 221 13.1";

constexpr LintRule kRules[] = {
    {"TPL-01", kE, kTemplate, "templateID is an assigned one of the element",
     "Set templateID to the template whose files the element lists."},
    {"TPP-01", kE, kTemplate, "a template with directories gets its PIN status template",
     "Give the FCP of the directory a pinStatusTemplateDO."},
    {"FCP-01", kE, kFcp, "an EF has no pinStatusTemplateDO",
     "Leave pinStatusTemplateDO out: it belongs to directories."},
    {"FCP-02", kE, kFcp, "an EF has no dfName", "Leave dfName out: it belongs to ADFs."},
    {"FCP-03", kE, kFcp, "a DF has no shortEFID", "Leave shortEFID out."},
    {"FCP-04", kE, kFcp, "a DF has no efFileSize", "Leave efFileSize out."},
    {"FCP-05", kE, kFcp, "a DF has no proprietaryEFInfo", "Leave proprietaryEFInfo out."},
    {"FCP-06", kE, kFcp, "a DF has no dfName", "Leave dfName out, or make an ADF of it."},
    {"FCP-07", kE, kFcp, "an ADF has no shortEFID", "Leave shortEFID out."},
    {"FCP-08", kE, kFcp, "an ADF has no efFileSize", "Leave efFileSize out."},
    {"FCP-09", kE, kFcp, "an ADF has no proprietaryEFInfo", "Leave proprietaryEFInfo out."},
    {"FCP-10", kE, kFcp, "an ADF has a fileID", "Add a temporary FID that is free below the MF."},
    {"FCP-11", kE, kFcp, "an ADF has a dfName", "Add the AID of the application."},
    {"FCP-12", kE, kFcp, "an ADF has a pinStatusTemplateDO", "Add the key references of the ADF."},
    {"FCP-13", kE, kFcp, "a DF has a pinStatusTemplateDO", "Add the key references of the DF."},
    {"FCP-14", kE, kFcp, "pinStatusTemplateDO is a bare list of references",
     "Write the key references one after the other: 01810A."},
    {"FCP-15", kE, kFcp, "the content of a BER-TLV file has no offsets",
     "Write the objects one after the other without fillFileOffset."},
    {"FD-01", kE, kFcp, "fileDescriptor has 2 or 4 octets",
     "Write descriptor octet and 21, of record files also the record length in two octets."},
    {"FD-02", kE, kFcp, "the second octet of fileDescriptor is 21", "Set the data coding octet to 21."},
    {"FD-03", kE, k102221, "shortEFID is the SFI in the five high bits", "Shift the SFI left by three bits."},
    {"FD-04", kE, k102222, "specialFileInformation has the bits b8 and b7 only", "Clear the other bits."},
    {"FD-05", kE, kFcp, "fillPattern and repeatPattern exclude each other", "Keep one of the patterns."},
    {"FD-06", kE, kFcp, "fileDetails of a BER-TLV file is 01", "Leave fileDetails out: the default is DER."},
    {"FD-07", kE, kFcp, "a BER-TLV file has no pattern", "Leave the pattern out; write objects as content."},
    {"FD-08", kE, k102221, "the descriptor octet is one of a file that exists", "Use 41, 42, 46, 79 or 78."},
    {"FD-09", kE, k102221, "a record length for linear fixed and cyclic files, and for no others",
     "Add the record length, or take it away."},
    {"FD-10", kE, kFcp, "securityAttributesReferenced has 1 or 3 octets",
     "Write the record number, with the FID of EF.ARR in front or without."},
    {"FD-11", kE, k102221, "lcsi is a life cycle state",
     "Leave lcsi out (activated), or set it to 04 (deactivated)."},
    {"GFM-01", kE, kGfm, "createFCP has a fileID", "Add the FID."},
    {"GFM-02", kE, kGfm, "createFCP has securityAttributesReferenced", "Add the access rule."},
    {"GFM-03", kE, kGfm, "createFCP has a fileDescriptor", "Add the file descriptor."},
    {"GFM-04", kE, kGfm, "createFCP of an ADF has a pinStatusTemplateDO",
     "Add the key references of the ADF."},
    {"GFM-05", kE, kGfm, "createFCP of an ADF has no efFileSize, shortEFID, proprietaryEFInfo and linkPath",
     "Leave them out."},
    {"GFM-06", kE, kGfm, "createFCP of a link has no dfName, efFileSize and pinStatusTemplateDO",
     "Leave them out: they come from the linked file."},
    {"GFM-07", kE, kGfm, "createFCP with efFileSize has no dfName and pinStatusTemplateDO",
     "Leave them out: the file is an EF."},
    {"GFM-08", kE, kGfm, "createFCP of a link to a DF has no shortEFID", "Leave shortEFID out."},
    {"FIL-01", kE, kFile, "content stays inside the file",
     "Make the file larger, or the content and its offsets smaller: offsets count from where the last "
     "content ended."},
    {"FIL-02", kE, kFile, "the size of a record file is a whole number of records, at most 254",
     "Make efFileSize a multiple of the record length."},
    {"FIL-03", kE, k102221, "records have 1 to 255 octets", "Change the record length in fileDescriptor."},
    {"FIL-04", kE, k102221,
     "file identifiers are unique in a directory, none is that of a directory above or reserved",
     "Give the file another FID."},
    {"FIL-05", kE, kTemplate, "a file has a size when its template gives none",
     "Add efFileSize, of record files also fileDescriptor."},
    {"FIL-06", kE, kFile, "AIDs of ADFs are unique", "Give the ADF an AID of its own."},
    {"FIL-07", kE, kGfm, "paths name directories and files that exist",
     "Create what the path names first; an ADF stands in it by its temporary FID."},
    {"FIL-08", kW, kTemplate, "a file has content when its template gives none",
     "Add fillFileContent or a pattern."},
    {"LNK-01", kE, kFile, "a link leads to a file of its kind that exists and is no link",
     "Create the file first and link to it itself."},
    {"SFI-01", kW, k102221, "short file identifiers are unique in a directory",
     "Give one of the files another SFI, or none."},
    {"ARR-01", kE, k102221, "access rules refer to a record that exists and says something",
     "Add the record to EF.ARR, or name another one."},
    {"USIM-01", kW, k31102_2, "the IMSI is well-formed",
     "Personalise the profile: eider profile personalise --imsi."},
    {"USIM-02", kW, k31102_8, "files of services that EF.UST offers exist",
     "Add the file, or switch the service off in EF.UST."},
    {"USIM-03", kW, k31102_18, "EF.AD gives the length of the MNC as 2 or 3",
     "Set the fourth octet of EF.AD to 02 or 03."},
    {"USIM-04", kN, k22011, "EF.ACC has exactly one of the classes 0 to 9",
     "Set the bit of the last digit of the IMSI."},
    {"DIR-01", kW, kDir, "EF.DIR names every ADF", "Add an application template with the AID of the ADF."},
    {"DIR-02", kW, kDir, "EF.DIR names no application that is not there",
     "Take the application template out."},
};

}  // namespace

std::span<const LintRule> file_rules() {
  return kRules;
}

}  // namespace eider::profile::lint
