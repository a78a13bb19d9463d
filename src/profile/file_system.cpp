#include "profile/file_system.hpp"

#include <algorithm>
#include <utility>

#include "profile/image_builder.hpp"

namespace eider::profile {

int FileSystemImage::child(int directory, std::uint16_t fid) const {
  while (directory >= 0 && files_[static_cast<std::size_t>(directory)].link >= 0)
    directory = files_[static_cast<std::size_t>(directory)].link;
  ++steps_;
  const auto it = children_.find({directory, fid});
  return it == children_.end() ? -1 : it->second;
}

bool FileSystemImage::contains(int directory, int other) const {
  while (other > directory) other = parent_of(other);  // a directory came before what it holds
  return other == directory;
}

int FileSystemImage::find_index(ByteView path) const {
  if (path.size() % 2 != 0 || files_.empty()) return -1;
  int at = 0;
  for (std::size_t i = 0; i < path.size() && at >= 0; i += 2)
    at = child(at, static_cast<std::uint16_t>(path[i] << 8 | path[i + 1]));
  return at;
}
const ImageFile* FileSystemImage::find(ByteView path) const {
  const int i = find_index(path);
  return i < 0 ? nullptr : &files_[static_cast<std::size_t>(i)];
}

std::string FileSystemImage::path_text(int index) const {
  Bytes fids;  // the last one first
  for (int i = index; i >= 0; i = parent_of(i)) {
    const auto fid = files_[static_cast<std::size_t>(i)].fid;
    fids.insert(fids.end(), {static_cast<std::uint8_t>(fid), static_cast<std::uint8_t>(fid >> 8)});
  }
  std::ranges::reverse(fids);
  std::string out;
  for (std::size_t i = 0; i < fids.size(); i += 2) {
    if (i > 0) out += '/';
    out += to_hex(ByteView(fids).subspan(i, 2));
  }
  return out;
}

const Bytes& FileSystemImage::body(const ImageFile& file) const {
  const ImageFile* f = &file;
  while (f->link >= 0) f = &files_[static_cast<std::size_t>(f->link)];
  return f->body;
}

std::string_view FileSystemImage::application_of(int index) const {
  for (; index >= 0; index = parent_of(index))
    if (const auto& f = files_[static_cast<std::size_t>(index)]; f.type == saip::FileType::kAdf)
      return f.name;
  return {};
}

std::vector<Bytes> FileSystemImage::records(const ImageFile& file) const {
  const auto& octets = body(file);
  const std::size_t size = file.record_size ? file.record_size : std::max<std::size_t>(octets.size(), 1);
  std::vector<Bytes> out;
  for (std::size_t at = 0; at < octets.size(); at += size)
    out.push_back(to_bytes(ByteView(octets).subspan(at, std::min(size, octets.size() - at))));
  return out;
}

void FileSystemImage::set_body(int index, Bytes body) {
  auto& f = files_[static_cast<std::size_t>(index)];
  if (body.size() == f.body.size()) f.body = std::move(body);
}

int FileSystemImage::current(std::string_view name) const {
  const auto it = directories_.find(name);
  return it == directories_.end() ? -1 : it->second;
}

Check FileSystemImage::apply(const saip::TemplatePe& element, const saip::TemplateInfo& info) {
  ImageBuilder builder(*this);
  return builder.finish(builder.run(element, info));
}
Check FileSystemImage::apply(const saip::GenericFileManagement& element) {
  ImageBuilder builder(*this);
  return builder.finish(builder.run(element, saip::pe::kGenericFileManagement));
}
Check FileSystemImage::apply(const saip::ProfileElement& element) {
  first_directory_ = -1;
  if (const auto* g = element.as<saip::GenericFileManagement>()) return apply(*g);
  const auto* t = element.as<saip::TemplatePe>();
  const auto* info = t ? saip::find_template(t->templateID) : nullptr;
  return info && info->pe == t->pe ? apply(*t, *info) : Check{};
}

}  // namespace eider::profile
