#include "card/uicc/file_table.hpp"

namespace eider::card::uicc {
namespace {
constexpr std::uint8_t kTableVersion = 2;
constexpr std::size_t kMaxFiles = 4096;
constexpr std::size_t kMaxBody = 1024 * 1024;

// Bits of a header's first octet beside the type: which of the values that mostly repeat are written out.
constexpr std::uint8_t kLink = 0x08, kLcsi = 0x10, kSpecial = 0x20, kArrFid = 0x40, kDescriptor = 0x80;

void put_number(Bytes& out, std::size_t n) {
  while (n > 0x7F) {
    out.push_back(static_cast<std::uint8_t>(n | 0x80));
    n >>= 7;
  }
  out.push_back(static_cast<std::uint8_t>(n));
}
void put16(Bytes& out, std::uint16_t n) {
  out.push_back(static_cast<std::uint8_t>(n >> 8));
  out.push_back(static_cast<std::uint8_t>(n));
}
void put_octets(Bytes& out, ByteView v) {
  put_number(out, v.size());
  append(out, v);
}

// A packed body is a list of pieces, each a number 4n + kind and what the kind needs: n octets as they are,
// one octet that stands n times, or the place of n octets in the package.
enum Piece : std::uint8_t { kLiteral = 0, kRun = 1, kFromPackage = 2 };
constexpr std::size_t kShortestRun = 4, kShortestMatch = 6;

// Where the octets of the package begin that a body may refer to.
class PackageIndex {
 public:
  explicit PackageIndex(ByteView package) : package_(package), last_(kSlots, kNowhere) {
    for (std::size_t i = 0; i + kShortestMatch <= package.size(); ++i)
      last_[slot(package.subspan(i))] = static_cast<std::uint32_t>(i);
  }
  // Octets that `rest` and the package have in common; their place in the package.
  std::pair<std::size_t, std::size_t> match(ByteView rest) const {
    if (rest.size() < kShortestMatch) return {0, 0};
    const auto at = last_[slot(rest)];
    if (at == kNowhere) return {0, 0};
    std::size_t n = 0;
    while (n < rest.size() && at + n < package_.size() && rest[n] == package_[at + n]) ++n;
    return {n, at};
  }

 private:
  static constexpr unsigned kSlotBits = 13;
  static constexpr std::size_t kSlots = std::size_t{1} << kSlotBits;
  static constexpr std::uint32_t kNowhere = 0xFFFFFFFF;
  static std::size_t slot(ByteView v) {
    std::uint64_t n = 0;
    for (std::size_t i = 0; i < kShortestMatch; ++i) n = n << 8 | v[i];
    return static_cast<std::size_t>(n * 0x9E3779B97F4A7C15ull >> (64 - kSlotBits));
  }
  ByteView package_;
  std::vector<std::uint32_t> last_;
};

Bytes pack(ByteView body, const PackageIndex& package) {
  Bytes out;
  std::size_t literal = 0, at = 0;
  // What has not been written yet goes out as it is; then a piece of `n` octets follows.
  const auto flush = [&](std::size_t n) {
    if (literal != at) {
      put_number(out, (at - literal) * 4 + kLiteral);
      append(out, body.subspan(literal, at - literal));
    }
    at += n;
    literal = at;
  };
  while (at < body.size()) {
    std::size_t run = 1;
    while (at + run < body.size() && body[at + run] == body[at]) ++run;
    const auto [length, place] = package.match(body.subspan(at));
    if (run >= kShortestRun && run >= length) {
      const auto octet = body[at];
      flush(run);
      put_number(out, run * 4 + kRun);
      out.push_back(octet);
    } else if (length >= kShortestMatch) {
      flush(length);
      put_number(out, length * 4 + kFromPackage);
      put_number(out, place);
    } else {
      ++at;
    }
  }
  flush(0);
  return out;
}

class Reader {
 public:
  explicit Reader(ByteView data) : rest_(data) {}
  bool failed() const { return failed_; }
  bool done() const { return rest_.empty(); }
  std::uint8_t octet() { return rest_.empty() ? fail() : take(1)[0]; }
  std::uint16_t two() {
    const auto v = take(2);
    return v.size() == 2 ? static_cast<std::uint16_t>(v[0] << 8 | v[1]) : 0;
  }
  std::size_t number() {
    std::size_t n = 0;
    for (int shift = 0; shift < 28; shift += 7) {
      const auto b = octet();
      n |= static_cast<std::size_t>(b & 0x7F) << shift;
      if ((b & 0x80) == 0) return n;
    }
    return fail();
  }
  ByteView take(std::size_t n) {
    if (n > rest_.size()) {
      fail();
      return {};
    }
    const auto out = rest_.first(n);
    rest_ = rest_.subspan(n);
    return out;
  }
  ByteView octets() { return take(number()); }

 private:
  std::uint8_t fail() {
    failed_ = true;
    rest_ = {};
    return 0;
  }
  ByteView rest_;
  bool failed_ = false;
};

// Octets that packed pieces stand for; nothing when they are damaged. Writes them when asked to, then it
// needs the package itself.
std::optional<std::size_t> unpack_pieces(ByteView packed, std::size_t package_octets, ByteView package,
                                         Bytes* out) {
  Reader in(packed);
  std::size_t size = 0;
  while (!in.done()) {
    const auto head = in.number();
    const auto n = head / 4;
    if (in.failed() || n > kMaxBody - size) return std::nullopt;
    size += n;
    switch (head % 4) {
      case kLiteral: {
        const auto v = in.take(n);
        if (out) append(*out, v);
        break;
      }
      case kRun: {
        const auto octet = in.octet();
        if (out) out->insert(out->end(), n, octet);
        break;
      }
      case kFromPackage: {
        const auto place = in.number();
        if (place > package_octets || n > package_octets - place) return std::nullopt;
        if (out) append(*out, package.subspan(place, n));
        break;
      }
      default:
        return std::nullopt;
    }
    if (in.failed()) return std::nullopt;
  }
  return size;
}

struct Repeated {
  std::uint16_t arr_fid = 0;
  std::uint8_t special = 0;
};

void write_header(Bytes& out, const profile::ImageFile& f, Repeated& last) {
  auto kind = static_cast<std::uint8_t>(f.type);
  if (f.link >= 0) kind |= kLink;
  if (f.lcsi != 5) kind |= kLcsi;
  if (f.special_information != last.special) kind |= kSpecial;
  if (f.arr_fid != last.arr_fid) kind |= kArrFid;
  if (f.descriptor != profile::usual_descriptor(f.type)) kind |= kDescriptor;
  out.push_back(kind);
  put_number(out, static_cast<std::size_t>(f.parent + 1));
  put16(out, f.fid);
  if (kind & kLink) put_number(out, static_cast<std::size_t>(f.link));
  if (kind & kLcsi) out.push_back(f.lcsi);
  if (kind & kSpecial) out.push_back(last.special = f.special_information);
  if (kind & kArrFid) put16(out, last.arr_fid = f.arr_fid);
  if (kind & kDescriptor) out.push_back(f.descriptor);
  out.push_back(f.arr_record);
}

bool read_header(Reader& in, FileHeader& f, Repeated& last) {
  const auto kind = in.octet();
  f.type = static_cast<FileType>(kind & 7);
  f.parent = static_cast<std::int16_t>(in.number()) - 1;
  f.fid = in.two();
  if (kind & kLink) f.link = static_cast<std::int16_t>(in.number());
  if (kind & kLcsi) f.lcsi = in.octet();
  if (kind & kSpecial) last.special = in.octet();
  f.special = last.special;
  if (kind & kArrFid) last.arr_fid = in.two();
  f.arr_fid = last.arr_fid;
  f.descriptor = kind & kDescriptor ? in.octet() : profile::usual_descriptor(f.type);
  f.arr_record = in.octet();
  return f.type != FileType::kUnknown && !in.failed();
}

bool read_body(Reader& in, FileHeader& f, std::size_t package_octets) {
  if (f.is_directory()) {
    f.aid = in.octets();
    f.pin_status = in.octets();
    return !in.failed() && f.aid.size() <= 16;
  }
  f.sfi = in.octet();
  f.size = static_cast<std::uint32_t>(in.number());
  if (f.has_records()) f.record_size = static_cast<std::uint16_t>(in.number());
  if (f.type == FileType::kBerTlv) f.maximum_size = in.octets();
  if (f.link < 0) {
    f.packed = in.octets();
    const auto size = unpack_pieces(f.packed, package_octets, {}, nullptr);
    if (!size || *size > f.size || (f.type != FileType::kBerTlv && *size != f.size)) return false;
  }
  if (in.failed() || f.sfi > 30 || f.size == 0 || f.size > kMaxBody) return false;
  return !f.has_records() ||
         (f.record_size != 0 && f.record_size <= 255 && f.size % f.record_size == 0 && f.records() <= 254);
}
}  // namespace

Bytes FileTable::compile(const profile::FileSystemImage& image, ByteView package) {
  const PackageIndex index(package);
  Bytes out = {kTableVersion};
  put_number(out, image.files().size());
  Repeated last;
  for (const auto& f : image.files()) {
    write_header(out, f, last);
    if (f.is_directory()) {
      put_octets(out, f.df_name);
      put_octets(out, f.pin_status);
      continue;
    }
    out.push_back(f.sfi.value_or(0));
    put_number(out, f.size);
    if (f.type == FileType::kLinearFixed || f.type == FileType::kCyclic) put_number(out, f.record_size);
    if (f.type == FileType::kBerTlv) put_octets(out, f.maximum_size);
    if (f.link < 0) put_octets(out, pack(f.body, index));
  }
  return out;
}

Result<FileTable> FileTable::parse(Bytes octets, std::size_t package_octets) {
  const auto damaged = [] { return fail_local("the file table of a Profile is damaged"); };
  FileTable table;
  table.octets_ = std::move(octets);
  Reader in(table.octets_);
  if (in.octet() != kTableVersion) return fail_local("a file table of another version");
  const auto count = in.number();
  if (count == 0 || count > kMaxFiles) return damaged();
  table.files_.resize(count);
  Repeated last;
  for (std::size_t i = 0; i < count; ++i) {
    auto& f = table.files_[i];
    if (!read_header(in, f, last) || !read_body(in, f, package_octets)) return damaged();
    const auto index = static_cast<int>(i);
    if ((i == 0) != (f.type == FileType::kMf) || (i == 0) != (f.parent < 0)) return damaged();
    if (i > 0 && (f.parent >= index || !table.files_[static_cast<std::size_t>(f.parent)].is_directory()))
      return damaged();
    if (f.link >= 0) {
      if (f.link >= index) return damaged();
      const auto& source = table.files_[static_cast<std::size_t>(f.link)];
      if (source.link >= 0 || source.is_directory() != f.is_directory()) return damaged();
      if (source.size != f.size || source.record_size != f.record_size || source.type != f.type)
        return damaged();
    }
  }
  if (in.failed() || !in.done()) return damaged();
  table.by_parent_.resize(count);
  for (std::size_t i = 0; i < count; ++i) table.by_parent_[i] = static_cast<std::uint16_t>(i);
  std::ranges::stable_sort(table.by_parent_, {}, [&](std::uint16_t i) {
    return std::pair(table.files_[i].parent, table.files_[i].fid);
  });
  return table;
}

bool FileTable::is_current(ByteView octets) {
  return !octets.empty() && octets[0] == kTableVersion;
}

std::span<const std::uint16_t> FileTable::children(int directory) const {
  const auto parent_of = [&](std::uint16_t i) { return int{files_[i].parent}; };
  const auto range = std::ranges::equal_range(by_parent_, directory, {}, parent_of);
  return {range.begin(), range.end()};
}

int FileTable::child(int directory, std::uint16_t fid) const {
  const auto all = children(directory);
  const auto it = std::ranges::lower_bound(all, fid, {}, [&](std::uint16_t i) { return files_[i].fid; });
  return it != all.end() && files_[*it].fid == fid ? int{*it} : -1;
}

Bytes FileTable::unpack(int file, ByteView package) const {
  Bytes out;
  const auto& f = files_[static_cast<std::size_t>(file)];
  out.reserve(f.size);
  unpack_pieces(f.packed, package.size(), package, &out);
  return out;
}

}  // namespace eider::card::uicc
