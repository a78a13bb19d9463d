// Every TS.48 package of the shared data: downloaded, enabled, and read back through APDUs. Where there is an
// oracle, computed outside this project, each file must equal it; the others are compared with what their
// package describes.
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <sstream>

#include "card/pki.hpp"
#include "profile/package_reader.hpp"
#include "spec/sgp22/es10c.hpp"
#include "support/shared_data.hpp"
#include "support/sim.hpp"

namespace eider::test {
namespace {

// One file as it must be read back.
struct OracleRow {
  std::string path, type, descriptor, arr_fid, sfi, special, pins, aid, content;
  std::size_t records = 0, record_size = 0, size = 0;
  int arr_record = 0;
};
std::string hex_of(std::size_t n, int octets) {
  Bytes out;
  for (int i = octets - 1; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(n >> 8 * i));
  return to_hex(out);
}

std::vector<OracleRow> read_oracle(const std::filesystem::path& file) {
  const auto octets = read_file(file);
  std::istringstream lines{std::string(as_text(octets))};
  std::string line, cell;
  std::getline(lines, line);
  std::vector<OracleRow> out;
  while (std::getline(lines, line)) {
    std::vector<std::string> c(1);
    for (const char ch : line)
      if (ch == ',') {
        c.emplace_back();
      } else if (ch != '\r') {
        c.back() += ch;
      }
    const auto number = [](const std::string& t) { return t.empty() ? 0 : std::stoul(t); };
    out.push_back({c[0], c[4], c[5], c[10], c[9], c[12], c[13], c[14], c[18], number(c[6]), number(c[7]),
                   number(c[8]), std::stoi(c[11])});
  }
  return out;
}

profile::FileSystemImage image_of(ByteView package) {
  profile::FileSystemImage image;
  for (const auto& part : must(profile::read_package(package))) {
    const auto e = must(saip::decode_element(part.der));
    if (const auto* t = e.as<saip::TemplatePe>()) (void)image.apply(*t, *saip::find_template(t->templateID));
    if (const auto* g = e.as<saip::GenericFileManagement>()) (void)image.apply(*g);
  }
  return image;
}
std::vector<OracleRow> rows_of(const profile::FileSystemImage& image) {
  std::vector<OracleRow> out;
  for (std::size_t i = 0; i < image.files().size(); ++i) {
    const auto& f = image.files()[i];
    out.push_back({image.path_text(static_cast<int>(i)), f.type == saip::FileType::kAdf ? "ADF" : "",
                   hex_of(f.descriptor, 1), hex_of(f.arr_fid, 2), f.sfi ? hex_of(*f.sfi, 1) : "",
                   hex_of(f.special_information, 1), to_hex(f.pin_status), to_hex(f.df_name),
                   to_hex(image.body(f)), f.records(), f.record_size, f.is_directory() ? 0 : f.size,
                   f.arr_record});
  }
  return out;
}

// The path as the card takes it: without the MF, the ADF by 7FFF. Selects the application.
std::string reachable(Terminal& t, const OracleRow& row, const std::map<std::string, std::string>& aids) {
  std::string path;
  for (std::size_t i = 5; i < row.path.size(); i += 5) path += row.path.substr(i, 4);
  if (const auto adf = aids.find(row.path.substr(0, 9)); adf != aids.end()) {
    EXPECT_EQ(t.application(adf->second), 0x9000);
    path = "7FFF" + path.substr(4);
  }
  return path;
}

void expect_header(const OracleRow& row, ByteView fcp_octets) {
  const auto fcp = must(read_single_tlv(fcp_octets));
  const auto member = [&](Tag tag) {
    const auto m = find_tlv(fcp.value, tag);
    return m ? to_hex(m->value) : "absent";
  };
  const auto records = row.record_size ? hex_of(row.record_size, 2) + hex_of(row.records, 1) : "";
  EXPECT_EQ(member(0x82), row.descriptor + "21" + records);
  EXPECT_EQ(member(0x8A), "05");
  EXPECT_EQ(member(0x8B), row.arr_fid + hex_of(static_cast<std::size_t>(row.arr_record), 1));
  if (!row.aid.empty()) {
    EXPECT_EQ(member(0x84), row.aid);
  } else {
    EXPECT_EQ(member(0x83), row.path.substr(row.path.size() - 4));
  }
  if (row.size == 0) {
    std::string references;
    for (std::size_t i = 0; i < row.pins.size(); i += 2) references += "8301" + row.pins.substr(i, 2);
    const auto c6 = member(0xC6);
    EXPECT_EQ(c6.substr(std::min<std::size_t>(c6.size(), 6)), references);
    return;
  }
  EXPECT_EQ(member(0x88), row.sfi.empty() ? "" : hex_of(std::stoul(row.sfi, nullptr, 16) << 3, 1));
  if (row.descriptor != "79") {
    EXPECT_EQ(member(0x80), hex_of(row.size, 2));
    EXPECT_EQ(row.special == "00" ? "absent" : "C001" + row.special, member(0xA5));
  }
}

std::string read_ber_tlv(Terminal& t) {
  const auto list = t.send("80CB0080015C00");
  const auto tags = must(read_single_tlv(list.data)).value;
  std::string out;
  for (std::size_t i = 0; i < tags.size();) {
    const std::size_t n = (tags[i] & 0x1F) == 0x1F ? 2 : 1;
    auto r = t.send(CommandApdu{0x80, 0xCB, 0x00, 0x80, to_bytes(tags.subspan(i, n)), 256}.encode());
    out += to_hex(r.data);
    i += n;
  }
  return out;
}

struct Counts {
  std::size_t files = 0, contents = 0, closed = 0;
};

void expect_files(Terminal& t, const std::vector<OracleRow>& rows, Counts& counts) {
  std::map<std::string, std::string> aids;
  for (const auto& r : rows)
    if (r.type == "ADF") aids[r.path] = r.aid;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.path);
    const auto path = reachable(t, row, aids);
    // ADM1, ADM2 and the local PIN of TS.48, as far as the place knows them.
    const auto selected = path.empty()     ? t.send("00A40004023F0000")
                          : path == "7FFF" ? t.send("00A40004027FFF00")
                                           : t.path(path);
    ASSERT_EQ(selected.sw, 0x9000);
    ++counts.files;
    expect_header(row, selected.data);
    if (row.size == 0) continue;
    t.send("0020000A083535353535353535");
    t.send("0020000B083636363636363636");
    t.send("002000810839393939FFFFFFFF");
    std::string content;
    if (row.descriptor == "79") {
      content = read_ber_tlv(t);
    } else if (row.record_size == 0) {
      content = t.binary(row.size);
    } else {
      for (std::size_t n = 1; n <= row.records; ++n)
        content += t.record(n, static_cast<std::uint8_t>(row.record_size));
    }
    if (content.starts_with("status word 27010")) {  // 6982: no key of this terminal opens it
      ++counts.closed;
      continue;
    }
    EXPECT_EQ(content, row.content);
    ++counts.contents;
  }
}

// Installs, enables, resets: what a modem finds at power-on.
void bring_up(TestCard& card, const Bytes& package, const char* oracle) {
  const auto image = image_of(package);
  const auto* iccid = image.find(hex("2FE2"));
  ASSERT_TRUE(iccid);
  auto plan = plan_of_package(package, kIccidA);
  plan.metadata.iccid = *sgp22::Iccid::from(image.body(*iccid));
  MiniSmdpp smdpp(pki());
  install(card, smdpp, plan);
  card.driver.call<sgp22::EnableProfileResponse>(sgp22::EnableProfileRequest{{plan.metadata.iccid}, false});
  must(card.euicc.reset());
  Terminal t(card.driver);
  EXPECT_EQ(t.sw("00A40804022FE200"), 0x9000);
  EXPECT_EQ(t.data("00B000000A"), to_hex(image.body(*iccid)));
  Counts counts;
  if (oracle) {
    EIDER_SHARED_OR_SKIP(file, std::string("oracles/") + oracle);
    expect_files(t, read_oracle(file), counts);
  } else {
    expect_files(t, rows_of(image), counts);
  }
  EXPECT_EQ(counts.files, image.files().size());
  EXPECT_GT(counts.contents, counts.closed * 10);
  std::printf("%zu files, %zu contents compared, %zu closed to every PIN\n", counts.files, counts.contents,
              counts.closed);
}
}  // namespace

TEST(UiccTs48, Version3EqualsItsOracle) {
  EIDER_SHARED_OR_SKIP(file, "ts48/TS48v3_SAIP2.3_NoBERTLV.der");
  TestCard card(pki());
  bring_up(card, read_file(file), "ts48_v3_saip2.3_nobertlv_files.csv");
}
TEST(UiccTs48, Version5EqualsItsOracle) {
  EIDER_SHARED_OR_SKIP(file, "ts48/TS48v5_SAIP2.3_NoBERTLV.der");
  TestCard card(pki());
  bring_up(card, read_file(file), "ts48_v5_saip2.3_nobertlv_files.csv");
}
TEST(UiccTs48, EveryPackageReadsBackAsItDescribesItself) {
  EIDER_SHARED_OR_SKIP(folder, "ts48");
  std::size_t packages = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".der") continue;
    SCOPED_TRACE(entry.path().filename().string());
    eum::CardModel model;
    model.java_card = true;
    TestCard card(pki(), model);
    bring_up(card, read_file(entry.path()), nullptr);
    ++packages;
  }
  EXPECT_GE(packages, 6u);
}

}  // namespace eider::test
