// Files of two packages, attribute by attribute.
#include <map>
#include <ranges>

#include "profile/diff_detail.hpp"
#include "spec/usim/contents.hpp"

namespace eider::profile::diff {
namespace {

using saip::FileType;
using Attributes = std::vector<std::pair<std::string, std::string>>;

std::string hex_of(std::uint16_t value) {
  const std::uint8_t octets[] = {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
  return to_hex(octets);
}
std::string hex_of(std::uint8_t value) {
  return to_hex(ByteView(&value, 1));
}

const ImageFile& at(const FileSystemImage& image, int i) {
  return image.files()[static_cast<std::size_t>(i)];
}

// The how-manieth ADF of its kind, from 1.
int ordinal(const FileSystemImage& image, int index) {
  int n = 0;
  for (int i = 0; i <= index; ++i)
    n += at(image, i).type == FileType::kAdf && at(image, i).name == at(image, index).name;
  return n;
}

std::string step(const FileSystemImage& image, int index) {
  const auto& f = at(image, index);
  if (f.type != FileType::kAdf) return hex_of(f.fid);
  if (f.name.empty()) return "ADF." + to_hex(f.df_name);
  const int n = ordinal(image, index);
  return f.name + (n > 1 ? "#" + std::to_string(n) : "");
}

Attributes attributes(const FileSystemImage& image, int index) {
  const auto& f = at(image, index);
  Attributes out{{"type", saip::to_string(f.type)}};
  const auto add = [&](const char* name, std::string value) { out.emplace_back(name, std::move(value)); };
  if (f.type == FileType::kAdf) add("temporary FID", hex_of(f.fid));
  if (!f.df_name.empty()) add("AID", to_hex(f.df_name));
  std::string pins;
  for (const auto r : f.pin_status) pins += (pins.empty() ? "" : ", ") + usim::key_reference_text(r);
  if (!pins.empty()) add("PINs", pins);
  if (f.link >= 0) add("link", path_label(image, f.link));
  if (!f.is_directory()) {
    if (f.record_size)
      add("size", std::to_string(f.records()) + " records of " + std::to_string(f.record_size));
    else
      add("size", std::to_string(f.size));
    add("SFI", f.sfi ? hex_of(*f.sfi) : "none");
  }
  add("descriptor", hex_of(f.descriptor));
  add("access rule", hex_of(f.arr_fid) + "/" + std::to_string(f.arr_record));
  add("life cycle", hex_of(f.lcsi));
  add("special information", hex_of(f.special_information));
  if (!f.maximum_size.empty()) add("maximum size", to_hex(f.maximum_size));
  return out;
}

// A record, or so much of a body that both sides fit a screen.
std::string shown(ByteView octets) {
  constexpr std::size_t kShown = 48;
  std::size_t used = octets.size();
  while (used > 0 && octets[used - 1] == 0xFF) --used;
  if (used == 0) return "FF...";
  if (used > kShown) return to_hex(octets.first(kShown)) + "...";
  return to_hex(octets.first(used)) + (used < octets.size() ? " FF..." : "");
}

// What a decoder says, a line a fact; of one record without its number.
std::vector<std::string> facts_of(const std::string& name, std::span<const Bytes> records) {
  std::vector<std::string> out;
  for (const auto& f : usim::describe_file(name, records)) {
    const bool named = !f.name.empty() && !(records.size() == 1 && f.name == "record 1");
    out.push_back(named && !f.value.empty() ? f.name + ": " + f.value : named ? f.name : f.value);
  }
  return out;
}
std::string joined(const std::vector<std::string>& facts) {
  std::string out;
  for (const auto& f : facts) out += (out.empty() ? "" : "; ") + f;
  return out;
}
std::string meaning(const std::string& name, std::span<const Bytes> records) {
  return joined(facts_of(name, records));
}
// Those that the other side does not have.
std::string only_in(const std::vector<std::string>& facts, const std::vector<std::string>& others) {
  auto rest = facts;
  std::erase_if(rest, [&](const auto& f) { return std::ranges::find(others, f) != others.end(); });
  return rest.empty() ? "(no more)" : joined(rest);
}

class FileComparison {
 public:
  FileComparison(const FileSystemImage& a, const FileSystemImage& b, std::vector<Difference>& out)
      : a_(a), b_(b), out_(out) {}

  void file(const std::string& where, int i, int k) {
    const auto first = attributes(a_, i), second = attributes(b_, k);
    const auto value = [](const Attributes& all, const std::string& name) -> std::optional<std::string> {
      for (const auto& [n, v] : all)
        if (n == name) return v;
      return std::nullopt;
    };
    for (const auto& [name, v] : first)
      if (const auto other = value(second, name); other != v) out_.push_back({where, name, v, other});
    for (const auto& [name, v] : second)
      if (!value(first, name)) out_.push_back({where, name, std::nullopt, v});
    if (!at(a_, i).is_directory() && !at(b_, k).is_directory()) content(where, i, k);
  }

 private:
  const FileSystemImage& a_;
  const FileSystemImage& b_;
  std::vector<Difference>& out_;

  void content(const std::string& where, int i, int k) {
    const auto &f = at(a_, i), &g = at(b_, k);
    if (f.link >= 0 && g.link >= 0) return;  // said of their sources
    if (a_.body(f) == b_.body(g)) return;
    if (usim::holds_keys(name_of(a_, i))) {
      out_.push_back({where, "content", "keys", "other keys"});
      return;
    }
    const auto name = usim::described_as(a_.application_of(i), name_of(a_, i));
    const auto first = a_.records(f), second = b_.records(g);
    const bool records = f.record_size || g.record_size;
    const auto text = facts_of(name, first), other = facts_of(name, second);
    if (!records && !text.empty() && !other.empty() && text != other) {
      out_.push_back({where, "content", only_in(text, other), only_in(other, text)});
      return;
    }
    for (std::size_t r = 0; r < std::max(first.size(), second.size()); ++r) {
      const auto side = [&](const std::vector<Bytes>& all) -> std::optional<std::string> {
        if (r >= all.size()) return std::nullopt;
        const auto one = records ? meaning(name, std::span(&all[r], 1)) : "";
        return shown(all[r]) + (one.empty() ? "" : " (" + one + ")");
      };
      const auto x = side(first), y = side(second);
      const bool equal = r < first.size() && r < second.size() && first[r] == second[r];
      if (!equal) out_.push_back({where, records ? "record " + std::to_string(r + 1) : "content", x, y});
    }
  }
};

// Of every file; a directory stands before what it holds.
std::vector<std::string> paths_of(const FileSystemImage& image) {
  std::vector<std::string> out;
  for (int i = 0; i < static_cast<int>(image.files().size()); ++i) {
    const int parent = at(image, i).parent;
    out.push_back((parent < 0 ? "" : out[static_cast<std::size_t>(parent)] + "/") + step(image, i));
  }
  return out;
}

std::string presence(const FileSystemImage& image, int i) {
  const auto& f = at(image, i);
  std::string out = saip::to_string(f.type);
  if (f.is_directory()) return out;
  out += f.record_size ? ", " + std::to_string(f.records()) + " records of " + std::to_string(f.record_size)
                       : ", " + std::to_string(f.size) + " octets";
  if (f.link >= 0) return out + ", a link to " + path_label(image, f.link);
  const auto name = name_of(image, i);
  if (usim::holds_keys(name)) return out;
  const auto text = meaning(usim::described_as(image.application_of(i), name), image.records(f));
  return out + ": " + (text.empty() ? shown(image.body(f)) : text);
}

}  // namespace

std::string path_label(const FileSystemImage& image, int index) {
  std::vector<int> way;
  for (int i = index; i >= 0; i = image.parent_of(i)) way.push_back(i);
  std::string out;
  for (const int i : way | std::views::reverse) out += (out.empty() ? "" : "/") + step(image, i);
  return out;
}

std::string name_of(const FileSystemImage& image, int index) {
  const auto& f = at(image, index);
  if (!f.name.empty() || f.parent < 0) return f.name;
  const auto directory = name_of(image, image.parent_of(index));
  if (directory.empty()) return {};
  for (const auto& row : saip::template_rows()) {  // made by file management, and known all the same
    const auto parent = row.parent.substr(row.parent.rfind('/') + 1);
    if (parent == directory && f.fid >= row.fid && f.fid <= row.fid_last) return std::string(row.name);
  }
  return {};
}

void compare_files(const FileSystemImage& first, const FileSystemImage& second,
                   std::vector<Difference>& out) {
  const auto paths_a = paths_of(first), paths_b = paths_of(second);
  const auto table = [](const std::vector<std::string>& paths) {
    std::map<std::string_view, int> files;
    for (std::size_t i = 0; i < paths.size(); ++i) files.emplace(paths[i], static_cast<int>(i));
    return files;
  };
  const auto a = table(paths_a), b = table(paths_b);
  const auto where = [](const FileSystemImage& image, const std::string& path, int i) {
    const auto name = name_of(image, i);
    return path + (name.empty() || path.ends_with(name) ? "" : " " + name);
  };
  FileComparison comparison(first, second, out);
  for (int i = 0; i < static_cast<int>(first.files().size()); ++i) {
    const auto& path = paths_a[static_cast<std::size_t>(i)];
    if (const auto other = b.find(path); other != b.end())
      comparison.file(where(first, path, i), i, other->second);
    else
      out.push_back({where(first, path, i), "", presence(first, i), std::nullopt});
  }
  for (int k = 0; k < static_cast<int>(second.files().size()); ++k)
    if (const auto& path = paths_b[static_cast<std::size_t>(k)]; !a.contains(path))
      out.push_back({where(second, path, k), "", std::nullopt, presence(second, k)});
}

}  // namespace eider::profile::diff
