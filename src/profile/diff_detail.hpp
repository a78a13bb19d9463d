// The parts of a comparison of packages.
#pragma once
#include "codec/document.hpp"
#include "profile/diff.hpp"
#include "profile/file_system.hpp"

namespace eider::profile::diff {

// A package as the comparison sees it.
struct Element {
  std::string label;    // "akaParameter of ADF.USIM": the same thing in both packages
  std::string summary;  // for the order: "usim 8, mandated"
  document::Node tree;
  bool is_files = false;  // what it says is compared as files
};
struct View {
  std::vector<Element> elements;
  FileSystemImage image;
};
Result<View> view_of(ByteView package);

// Paths with what an ADF is in place of its temporary FID: "3F00/ADF.USIM/6F07".
std::string path_label(const FileSystemImage& image, int index);
std::string name_of(const FileSystemImage& image, int index);
void compare_files(const FileSystemImage& first, const FileSystemImage& second, std::vector<Difference>& out);

}  // namespace eider::profile::diff
