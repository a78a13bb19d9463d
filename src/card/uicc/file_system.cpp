#include "card/uicc/file_system.hpp"

#include <charconv>
#include <cstdio>

namespace eider::card::uicc {
namespace {
constexpr std::size_t kPage = 256;  // of a transparent file

std::string hexadecimal(std::size_t n) {
  char text[24];
  std::snprintf(text, sizeof text, "%04zx", n);
  return text;
}
std::optional<std::size_t> number_of(std::string_view text) {
  std::size_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return n;
}
std::size_t page_size(const FileHeader& h) {
  return h.has_records() ? h.record_size : kPage;
}
}  // namespace

std::string table_key(std::uint16_t instance) {
  return "files/" + hexadecimal(instance);
}
std::string package_key(std::uint16_t instance) {
  return "package/" + hexadecimal(instance);
}
std::string file_prefix(std::uint16_t instance) {
  return "file/" + hexadecimal(instance) + "/";
}

FileSystem::FileSystem(Nvm& nvm, std::uint16_t instance, FileTable table)
    : nvm_(nvm), instance_(instance), table_(std::move(table)), bodies_(table_.files().size()) {}

Result<std::unique_ptr<FileSystem>> FileSystem::open(Nvm& nvm, std::uint16_t instance) {
  auto octets = nvm.get(table_key(instance));
  if (!octets) return fail_local("a Profile without a file table");
  const auto package = nvm.get(package_key(instance));
  if (!package) return fail_local("a Profile without its package");
  EIDER_TRY(table, FileTable::parse(*std::move(octets), package->size()));
  std::unique_ptr<FileSystem> out(new FileSystem(nvm, instance, std::move(table)));
  EIDER_CHECK(out->read_changes());
  return out;
}

Status FileSystem::read_changes() {
  const auto prefix = file_prefix(instance_);
  for (auto& k : nvm_.keys(prefix)) {
    const auto rest = std::string_view(k).substr(prefix.size());
    const auto file = rest.size() > 5 && rest[4] == '/' ? number_of(rest.substr(0, 4)) : std::nullopt;
    if (!file || *file >= bodies_.size()) return fail_local("a value of a file that does not exist: " + k);
    if (rest.substr(5) == "s") {
      const auto value = nvm_.get(k);
      if (!value || value->empty()) return fail_local("a file without its status: " + k);
      auto& header = table_.files()[*file];
      header.lcsi = (*value)[0];
      if (value->size() > 1) bodies_[*file].first = (*value)[1];
      if (header.type == FileType::kCyclic && bodies_[*file].first >= header.records())
        return fail_local("a cyclic file that begins past its end: " + k);
    } else {
      bodies_[*file].changed.push_back(std::move(k));
    }
  }
  return {};
}

FileSystem::Body& FileSystem::opened(int file) {
  const int from = source(file);
  auto& body = bodies_[static_cast<std::size_t>(from)];
  if (body.open) return body;
  const auto& header = at(from);
  body.octets = table_.unpack(from, nvm_.get(package_key(instance_)).value_or(Bytes()));
  for (const auto& k : body.changed) overlay(header, body, k);
  body.changed.clear();
  body.open = true;
  return body;
}

namespace {
// The objects of a file, with one put in or taken out.
Bytes with_object(ByteView objects, Tag tag, ByteView tlv) {
  Bytes out;
  bool placed = tlv.empty();
  const auto all = read_tlvs(objects, false);
  if (all)
    for (const auto& o : *all) {
      if (o.tag != tag) {
        append(out, o.whole);
      } else if (!placed) {
        append(out, tlv);
        placed = true;
      }
    }
  if (!placed) append(out, tlv);
  return out;
}
}  // namespace

// A value of the wrong size cannot have been written by this card: the page stays as it was installed.
void FileSystem::overlay(const FileHeader& h, Body& body, std::string_view k) {
  const auto value = nvm_.get(k);
  const auto name = k.substr(file_prefix(instance_).size() + 5);
  if (!value) return;
  if (h.type == FileType::kBerTlv) {
    const auto tag = name.starts_with('t') ? number_of(name.substr(1)) : std::nullopt;
    if (tag) body.octets = with_object(body.octets, static_cast<Tag>(*tag), *value);
    return;
  }
  const auto page = number_of(name);
  if (!page || *page * page_size(h) >= body.octets.size()) return;
  const auto start = *page * page_size(h);
  if (value->size() == std::min(page_size(h), body.octets.size() - start))
    std::ranges::copy(*value, body.octets.begin() + static_cast<std::ptrdiff_t>(start));
}

int FileSystem::child_with_sfi(int directory, std::uint8_t sfi) const {
  for (const auto i : children(directory))
    if (sfi != 0 && at(i).sfi == sfi && !at(i).is_directory()) return i;
  return -1;
}

ByteView FileSystem::body(int file) {
  return opened(file).octets;
}

ByteView FileSystem::record(int file, std::size_t number) {
  const auto& h = at(file);
  auto& b = opened(file);
  const std::size_t page = (number - 1 + b.first) % h.records();
  return ByteView(b.octets).subspan(page * h.record_size, h.record_size);
}

std::size_t FileSystem::used(int file) {
  return opened(file).octets.size();
}

std::vector<Tlv> FileSystem::objects(int file) {
  auto all = read_tlvs(opened(file).octets, false);
  return all ? *std::move(all) : std::vector<Tlv>();
}

std::string FileSystem::key(int file, std::string_view rest) const {
  return file_prefix(instance_) + hexadecimal(static_cast<std::size_t>(file)) + "/" + std::string(rest);
}
std::string FileSystem::page_key(int file, std::size_t page) const {
  return key(file, hexadecimal(page));
}
Bytes FileSystem::state_value(int file, std::uint8_t lcsi, std::uint8_t first) const {
  Bytes out = {lcsi};
  if (at(file).type == FileType::kCyclic) out.push_back(first);
  return out;
}

Status FileSystem::write(int file, std::size_t offset, ByteView data) {
  const int to = source(file);
  auto& b = opened(to);
  const auto& h = at(to);
  Bytes after(b.octets.begin(), b.octets.end());
  std::ranges::copy(data, after.begin() + static_cast<std::ptrdiff_t>(offset));
  NvmBatch batch;
  const auto unit = page_size(h);
  for (std::size_t page = offset / unit; !data.empty() && page * unit < offset + data.size(); ++page) {
    const auto begin = page * unit, end = std::min(begin + unit, after.size());
    batch.put(page_key(to, page), to_bytes(ByteView(after).subspan(begin, end - begin)));
  }
  if (!batch.empty()) EIDER_CHECK(nvm_.commit(batch));
  b.octets = std::move(after);
  return {};
}

Status FileSystem::write_record(int file, std::size_t number, ByteView data) {
  const auto& h = at(source(file));
  const std::size_t page = (number - 1 + opened(file).first) % h.records();
  return write(file, page * h.record_size, data);
}

Status FileSystem::push_record(int file, ByteView data) {
  const int to = source(file);
  auto& b = opened(to);
  const auto& h = at(to);
  const auto first = static_cast<std::uint8_t>((b.first + h.records() - 1) % h.records());
  NvmBatch batch;
  batch.put(page_key(to, first), to_bytes(data));
  batch.put(key(to, "s"), state_value(to, h.lcsi, first));
  EIDER_CHECK(nvm_.commit(batch));
  b.first = first;
  std::ranges::copy(data, b.octets.begin() + static_cast<std::ptrdiff_t>(first) * h.record_size);
  return {};
}

Status FileSystem::set_object(int file, Tag tag, std::optional<Bytes> tlv) {
  const int to = source(file);
  auto& b = opened(to);
  const auto value = tlv.value_or(Bytes());
  NvmBatch batch;
  batch.put(key(to, "t" + hexadecimal(tag)), value);
  EIDER_CHECK(nvm_.commit(batch));
  b.octets = with_object(b.octets, tag, value);
  return {};
}

Status FileSystem::set_lcsi(int file, std::uint8_t lcsi) {
  NvmBatch batch;
  batch.put(key(file, "s"), state_value(file, lcsi, bodies_[static_cast<std::size_t>(file)].first));
  EIDER_CHECK(nvm_.commit(batch));
  table_.files()[static_cast<std::size_t>(file)].lcsi = lcsi;
  return {};
}

}  // namespace eider::card::uicc
